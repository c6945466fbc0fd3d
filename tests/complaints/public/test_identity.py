"""Who is asking: what is hidden until it is known, and the ways to make it known."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from complaints import disclosure, one_time_codes, patient_notices
from complaints.kinds import ForWhom, IdentityLevel
from complaints.models import Answer, Attachment, Card, Complaint, History, OneTimeCode
from complaints.services import closing, thread, waiting, work
from complaints.services.filing import Filed
from insurers.models import Branch, Policy
from insurers.policy_numbers import check_policy_number
from insurers.services.policies import Holder, PolicyRecord, create_policies
from omsportal.platform.limits import TABLE, Rule
from omsportal.platform.models import Outbox
from omsportal.platform.sms import Sms
from tests import factories
from tests.complaints.public.conftest import BIRTH_ON, POLICY, Patient, summary

CASE, IDENTITY = "/status/case/", "/status/case/identity/"
REGISTRY_PHONE = "+79051112233"


@pytest.fixture(autouse=True)
def sms_on(settings: Any) -> None:
    settings.SMS_MODE = "file"


@pytest.fixture
def policy(branch: Branch) -> Policy:
    """Вера's policy, with the phone that she gave the insurer."""
    holder = Holder(surname="Соколова", first_name="Вера", birth_on=BIRTH_ON, phone="8 (905) 111-22-33")
    create_policies([PolicyRecord(number=check_policy_number(POLICY), holder=holder, branch_id=branch.pk)])
    return Policy.objects.get()


@pytest.fixture
def filed(branch: Branch, policy: Policy, now: datetime) -> Filed:
    return factories.file_case(branch, now=now, policy_id=policy.pk)


@pytest.fixture
def opened(patient: Patient, filed: Filed) -> Patient:
    patient.open(filed.number, filed.access_code)
    return patient


@pytest.fixture
def hand(branch: Branch, now: datetime) -> dict[str, Any]:
    operator = factories.make_staff("operator", 1, branch)
    return {"by": operator, "profile": factories.profile(operator, on=now.date()), "now": now}


@pytest.fixture
def taken(filed: Filed, hand: dict[str, Any]) -> Complaint:
    return work.claim(complaint=filed.complaint, **hand)


def text_of(code: OneTimeCode) -> str:
    """What the sender makes of the notice of this code; empty: nothing is sent."""
    row = Outbox.objects.get(kind=patient_notices.CODE, subject_id=code.pk)
    message = patient_notices.code(row)
    return message.text if isinstance(message, Sms) else str(message.body) if message else ""


def page(patient: Patient, path: str = CASE) -> str:
    return patient.get(path).content.decode()


def level() -> int:
    return Card.objects.get().identity_level


def test_it_hides_what_may_speak_of_health_and_shows_the_rest(
    opened: Patient, taken: Complaint, hand: dict[str, Any]
) -> None:
    thread.post_by_staff(complaint=taken, text="Ваш диагноз подтверждён.", **hand)
    thread.post_by_staff(complaint=taken, text="Мы звонили в поликлинику.", no_health_facts=True, **hand)
    waiting.wait(complaint=taken, question="В какой день вам удобно?", working_days=2, **hand)
    shown = page(opened)
    assert "диагноз" not in shown
    assert "Специалист вам написал." in shown
    assert "Мы звонили в поликлинику." in shown
    assert "В какой день вам удобно?" in shown
    assert factories.STORY in shown
    Card.objects.update(identity_level=IdentityLevel.REGISTRY)
    assert "Ваш диагноз подтверждён." in page(opened)


def test_it_hides_outcome_and_answer_until_it_knows_who_asks(
    opened: Patient, taken: Complaint, hand: dict[str, Any]
) -> None:
    closing.resolve(complaint=taken, outcome="organised", text="Операция назначена.", **hand)
    shown = page(opened)
    assert "Ответ готов." in shown
    assert "Операция" not in shown
    assert "Мы организовали помощь" not in shown
    assert "case/confirm" not in shown
    Answer.objects.update(no_health_facts=True)
    assert "Операция назначена." in page(opened)


def test_a_consultation_is_answered_to_anybody_who_asks(
    patient: Patient, branch: Branch, now: datetime, hand: dict[str, Any]
) -> None:
    category = factories.make_category("question")
    filed = factories.file_case(branch, now=now, category=category)
    case = work.claim(complaint=filed.complaint, **hand)
    closing.resolve(complaint=case, outcome="clarified", text="Прикрепиться можно раз в год.", **hand)
    patient.open(filed.number, filed.access_code)
    assert "Прикрепиться можно раз в год." in page(patient)


