"""Following an appeal to its end: the letter, "did this help?", a rating, a death, notices, what was read."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import notifications
from complaints.kinds import IdentityLevel
from complaints.models import Card, Complaint, Consent, History, Link, Message, Rating
from complaints.reports.public.case import case_page
from complaints.reports.public.letter import letter_of
from complaints.services import closing, deaths, thread
from complaints.services.transitions import RuleBroken
from insurers.models import Branch
from omsportal.platform.models import Outbox, ReadLog
from representatives.roles import Tier
from tests import factories
from tests.complaints.public.conftest import Patient, summary
from tests.complaints.public.following import CASE, Followed, paths_in

PDF = f"{CASE}answer.pdf"
RATING = f"{CASE}rating/"


@pytest.fixture
def followed(branch: Branch, now: datetime) -> Followed:
    return Followed.begun(branch, now)


def text_of(pdf: bytes) -> str:
    """Title of a document; its words are set as glyphs."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return str(document.docinfo.get("/Title", ""))


# --- the answer as a letter ---


def test_i_save_the_answer_as_a_letter(followed: Followed) -> None:
    followed.answered()
    assert PDF in followed.page
    response = followed.patient.get(PDF)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in response.headers["Cache-Control"]
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert followed.filed.number in text_of(response.content)
    row = ReadLog.objects.filter(what="file").get()
    assert (row.reader_kind, row.subject_id) == ("patient", followed.filed.complaint.pk)


def test_the_letter_waits_for_proof_as_the_answer_does(followed: Followed) -> None:
    followed.answered(readable=False)
    assert followed.patient.get(PDF).headers["Location"] == f"{CASE}identity/"
    assert not ReadLog.objects.filter(what="file").exists()
    Card.objects.update(identity_level=IdentityLevel.REGISTRY)
    assert followed.patient.get(PDF).status_code == 200


def test_there_is_no_letter_before_the_answer_has_left(followed: Followed) -> None:
    assert followed.patient.get(PDF).status_code == 404
    Card.objects.update(answer_channel="letter")
    followed.answered()
    assert followed.patient.get(PDF).status_code == 404


def test_the_letter_names_the_applicant_only_when_proven(followed: Followed) -> None:
    followed.answered()
    assert "Соколова" not in str(letter_of(followed.case, now=followed.now))
    Card.objects.update(identity_level=IdentityLevel.REGISTRY)
    letter = letter_of(followed.case, now=followed.now)
    assert letter["receiver"] == "Соколова Вера Ильинична"
    assert letter["text"] == "Срок соблюдён."


# --- did this help? ---


@pytest.mark.parametrize(
    ("zone", "answered_at", "asked_at", "may"),
    [
        ("Europe/Moscow", "2026-03-20 20:30", "2026-04-19 20:59", True),
        ("Europe/Moscow", "2026-03-20 20:30", "2026-04-19 21:00", False),
        ("Asia/Kamchatka", "2026-03-20 12:30", "2026-04-20 11:59", True),
        ("Asia/Kamchatka", "2026-03-20 12:30", "2026-04-20 12:00", False),
    ],
)
def test_screen_and_server_agree_on_the_last_day(
    db: None, zone: str, answered_at: str, asked_at: str, may: bool
) -> None:
    """The thirtieth day counts to its end, by the clock of the branch: half past eleven at night is a day."""
    factories.make_region("76", "Край", zone)
    branch = factories.make_branch()
    operator = factories.make_staff("operator", 1, branch)
    case = factories.make_complaint(branch, held_by=operator)
    closing.resolve(
        complaint=case, outcome="organised", text="Запись есть.", no_health_facts=True, by=operator,
        profile=factories.profile(operator), now=factories.NOW,
    )  # fmt: skip
    answered, asked = (datetime.fromisoformat(f"{text}+00:00") for text in (answered_at, asked_at))
    Complaint.objects.update(answered_at=answered, resolved_at=answered)
    case = Complaint.objects.with_card().get()
    assert case_page(case, now=asked).may_reopen is may
    if may:
        assert closing.reopen(complaint=case, text="Не помогло", now=asked).number
    else:
        with pytest.raises(RuleBroken):
            closing.reopen(complaint=case, text="Не помогло", now=asked)


