"""Following an appeal: open it, read, write, say whether it helped."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.kinds import IdentityLevel, Outcome
from complaints.models import Attachment, Card, Complaint, Draft, History, Link, Message, PatientSession
from complaints.services import closing, drafts, patient_sessions, thread, waiting, work
from complaints.services.filing import Filed
from complaints.services.patient_sessions import WrongNumberOrCode
from complaints.states import Status
from complaints.views.public import cookies
from insurers.models import Branch
from omsportal.platform import limits
from omsportal.platform.clock import database_now
from omsportal.platform.models import ReadLog
from representatives.models import User
from tests import factories
from tests.complaints.public.conftest import Patient, photo, renamed_program, summary

CASE = "/status/case/"


@pytest.fixture
def filed(branch: Branch, now: datetime) -> Filed:
    return factories.file_case(branch, now=now)


@pytest.fixture
def expert(branch: Branch) -> User:
    return factories.make_staff("expert", 3, branch)


@pytest.fixture
def opened(patient: Patient, filed: Filed) -> Patient:
    """The patient has typed number and code."""
    patient.open(filed.number, filed.access_code)
    return patient


@pytest.fixture
def answered(filed: Filed, expert: User, now: datetime) -> Complaint:
    case = filed.complaint
    Complaint.objects.filter(pk=case.pk).update(tier=3)
    case.refresh_from_db()
    profile = factories.profile(expert, on=now.date())
    case = work.claim(complaint=case, by=expert, profile=profile, now=now)
    return closing.resolve(
        complaint=case,
        outcome=Outcome.NOT_JUSTIFIED,
        text="Срок соблюдён.",
        by=expert,
        profile=profile,
        now=now,
    )


def test_it_opens_by_number_and_code_however_typed(patient: Patient, filed: Filed) -> None:
    response = patient.open(filed.number.replace("-", " "), filed.access_code.replace(" ", ""))
    assert response.headers["Location"] == CASE
    page = patient.get(CASE).content.decode()
    assert "Его возьмёт в работу специалист контакт-центра." in page
    assert "59-ФЗ" in page
    assert "2 уровень" not in page


def test_it_fills_in_the_number_of_the_address(patient: Patient, filed: Filed) -> None:
    assert f'value="{filed.number}"' in patient.get("/status/", number=filed.number).content.decode()


@pytest.mark.parametrize(
    ("number", "code", "message"),
    [
        ("", "1234 5678 9012 3456", "Напишите номер обращения."),
        ("76-26-123", "1234 5678 9012 3456", "В номере 12 цифр, а вы набрали 7 цифр."),
        ("76-26-1234567-0", "1234 5678 9012 3456", "ошибка в одной из цифр"),
        (None, "1234", "В коде 16 цифр, а вы набрали 4 цифры."),
        (None, "", "Напишите код доступа: 16 цифр."),
        (None, "1234 5678 9012 3456", "Обращения с таким номером и кодом нет."),
    ],
)
def test_it_says_what_is_wrong(
    patient: Patient, filed: Filed, number: str | None, code: str, message: str
) -> None:
    response = patient.open(filed.number if number is None else number, code)
    assert response.status_code == 422
    assert message in summary(response)[0]


def test_it_reads_nothing_of_a_case_before_the_code_fits(filed: Filed, now: datetime) -> None:
    asked = []
    for number in (filed.number, "76-26-7654321-0"):
        with CaptureQueriesContext(connection) as queries, pytest.raises(WrongNumberOrCode):
            patient_sessions.prove(number=number, code="9" * 16, address="192.0.2.1", now=now)
        asked.append([query["sql"].replace(number, "") for query in queries if "complaint" in query["sql"]])
    assert asked[0] == asked[1]
    assert "complaints_card" not in str(asked)


def test_it_does_not_count_right_codes_as_guesses(
    filed: Filed, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.TABLE, "status.address", limits.Rule(2, 3600, "address"))
    for _time in range(5):
        patient_sessions.prove(number=filed.number, code=filed.access_code, address="192.0.2.1", now=now)


def test_it_limits_guessing_and_tells_how_long_to_wait(patient: Patient, filed: Filed, now: datetime) -> None:
    for _attempt in range(limits.TABLE["status.number"].most):
        with pytest.raises(WrongNumberOrCode):
            patient_sessions.prove(number=filed.number, code="1" * 16, address="192.0.2.1", now=now)
    response = patient.open(filed.number, filed.access_code)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "Попробуйте снова через 60 минут" in summary(response)[0]


def test_it_closes_after_half_an_hour_and_keeps_the_message(opened: Patient, filed: Filed) -> None:
    PatientSession.objects.update(begun_at="2020-01-01T00:00Z", last_seen_at="2020-01-01T00:00Z")
    assert opened.get(CASE).headers["Location"] == "/status/"
    response = opened.post(f"{CASE}message/", {"text": "Мне стало хуже"})
    page = response.content.decode()
    assert response.status_code == 403
    assert "Мне стало хуже" in page
    again = opened.post(
        "/status/", {"number": filed.number, "code": filed.access_code, "text": "Мне стало хуже"}
    )
    assert "Мне стало хуже</textarea>" in again.content.decode()


def test_it_is_stored_by_no_browser_and_asks_no_one_else(opened: Patient) -> None:
    assert "no-store" in opened.get(CASE).headers["Cache-Control"]
    assert Patient().get(CASE).headers["Location"] == "/status/"


def test_it_signs_out(opened: Patient) -> None:
    opened.post(f"{CASE}leave/")
    assert opened.get(CASE).headers["Location"] == "/status/"


def test_signing_out_hides_number_and_code_from_the_next_person_at_the_computer(patient: Patient) -> None:
    patient.open(*patient.file_an_appeal())
    assert f'action="{CASE}leave/"' in patient.get("/complaints/new/sent/").content.decode()
    patient.post(f"{CASE}leave/")
    assert "data-copy" not in patient.get("/complaints/new/sent/").content.decode()
    assert Draft.objects.get().sealed_receipt is None


@pytest.mark.parametrize("name", [cookies.DRAFT, cookies.CHAT, cookies.CALL_BACK])
def test_signing_out_ends_whatever_else_in_the_browser_opens_the_case(
    opened: Patient, filed: Filed, now: datetime, name: str
) -> None:
    drafts.hand_out(filed=filed, token="t" * 43, now=now)
    opened.client.cookies[name] = "t" * 43
    opened.post(f"{CASE}leave/")
    assert opened.client.cookies[name].value == ""
    assert drafts.receipt(token="t" * 43, now=database_now()) is None
    assert drafts.sent_with(token="t" * 43, now=database_now()) is None


def test_signing_out_keeps_an_unsent_appeal(opened: Patient) -> None:
    opened.begin()
    opened.answer("whom")
    opened.post(f"{CASE}leave/")
    assert opened.get("/complaints/new/policy/").status_code == 200


def test_it_needs_at_most_eight_queries(opened: Patient, answered: Complaint) -> None:
    opened.post(f"{CASE}message/", {"text": "Вопрос", "documents": [photo()]})
    opened.get(CASE)
    with CaptureQueriesContext(connection) as queries:
        opened.get(CASE)
    assert len(queries) <= 8, [query["sql"][:120] for query in queries]


def test_it_logs_that_the_patient_read_it(opened: Patient, filed: Filed) -> None:
    opened.get(CASE)
    row = ReadLog.objects.get()
    assert (row.reader_kind, row.subject_id, row.what) == ("patient", filed.complaint.pk, "content")


def test_it_shows_messages_both_ways_but_no_notes(
    opened: Patient, filed: Filed, branch: Branch, now: datetime
) -> None:
    operator = factories.make_staff("operator", 1, branch)
    profile = factories.profile(operator, on=now.date())
    case = work.claim(complaint=filed.complaint, by=operator, profile=profile, now=now)
    thread.post_by_staff(
        complaint=case, text="Уже звоню.", no_health_facts=True, by=operator, profile=profile, now=now
    )
    thread.post_by_staff(
        complaint=case, text="Клиника врёт", is_internal=True, by=operator, profile=profile, now=now
    )
    page = opened.get(CASE).content.decode()
    assert "Уже звоню." in page
    assert "Клиника врёт" not in page
    assert "С ним работает специалист контакт-центра." in page
    assert operator.full_name not in page


def test_it_posts_a_message_once(opened: Patient) -> None:
    form = {"text": "Мне стало хуже", "token": "t" * 32, "documents": []}
    for _press in range(2):
        assert opened.post(f"{CASE}message/", form).status_code == 302
    assert Message.objects.count() == 1
    assert "Мне стало хуже" in opened.get(CASE).content.decode()


def test_it_sends_files_without_words(opened: Patient) -> None:
    opened.post(f"{CASE}message/", {"text": "", "documents": [photo("чек.jpg")]})
    page = opened.get(CASE).content.decode()
    assert "чек.jpg" in page
    assert "Файлы приложены." in page


def test_it_refuses_an_empty_message(opened: Patient) -> None:
    response = opened.post(f"{CASE}message/", {"text": "  "})
    assert response.status_code == 422
    assert summary(response) == ["Напишите сообщение или выберите файл."]


def test_it_keeps_the_text_when_a_file_is_refused(opened: Patient) -> None:
    form = {"text": "Вот чек", "documents": [renamed_program()]}
    response = opened.post(f"{CASE}message/", form)
    assert response.status_code == 422
    assert "это программа" in summary(response)[0]
    assert "Вот чек</textarea>" in response.content.decode()
    assert not Message.objects.exists()


def test_it_answers_a_question_and_the_clock_goes_on(
    opened: Patient, filed: Filed, branch: Branch, now: datetime
) -> None:
    operator = factories.make_staff("operator", 1, branch)
    profile = factories.profile(operator, on=now.date())
    case = work.claim(complaint=filed.complaint, by=operator, profile=profile, now=now)
    waiting.wait(complaint=case, question="Когда?", working_days=2, by=operator, profile=profile, now=now)
    assert "Мы задали вам вопрос и ждём вашего ответа." in opened.get(CASE).content.decode()
    opened.post(f"{CASE}message/", {"text": "Вчера"})
    filed.complaint.refresh_from_db()
    assert filed.complaint.status == Status.IN_WORK


def test_it_shows_the_answer_in_the_patients_words(opened: Patient, answered: Complaint) -> None:
    Card.objects.update(identity_level=IdentityLevel.REGISTRY)
    page = opened.get(CASE).content.decode()
    assert "Нарушений не выявлено" in page
    assert "Срок соблюдён." in page
    assert "Это помогло?" in page


def test_it_closes_when_it_helped(opened: Patient, answered: Complaint) -> None:
    opened.post(f"{CASE}confirm/")
    answered.refresh_from_db()
    assert (answered.status, answered.helped) == (Status.CLOSED, True)


def test_it_makes_a_linked_new_appeal_when_it_did_not_help(opened: Patient, answered: Complaint) -> None:
    assert summary(opened.post(f"{CASE}reopen/", {"text": ""})) == [
        "Напишите в нескольких словах, что не помогло."
    ]
    response = opened.post(f"{CASE}reopen/", {"text": "Срок нарушен, вот снимок записи."})
    assert response.headers["Location"] == "/complaints/new/sent/"
    later = Link.objects.get(earlier=answered).later
    assert later.number in opened.get("/complaints/new/sent/").content.decode()
    assert f"обращение № {later.number}" in opened.get(CASE).content.decode()


def test_it_asks_again_only_once_and_keeps_the_text(opened: Patient, answered: Complaint) -> None:
    opened.post(f"{CASE}reopen/", {"text": "Не помогло"})
    response = opened.post(f"{CASE}reopen/", {"text": "Совсем не помогло"})
    assert response.status_code == 422
    assert "Совсем не помогло</textarea>" in response.content.decode()


def test_it_offers_no_new_look_after_thirty_days(opened: Patient, answered: Complaint) -> None:
    month_ago = answered.answered_at - timedelta(days=31)
    Complaint.objects.filter(pk=answered.pk).update(
        answered_at=month_ago, resolved_at=month_ago, registered_at=month_ago, received_at=month_ago
    )
    assert "/reopen/" not in opened.get(CASE).content.decode()
    assert opened.post(f"{CASE}reopen/", {"text": "Не помогло"}).status_code == 422


def test_it_withdraws_after_one_more_question(opened: Patient, filed: Filed) -> None:
    assert opened.post(f"{CASE}withdraw/", {}).status_code == 422
    opened.post(f"{CASE}withdraw/", {"sure": "no"})
    filed.complaint.refresh_from_db()
    assert filed.complaint.status == Status.NEW
    opened.post(f"{CASE}withdraw/", {"sure": "yes"})
    filed.complaint.refresh_from_db()
    assert filed.complaint.status == Status.WITHDRAWN
    assert "Вы отозвали обращение." in opened.get(CASE).content.decode()


def test_it_says_that_the_case_has_changed_meanwhile(opened: Patient, filed: Filed) -> None:
    opened.post(f"{CASE}confirm/")
    assert "Пока вы читали, обращение изменилось." in opened.get(CASE).content.decode()


def test_it_takes_no_message_for_a_finished_case(opened: Patient) -> None:
    opened.post(f"{CASE}withdraw/", {"sure": "yes"})
    response = opened.post(f"{CASE}message/", {"text": "Ещё слово"})
    assert response.status_code == 422
    assert Message.objects.count() == 0


def test_it_gives_files_out_as_downloads_only(opened: Patient) -> None:
    opened.post(f"{CASE}message/", {"text": "", "documents": [photo("чек.jpg")]})
    attachment = Attachment.objects.get()
    response = opened.get(f"{CASE}files/{attachment.storage_name}/")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert ReadLog.objects.filter(what="file", subject_id=attachment.pk).exists()


def test_it_gives_no_file_of_another_case(
    opened: Patient, branch: Branch, now: datetime, make_stranger: Callable[[], Patient]
) -> None:
    opened.post(f"{CASE}message/", {"text": "", "documents": [photo()]})
    attachment = Attachment.objects.get()
    assert make_stranger().get(f"{CASE}files/{attachment.storage_name}/").status_code == 404


@pytest.fixture
def make_stranger(branch: Branch, now: datetime) -> Callable[[], Patient]:
    def make() -> Patient:
        other = factories.file_case(branch, now=now)
        stranger = Patient()
        stranger.open(other.number, other.access_code)
        return stranger

    return make


def test_it_tells_every_event_in_plain_words(opened: Patient, filed: Filed, now: datetime) -> None:
    history = {"complaint": filed.complaint, "at": now, "cause": "timer", "hop": 1}
    History.objects.create(**history, event="escalated", to_tier=2)
    History.objects.create(**history, event="breached", to_tier=3)
    page = opened.get(CASE).content.decode()
    assert "Обращение передано специалистам по защите прав" in page
    assert "Мы не уложились в свой срок." in page