def test_a_file_of_a_hidden_message_does_not_exist(
    opened: Patient, taken: Complaint, hand: dict[str, Any]
) -> None:
    opened.post(f"{CASE}message/", {"text": "Вот", "documents": []})
    message = thread.post_by_staff(complaint=taken, text="Заключение врача.", **hand)
    file = Attachment.objects.create(
        complaint=taken, message=message, storage_name="6f1ed002-ab5d-4a0c-9ec8-1f1f1f1f1f1f", size=1,
        sealed={"name": "заключение.pdf"}, media_type="application/pdf", content_digest=b"x",
        uploaded_by=hand["by"], uploaded_at=hand["now"],
    )  # fmt: skip
    assert "заключение.pdf" not in page(opened)
    assert opened.get(f"{CASE}files/{file.storage_name}/").status_code == 404
    Card.objects.update(identity_level=IdentityLevel.REGISTRY)
    assert "заключение.pdf" in page(opened)


def test_the_code_to_the_insurers_phone_opens_it(opened: Patient, filed: Filed) -> None:
    assert opened.post(f"{IDENTITY}send/", {"purpose": "registry_phone"}).headers["Location"] == IDENTITY
    code = OneTimeCode.objects.get()
    row = Outbox.objects.get(kind=patient_notices.CODE)
    message = patient_notices.code(row)
    assert isinstance(message, Sms)
    assert message.phone == REGISTRY_PHONE
    digits = one_time_codes.written(code)
    assert digits in message.text
    assert digits.replace(" ", "") not in f"{row.payload}{code.__dict__}"
    assert "соколов" not in message.text.lower()
    assert "/contact/wrong/" in message.text
    opened.post(IDENTITY, {"code": digits})
    assert level() == IdentityLevel.REGISTRY
    assert "+7 ••• •••-22-33" in page(opened)
    line = History.objects.get(event="identified")
    assert (line.reason, line.cause, line.by) == ("registry_phone", "patient", None)


def test_it_never_shows_the_insurers_phone_before_the_code_fits(opened: Patient) -> None:
    before = page(opened, IDENTITY)
    opened.post(f"{IDENTITY}send/", {"purpose": "registry_phone"})
    after = page(opened, IDENTITY)
    for part in ("905", "22-33", "2233"):
        assert part not in before + after


def test_the_page_is_the_same_whether_the_insurer_knows_a_phone(opened: Patient, policy: Policy) -> None:
    """Somebody filed with the policy number and the birth date of another person."""
    pages = []
    for known in (policy, None):
        Card.objects.update(policy=known)
        opened.post(f"{IDENTITY}send/", {"purpose": "registry_phone"})
        pages.append(page(opened, IDENTITY))
    without_tokens = [shown.split("csrfmiddlewaretoken") for shown in pages]
    assert [part[100:] for part in without_tokens[0]] == [part[100:] for part in without_tokens[1]]
    assert text_of(OneTimeCode.objects.latest("pk")) == ""


def test_a_code_works_once_for_ten_minutes_and_five_attempts(opened: Patient, now: datetime) -> None:
    opened.post(f"{IDENTITY}send/", {"purpose": "registry_phone"})
    code = OneTimeCode.objects.get()
    right = one_time_codes.written(code)
    wrong = f"{(int(right.replace(' ', '')) + 1) % 10**8:08d}"
    for _attempt in range(5):
        assert "Код не подходит" in summary(opened.post(IDENTITY, {"code": wrong}))[0]
    assert "Код не подходит" in summary(opened.post(IDENTITY, {"code": right}))[0]
    OneTimeCode.objects.update(
        attempts=0, expires_at=now - timedelta(seconds=1), asked_at=now - timedelta(hours=1)
    )
    assert opened.post(IDENTITY, {"code": right}).status_code == 422
    assert text_of(code) == ""  # too late to send it
    assert level() == IdentityLevel.NONE


def test_a_used_code_is_no_code(opened: Patient) -> None:
    opened.post(f"{IDENTITY}send/", {"purpose": "registry_phone"})
    right = one_time_codes.written(OneTimeCode.objects.get())
    assert opened.post(IDENTITY, {"code": right}).status_code == 302
    assert opened.post(IDENTITY, {"code": right}).status_code == 422


def test_codes_of_one_case_are_limited(opened: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TABLE, "identity.case", Rule(1, 3600, "appeal"))
    opened.post(f"{IDENTITY}send/", {"purpose": "email"})
    refused = opened.post(f"{IDENTITY}send/", {"purpose": "email"})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "через 60 минут" in refused.content.decode()


def test_one_phone_gets_few_codes_whatever_cases_it_stands_in(
    opened: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLE, "recovery.contact", Rule(1, 3600, "contact"))
    opened.post(f"{IDENTITY}send/", {"purpose": "registry_phone"})
    assert text_of(OneTimeCode.objects.latest("pk")) != ""
    opened.post(f"{IDENTITY}send/", {"purpose": "registry_phone"})
    assert text_of(OneTimeCode.objects.latest("pk")) == ""