@pytest.mark.parametrize(("tier", "goes_to"), [(1, Tier.SPECIALISTS), (2, Tier.EXPERTS), (3, Tier.FUND)])
def test_it_did_not_help_and_goes_one_tier_up(followed: Followed, tier: int, goes_to: Tier) -> None:
    followed.answered(tier)
    followed.patient.post(f"{CASE}reopen/", {"text": "Не помогло, вот почему."})
    later = Link.objects.get().later
    assert later.tier == goes_to
    assert (later.branch.kind == "fund") is (goes_to == Tier.FUND)
    assert (later.answer_due_on - later.registered_on).days >= 28


# --- a rating ---


def test_i_rate_the_work_once(followed: Followed) -> None:
    followed.answered()
    assert RATING in followed.page
    assert summary(followed.patient.post(RATING, {})) == ["Выберите оценку от 1 до 5."]
    followed.patient.post(RATING, {"stars": "4", "text": "Перезвонили быстро."})
    assert "Ваша оценка нашей работы: 4 из 5." in followed.page
    followed.patient.post(RATING, {"stars": "1", "text": "Передумала"})
    given = Rating.objects.get()
    assert (given.stars, given.sealed["text"]) == (4, "Перезвонили быстро.")


def test_there_is_nothing_to_rate_before_the_answer_can_be_read(followed: Followed) -> None:
    followed.patient.post(RATING, {"stars": "5"})
    followed.answered(readable=False)
    assert RATING not in followed.page
    followed.patient.post(RATING, {"stars": "5"})
    assert not Rating.objects.exists()


# --- a death ---


def test_after_a_death_nobody_is_asked_how_it_was(followed: Followed) -> None:
    followed.answered()
    hand = followed.hand("expert", 3)
    deaths.note(complaint=followed.case, source="death_told", **hand)
    page = followed.page
    assert "Это помогло?" not in page
    assert f"{CASE}confirm/" not in page
    assert RATING not in page
    assert "Ответ готов." in page
    assert "Если вы не согласны с ответом" in page
    followed.patient.post(f"{CASE}confirm/")
    followed.patient.post(RATING, {"stars": "5"})
    assert followed.case.status == "answered"
    assert not Rating.objects.exists()
    assert "С чем вы не согласны" in followed.patient.get(f"{CASE}reopen/").content.decode()
    followed.patient.post(f"{CASE}reopen/", {"text": "Мы не согласны."})
    assert Card.objects.get(pk=Link.objects.get().later_id).patient_died
    line = History.objects.get(event="death_noted")
    assert (line.reason, line.by) == ("death_told", hand["by"])


def test_the_patients_own_contacts_are_silent_after_a_death_the_relatives_are_not(
    branch: Branch, now: datetime
) -> None:
    for whom, heard in (("self", False), ("relative", True)):
        followed = Followed.begun(branch, now, consents=["email"], for_whom=whom)
        Card.objects.filter(pk=followed.case.pk).update(patient_died=True)
        row = Outbox.objects.get(kind="filed", channel="email", subject_id=followed.case.pk)
        assert (notifications.news_for_contact(row) is not None) is heard


def test_a_mistake_about_a_death_is_taken_back(followed: Followed) -> None:
    hand = followed.hand()
    deaths.note(complaint=followed.case, source="death_paper", **hand)
    deaths.take_back(complaint=followed.case, **hand)
    assert not Card.objects.get().patient_died
    assert list(
        History.objects.filter(event__startswith="death").order_by("pk").values_list("event", flat=True)
    ) == ["death_noted", "death_taken_back"]


