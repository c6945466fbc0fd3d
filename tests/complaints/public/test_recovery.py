"""A lost access code, and a message that reached a stranger."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from complaints import contacts, notifications, one_time_codes, patient_notices
from complaints.kinds import ContactWay, IdentityLevel
from complaints.models import Card, Complaint, ContactLink, History, OneTimeCode, PatientSession
from complaints.services.filing import Filed
from insurers.models import Branch
from omsportal.platform.limits import TABLE, Rule
from omsportal.platform.models import Outbox
from omsportal.platform.sms import Sms
from tests import factories
from tests.complaints.public import following
from tests.complaints.public.conftest import POLICY, Patient, codes_on, summary

RECOVER, CODE, CASE = "/status/recover/", "/status/recover/code/", "/status/case/"
BIRTH = {"birth_on_day": "31", "birth_on_month": "12", "birth_on_year": "1950"}
VERA = {"surname": "соколова", **BIRTH}
UNKNOWN = "76-26-7654321-3"


@pytest.fixture
def filed(branch: Branch, now: datetime) -> Filed:
    vera = factories.PATIENT | {"policy_number": POLICY}
    return factories.file_case(branch, now=now, consents=["email"], patient=vera)


def asked(patient: Patient, **typed: str) -> OneTimeCode:
    """Somebody says who they are; the row of that question."""
    assert patient.post(RECOVER, {**VERA, **typed}).headers["Location"] == CODE
    code: OneTimeCode = OneTimeCode.objects.latest("pk")
    return code


def words(page: HttpResponse) -> str:
    """The page without what differs with every request."""
    return re.sub(r'value="[A-Za-z0-9]{64}"|/contact/wrong/[\w-]+/', "", page.content.decode())


def sent(kind: str, channel: str) -> EmailMessage | Sms | None:
    """What leaves for the latest notice of this kind."""
    builder = {patient_notices.CODE: patient_notices.code, patient_notices.RENEWED: patient_notices.renewed}[
        kind
    ]
    return builder(Outbox.objects.filter(kind=kind, channel=channel).latest("pk"))


@pytest.mark.parametrize("which", ["number", POLICY])
def test_it_gives_a_new_code_ends_the_old_one_and_tells_every_contact(
    patient: Patient, filed: Filed, which: str
) -> None:
    stranger = Patient()
    stranger.open(filed.number, filed.access_code)
    Card.objects.update(identity_level=IdentityLevel.IN_PERSON)
    code = asked(patient, which=filed.number if which == "number" else which)
    mail, sms = sent(patient_notices.CODE, "email"), sent(patient_notices.CODE, "sms")
    assert isinstance(mail, EmailMessage)
    assert isinstance(sms, Sms)
    digits = one_time_codes.written(code)
    assert digits in mail.body
    assert digits in sms.text
    number, new = codes_on(patient.post(CODE, {"code": digits}))
    assert number == filed.number
    assert stranger.get(CASE).headers["Location"] == "/status/"
    assert stranger.open(filed.number, filed.access_code).status_code == 422
    assert patient.open(number, new).headers["Location"] == CASE
    # Who could read a contact has not shown who they are.
    assert Card.objects.get().identity_level == IdentityLevel.CONTACT
    for channel in ("email", "sms"):
        told = sent(patient_notices.RENEWED, channel)
        assert told is not None
        text = told.text if isinstance(told, Sms) else str(told.body)
        assert filed.number in text
        assert "/call/" in text
        assert new not in text
    assert History.objects.get(event="code_renewed").cause == "patient"


def test_known_and_unknown_cost_the_same_and_look_the_same(patient: Patient, filed: Filed) -> None:
    statements, pages = [], []
    for typed in (
        {"which": filed.number},
        {"which": filed.number, "surname": "Иванова"},
        {"which": filed.number, "birth_on_year": "1951"},
        {"which": UNKNOWN},
    ):
        visitor = Patient()
        with CaptureQueriesContext(connection) as queries:
            code = asked(visitor, **typed)
        statements.append([re.sub(r"'[^']*'|\d+|NULL", "?", query["sql"]) for query in queries])
        with CaptureQueriesContext(connection) as queries:
            answer = visitor.post(CODE, {"code": "1234 5678"})
        statements.append([re.sub(r"'[^']*'|\d+|NULL", "?", query["sql"]) for query in queries])
        pages.append(words(answer))
        assert (code.complaint_id is not None) == (typed == {"which": filed.number})
    assert len(set(pages)) == 1
    for of_known, of_unknown in zip(statements[:2] * 3, statements[2:], strict=True):
        assert of_known == of_unknown


def test_even_the_right_digits_open_nothing_without_a_case(patient: Patient, filed: Filed) -> None:
    code = asked(patient, which=UNKNOWN)
    assert sent(patient_notices.CODE, "email") is None
    assert sent(patient_notices.CODE, "sms") is None
    assert patient.post(CODE, {"code": one_time_codes.written(code)}).status_code == 422


def test_the_code_works_only_in_the_browser_that_asked(patient: Patient, filed: Filed) -> None:
    digits = one_time_codes.written(asked(patient, which=filed.number))
    other = Patient()
    assert other.get(CODE).headers["Location"] == RECOVER
    asked(other, which=UNKNOWN)
    assert other.post(CODE, {"code": digits}).status_code == 422
    assert "Код не подходит" in summary(other.post(CODE, {"code": digits}))[0]


@pytest.mark.parametrize(
    "name", ["recovery.address", "recovery.target", "recovery.day", "recovery.everybody"]
)
def test_it_is_limited(patient: Patient, filed: Filed, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(TABLE, name, Rule(0, 3600, TABLE[name].by))
    refused = patient.post(RECOVER, {**VERA, "which": filed.number})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "соколова" in refused.content.decode()
    assert not OneTimeCode.objects.exists()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"which": ""}, "Наберите номер обращения или номер полиса."),
        ({"which": "76-26-1234567-0"}, "ошибка в одной из цифр"),
        ({"which": POLICY, "surname": ""}, "Наберите фамилию."),
    ],
)
def test_it_says_what_is_missing(patient: Patient, typed: dict[str, str], message: str) -> None:
    answer = patient.post(RECOVER, {**VERA, **typed})
    assert answer.status_code == 422
    assert message in summary(answer)[0]


def test_nothing_personal_stands_in_an_address_or_is_kept_by_a_browser(
    patient: Patient, filed: Filed
) -> None:
    answer = patient.post(RECOVER, {**VERA, "which": filed.number})
    assert answer.headers["Location"] == CODE
    assert "no-store" in patient.get(CODE).headers["Cache-Control"]
    made = patient.post(CODE, {"code": one_time_codes.written(OneTimeCode.objects.get())})
    assert "no-store" in made.headers["Cache-Control"]


def link_in(filed: Filed, kind: str = "filed") -> str:
    """The "wrong number?" address in the mail about this case."""
    mail = notifications.news_for_contact(Outbox.objects.get(kind=kind, channel="email"))
    assert mail is not None
    found = re.search(r"/contact/wrong/[\w-]+/", str(mail.body))
    assert found is not None
    return found.group()


def test_a_stranger_stops_our_messages_and_learns_nothing(
    patient: Patient, filed: Filed, now: datetime
) -> None:
    address = link_in(filed)
    Card.objects.update(identity_level=IdentityLevel.CONTACT)
    History.objects.create(
        complaint=filed.complaint, at=now, event="identified", hop=0, cause="patient", reason="email_code",
        to_status="new",
    )  # fmt: skip
    asking = patient.get(address).content.decode()
    assert not ContactLink.objects.filter(refused_at__isnull=False).exists()  # programs open links
    done = words(patient.post(address))
    assert "Спасибо" in done
    for word in (filed.number, "Соколова", "vera@example.org", "УЗИ"):
        assert word not in asking + done
    case = Complaint.objects.get()
    assert not case.notify_by_email
    assert Card.objects.get().identity_level == IdentityLevel.NONE
    row = Outbox.objects.get(kind="filed", channel="email")
    assert notifications.news_for_contact(row) is None
    assert contacts.usable(Card.objects.get(), ContactWay.EMAIL) is None
    assert contacts.usable(Card.objects.get(), ContactWay.PHONE) is not None
    line = History.objects.get(event="contact_refused")
    assert (line.reason, line.cause) == ("email", "system")
    assert words(patient.post(address)) == done
    assert History.objects.filter(event="contact_refused").count() == 1


def test_an_invented_link_looks_like_a_real_one(patient: Patient, filed: Filed) -> None:
    real = link_in(filed)
    pages = []
    for address in (real, "/contact/wrong/AAAAAAAAAAAAAAAAAAAA/"):
        pages.append(words(patient.get(address)) + words(patient.post(address)))
    assert pages[0] == pages[1]


def test_a_code_to_a_contact_that_was_replaced_meanwhile_recovers_nothing(
    patient: Patient, filed: Filed, branch: Branch, now: datetime, settings: Any
) -> None:
    """Who reads the owner's old mailbox asks first; then the owner leaves that mailbox."""
    settings.SMS_MODE = "file"
    thief, owner = Patient(), following.Followed(patient, filed, branch, now)
    code = asked(thief, which=filed.number)
    patient.open(filed.number, filed.access_code)
    owner.change("email", "safe@example.org", "phone")
    owner.type_codes(known=following.digits("known_contact"), new=following.digits("new_contact"))
    assert Card.objects.get().sealed["applicant"]["email"] == "safe@example.org"
    assert thief.post(CODE, {"code": one_time_codes.written(code)}).status_code == 422
    assert patient.get(CASE).status_code == 200