def test_codes_of_all_cases_together_cost_no_fortune(
    opened: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLE, "identity.everybody", Rule(1, 3600, "everybody", rows=4))
    answers = [opened.post(f"{IDENTITY}send/", {"purpose": "phone"}).status_code for _time in range(2)]
    assert answers == [302, 429]


def test_nobody_is_woken_by_codes_all_night(opened: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TABLE, "recovery.contact", Rule(99, 3600, "contact"))
    monkeypatch.setitem(TABLE, "recovery.contact_day", Rule(1, 86400, "contact"))
    for is_sent in (True, False):
        opened.post(f"{IDENTITY}send/", {"purpose": "registry_phone"})
        assert bool(text_of(OneTimeCode.objects.latest("pk"))) is is_sent


@pytest.mark.parametrize(("purpose", "shown"), [("email", "v•••@example.org"), ("phone", "+7 ••• •••-45-67")])
def test_the_applicants_own_contact_proves_only_itself(opened: Patient, purpose: str, shown: str) -> None:
    assert shown in page(opened, IDENTITY)
    opened.post(f"{IDENTITY}send/", {"purpose": purpose})
    code = OneTimeCode.objects.get()
    assert one_time_codes.written(code) in text_of(code)
    opened.post(IDENTITY, {"code": one_time_codes.written(code)})
    assert level() == IdentityLevel.CONTACT
    assert not disclosure.is_proven(Card.objects.get())


def test_without_sms_it_offers_a_document_only(opened: Patient, settings: Any) -> None:
    settings.SMS_MODE = "off"
    shown = page(opened, IDENTITY)
    assert "registry_phone" not in shown
    assert "В офисе страховой компании" in shown
    opened.post(f"{IDENTITY}send/", {"purpose": "registry_phone"})
    assert not OneTimeCode.objects.exists()


@pytest.mark.parametrize(
    ("born", "today", "of_age"),
    [
        (date(2008, 3, 18), date(2026, 3, 17), False),
        (date(2008, 3, 18), date(2026, 3, 18), True),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
    ],
)
def test_a_child_comes_of_age_on_the_birthday(born: date, today: date, of_age: bool) -> None:
    card = Card(for_whom=ForWhom.CHILD)
    card.sealed = {"patient": {"birth_on": born.isoformat()}}
    assert disclosure.has_come_of_age(card, today=today) is of_age


def test_a_parent_loses_access_when_the_child_is_of_age(
    patient: Patient, branch: Branch, now: datetime
) -> None:
    child = factories.PATIENT | {"birth_on": (now.date() - timedelta(days=18 * 366)).isoformat()}
    filed = factories.file_case(branch, now=now, patient=child)
    Card.objects.update(for_whom=ForWhom.CHILD)  # as it was filed before the birthday
    refused = patient.open(filed.number, filed.access_code)
    assert refused.status_code == 403
    assert "Пациенту исполнилось 18 лет" in refused.content.decode()
    assert factories.STORY not in refused.content.decode()
    api = patient.client.get(
        f"/api/v1/complaints/{filed.number}/", headers={"X-Access-Code": filed.access_code}
    )
    assert (api.status_code, api.json()["code"]) == (403, "of_age")


def test_an_open_session_of_a_parent_ends_on_the_birthday(opened: Patient, now: datetime) -> None:
    card = Card.objects.get()
    card.for_whom = ForWhom.CHILD
    card.sealed["patient"]["birth_on"] = (now.date() - timedelta(days=18 * 366)).isoformat()
    card.save()
    assert opened.get(CASE).headers["Location"] == "/status/"


def test_the_api_says_what_it_withholds_and_why(
    opened: Patient, filed: Filed, taken: Complaint, hand: dict[str, Any]
) -> None:
    thread.post_by_staff(complaint=taken, text="О здоровье.", **hand)
    closing.resolve(complaint=taken, outcome="organised", text="Операция назначена.", **hand)
    address, code = f"/api/v1/complaints/{filed.number}/", {"X-Access-Code": filed.access_code}
    body = opened.client.get(address, headers=code).json()
    assert body["identity_level"] == 0
    assert [(m["text"], m["withheld"]) for m in body["messages"]] == [(None, "identity_not_confirmed")]
    answer = body["answer"]
    assert (answer["outcome"], answer["outcome_text"], answer["text"]) == (None, None, None)
    assert answer["withheld"] == "identity_not_confirmed"
    Card.objects.update(identity_level=IdentityLevel.IN_PERSON)
    answer = opened.client.get(address, headers=code).json()["answer"]
    assert (answer["outcome"], answer["text"], answer["withheld"]) == (
        "organised",
        "Операция назначена.",
        None,
    )
