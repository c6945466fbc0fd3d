"""What a page of mine offers when the appeal has gone on meanwhile: nothing that could not be taken."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints import one_time_codes
from complaints.models import Complaint, Link, OneTimeCode
from complaints.services import contact_changes, deaths
from insurers.models import Branch
from omsportal.platform.clock import database_now
from tests.complaints.public.conftest import Patient, summary
from tests.complaints.public.following import CASE, Followed

KAMCHATKA = ZoneInfo("Asia/Kamchatka")
REOPEN, RATING, WITHDRAW = f"{CASE}reopen/", f"{CASE}rating/", f"{CASE}withdraw/"
RECOVER, CODE = "/status/recover/", "/status/recover/code/"
VERA = {"surname": "Соколова", "birth_on_day": "31", "birth_on_month": "12", "birth_on_year": "1950"}


@pytest.fixture
def followed(branch: Branch, now: datetime) -> Followed:
    return Followed.begun(branch, now)


def says(patient: Patient, path: str) -> str:
    """What is read at the end of all redirects."""
    return patient.client.get(path, follow=True).content.decode()


def answered_on(followed: Followed, day: date) -> None:
    """At half past eleven in the evening of this day, by the clock of the branch."""
    followed.answered()
    at = datetime.combine(day, time(23, 30), followed.branch.zone)
    Complaint.objects.update(answered_at=at, resolved_at=at)


@pytest.mark.parametrize(("ago", "may"), [(30, True), (31, False)])
def test_no_is_taken_to_the_end_of_the_thirtieth_day_in_kamchatka(
    followed: Followed, ago: int, may: bool
) -> None:
    """In Moscow it may be the evening before: screen and server go by the branch's day."""
    followed.branch.region.time_zone = "Asia/Kamchatka"
    followed.branch.region.save()
    followed.branch = Branch.objects.select_related("region").get(pk=followed.branch.pk)
    assert followed.branch.zone == KAMCHATKA
    answered_on(followed, followed.now.astimezone(KAMCHATKA).date() - timedelta(days=ago))
    assert (REOPEN in followed.page) is may
    answer = followed.patient.post(REOPEN, {"text": "К врачу так и не записали."})
    assert Link.objects.exists() is may
    if not may:
        assert summary(answer) == ["После ответа прошло больше 30 дней. Подайте новое обращение."]


def test_who_wrote_too_long_about_it_keeps_the_words_and_sees_where_to_go_on(followed: Followed) -> None:
    answered_on(followed, (followed.now - timedelta(days=40)).date())
    assert "После ответа прошло больше 30 дней" in says(followed.patient, REOPEN)
    page = followed.patient.post(REOPEN, {"text": "К врачу так и не записали."}).content.decode()
    assert "К врачу так и не записали.</textarea>" in page
    assert 'data-copy="К врачу так и не записали."' in page
    assert 'href="/complaints/new/"' in page


def test_whoever_asked_again_already_is_told_so_before_writing(followed: Followed) -> None:
    followed.answered()
    followed.patient.post(REOPEN, {"text": "Не помогло."})
    assert "Вы уже обратились повторно" in says(followed.patient, REOPEN)


def test_an_answer_that_came_meanwhile_is_shown_instead_of_the_question_about_withdrawing(
    followed: Followed,
) -> None:
    assert "Отозвать обращение?" in says(followed.patient, WITHDRAW)
    followed.answered()
    for page in (says(followed.patient, WITHDRAW), followed.patient.client.post(
        WITHDRAW, {"sure": "yes"}, follow=True
    ).content.decode()):  # fmt: skip
        assert "обращение изменилось" in page
        assert "Срок соблюдён." in page
    assert followed.case.status == "answered"


def test_withdrawn_twice_is_withdrawn(followed: Followed) -> None:
    for _press in range(2):
        answer = followed.patient.client.post(WITHDRAW, {"sure": "yes"}, follow=True)
        assert "Обращение отозвано." in answer.content.decode()