# --- notices ---


def news(followed: Followed, kind: str = "filed") -> Any:
    row = Outbox.objects.get(kind=kind, channel="email", subject_id=followed.case.pk)
    return notifications.news_for_contact(row)


def test_i_stop_the_notices_by_the_link_under_one_of_them(branch: Branch, now: datetime) -> None:
    followed = Followed.begun(branch, now, consents=["email"])
    mail = news(followed)
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [path] = paths_in(mail.extra_headers["List-Unsubscribe"])
    assert path in paths_in(mail.body)
    anybody = Patient()
    asking = anybody.get(path).content.decode()
    assert followed.case.notify_by_email  # programs open links
    done = anybody.post(path, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert not followed.case.notify_by_email
    assert Consent.objects.get().revoked_at is not None
    assert news(followed) is None
    for word in (followed.filed.number, "vera@", "Соколова"):
        assert word not in asking + done


@pytest.mark.parametrize("token", ["AAAA", "A" * 42, "x", "_" * 60])
def test_an_invented_link_stops_nothing_and_asks_no_table(branch: Branch, now: datetime, token: str) -> None:
    followed = Followed.begun(branch, now, consents=["email"])
    with CaptureQueriesContext(connection) as queries:
        response = Patient().post(f"/notices/stop/{token}/")
    assert response.status_code == 200
    assert [query["sql"] for query in queries if "complaints_" in query["sql"]] == []
    assert followed.case.notify_by_email


def test_the_answer_by_email_is_told_in_any_case(branch: Branch, now: datetime) -> None:
    followed = Followed.begun(branch, now, answer_channel="email")
    followed.answered()
    mail = news(followed, "answered")
    assert mail.to == ["vera@example.org"]
    assert "Срок" not in mail.body
    assert mail.subject == f"Новости по обращению № {followed.filed.number}"


def test_who_wants_no_notices_and_reads_the_answer_here_gets_none(followed: Followed) -> None:
    followed.answered()
    assert not Outbox.objects.filter(channel="email").exists()


# --- who has read what ---


def test_each_side_sees_that_the_other_has_read(followed: Followed, client: Any) -> None:
    hand = followed.taken()
    followed.patient.post(f"{CASE}message/", {"text": "Мне стало хуже"})
    thread.post_by_staff(complaint=followed.case, text="Звоним.", no_health_facts=True, **hand)
    thread.post_by_staff(complaint=followed.case, text="О здоровье.", **hand)
    assert "специалист прочитал" not in followed.page
    shown, withheld = Message.objects.filter(author_kind="staff").order_by("id")
    assert shown.read_at is not None
    assert withheld.read_at is None
    client.force_login(hand["by"], backend="representatives.backends.StaffBackend")
    desk = client.get(f"/staff/cases/{followed.filed.number}/").content.decode()
    assert desk.count("заявитель прочитал") == 1
    assert "специалист прочитал" in followed.page


def test_the_page_needs_at_most_eight_queries_with_everything_on_it(followed: Followed) -> None:
    followed.answered()
    followed.patient.post(RATING, {"stars": "4", "text": ""})
    followed.patient.post(f"{CASE}message/", {"text": "Спасибо"})
    _ = followed.page
    with CaptureQueriesContext(connection) as queries:
        _ = followed.page
    assert len(queries) <= 8, [query["sql"][:120] for query in queries]


def test_staff_read_the_rating(followed: Followed, client: Any) -> None:
    followed.answered(tier=1)
    followed.patient.post(RATING, {"stars": "2", "text": "Долго ждала."})
    operator = factories.make_staff("operator", 1, followed.branch)
    client.force_login(operator, backend="representatives.backends.StaffBackend")
    page = client.get(f"/staff/cases/{followed.filed.number}/").content.decode()
    assert "2 из 5" in page
    assert "Долго ждала." in page