def test_a_recovery_does_not_reach_a_refused_contact(patient: Patient, filed: Filed) -> None:
    patient.post(link_in(filed))
    asked(patient, which=filed.number)
    assert sent(patient_notices.CODE, "email") is None
    assert isinstance(sent(patient_notices.CODE, "sms"), Sms)


def test_sessions_of_other_cases_stay(patient: Patient, filed: Filed, branch: Branch, now: datetime) -> None:
    other = factories.file_case(branch, now=now)
    neighbour = Patient()
    neighbour.open(other.number, other.access_code)
    digits = one_time_codes.written(asked(patient, which=filed.number))
    patient.post(CODE, {"code": digits})
    assert neighbour.get(CASE).status_code == 200
    assert PatientSession.objects.filter(ended_at=None).count() == 1


def test_a_registry_phone_is_written_as_people_write_it() -> None:
    assert contacts.as_e164("8 (905) 111-22-33") == "+79051112233"
    assert contacts.as_e164("нет") == ""


def test_codes_are_thrown_away_a_day_later(patient: Patient, filed: Filed, now: datetime) -> None:
    asked(patient, which=filed.number)
    assert one_time_codes.purge(now) == 0
    OneTimeCode.objects.update(asked_at=now.replace(year=2020), expires_at=now.replace(year=2021))
    assert one_time_codes.purge(now) == 1