def test_after_a_death_no_page_asks_for_a_mark(followed: Followed) -> None:
    """Also not the one that was open, or kept as a bookmark, before it was known."""
    followed.answered()
    assert "Как мы поработали" in says(followed.patient, RATING)
    deaths.note(complaint=followed.case, source="death_told", **followed.hand("expert", 3))
    for page in (says(followed.patient, RATING), followed.patient.client.post(
        RATING, {"stars": "5"}, follow=True
    ).content.decode()):  # fmt: skip
        assert "мы об этом не спрашиваем" in page
        assert "прочитайте ответ" not in page
        assert 'name="stars"' not in page


def test_a_mark_is_asked_for_once(followed: Followed) -> None:
    followed.answered()
    followed.patient.post(RATING, {"stars": "4"})
    assert "Вы уже поставили оценку" in says(followed.patient, RATING)


# --- two browsers ---


def test_who_changes_the_email_ends_the_code_that_is_on_its_way_to_the_other_browser(
    followed: Followed,
) -> None:
    other = Patient()
    other.post(RECOVER, {**VERA, "which": followed.filed.number})
    digits = one_time_codes.written(OneTimeCode.objects.get(purpose="recovery"))
    hand = followed.hand(now=database_now())
    contact_changes.change_by_document(
        complaint=followed.case, way="email", new="new@example.org", proof="seen_passport", **hand
    )
    assert summary(other.post(CODE, {"code": digits})) == [
        "Код не подходит или его время вышло. Проверьте цифры или начните ещё раз."
    ]
    other.post(RECOVER, {**VERA, "which": followed.filed.number})
    fresh = OneTimeCode.objects.filter(purpose="recovery").latest("pk")
    made = other.post(CODE, {"code": one_time_codes.written(fresh)})
    assert "Новый код доступа" in made.content.decode()


def test_a_new_code_closes_the_appeal_in_the_other_browser_and_says_why(followed: Followed) -> None:
    other = Patient()
    other.post(RECOVER, {**VERA, "which": followed.filed.number})
    other.post(CODE, {"code": one_time_codes.written(OneTimeCode.objects.get())})
    page = followed.patient.post(f"{CASE}message/", {"text": "Я уже у врача"}).content.decode()
    assert "выдан новый код доступа" in page
    assert "Я уже у врача" in page


def test_what_one_browser_withdrew_the_other_cannot_write_into_and_loses_no_word(followed: Followed) -> None:
    other = Patient()
    other.open(followed.filed.number, followed.filed.access_code)
    other.post(WITHDRAW, {"sure": "yes"})
    page = followed.patient.post(f"{CASE}message/", {"text": "Дописываю подробности"})
    assert page.status_code == 422
    assert "обращение закрыто" in summary(page)[0].lower()
    assert "Дописываю подробности" in page.content.decode()


# --- what the first words of a page are ---


def test_the_title_says_the_question_that_the_page_asks(patient: Patient) -> None:
    """A screen reader says the title first after every load; then the heading tells the same."""
    patient.begin()
    for step in ("whom", "policy", "story", "files", "naming", "contacts"):
        page = patient.get(f"/complaints/new/{step}/").content.decode()
        title = page.partition("<title>")[2].partition(" – ")[0]
        heading = page.partition("<h1")[2].partition("</h1>")[0]
        assert title
        assert title in heading, step
        assert page.count("<h1") == 1
        patient.answer(step)


def test_a_question_can_be_asked_from_every_page_of_help(patient: Patient) -> None:
    for path in (
        "/", "/help/waiting/", "/help/guides/", "/help/clinic-now/", "/call/", "/insurers/", "/terms/",
        "/policy/check/",
    ):  # fmt: skip
        assert 'href="/chat/' in patient.get(path).content.decode(), path


def test_after_an_extension_the_page_does_not_speak_of_thirty_days(followed: Followed) -> None:
    assert "30 календарных дней" in followed.page
    Complaint.objects.update(
        extended_by_days=30, answer_due_on=followed.case.answer_due_on + timedelta(days=30)
    )
    assert "Срок ответа продлён." in followed.page
    assert "30 календарных дней" not in followed.page
