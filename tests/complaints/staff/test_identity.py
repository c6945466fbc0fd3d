"""Staff who have seen a document: the level rises, or a new access code is told once."""

from datetime import timedelta
from typing import Any

import pytest

from complaints import contacts
from complaints.kinds import ContactWay, ForWhom, IdentityLevel
from complaints.models import Card, Complaint, History, PatientSession
from complaints.services import patient_sessions, thread, wrong_contacts
from omsportal.platform.models import Outbox
from tests.complaints.staff.conftest import ClientOf
from tests.factories import profile


def address(case: Complaint, act: str) -> str:
    return f"/staff/cases/{case.number}/{act}/"


def of_age(case: Complaint, now: Any) -> None:
    """The case becomes that of a child whom a parent filed for, and who is 18 since."""
    card = Card.objects.get(pk=case.pk)
    card.for_whom = ForWhom.CHILD
    card.sealed["patient"]["birth_on"] = (now.date() - timedelta(days=18 * 366)).isoformat()
    card.save()


@pytest.mark.parametrize(
    ("proof", "level"), [("seen_passport", IdentityLevel.IN_PERSON), ("copy_other", IdentityLevel.REGISTRY)]
)
def test_a_document_raises_the_level_and_its_kind_is_written_down(
    client_of: ClientOf, held_case: Complaint, proof: str, level: int
) -> None:
    client_of("operator").post(address(held_case, "identify"), {"proof": proof})
    assert Card.objects.get().identity_level == level
    line = History.objects.get(event="identified")
    assert (line.reason, line.by.username) == (proof, "operator")
    assert line.to_status == line.from_status == "in_work"


def test_a_lesser_document_takes_nothing_away(client_of: ClientOf, held_case: Complaint) -> None:
    for proof in ("seen_passport", "copy_passport"):
        client_of("operator").post(address(held_case, "identify"), {"proof": proof})
    assert Card.objects.get().identity_level == IdentityLevel.IN_PERSON
    assert History.objects.filter(event="identified").count() == 2


@pytest.mark.parametrize("proof", ["", "email_code", "registry_phone", "passport № 1"])
def test_only_a_kind_of_document_is_taken(client_of: ClientOf, held_case: Complaint, proof: str) -> None:
    for act in ("identify", "new-code"):
        answer = client_of("operator").post(address(held_case, act), {"proof": proof})
        assert answer.status_code == 422
    assert Card.objects.get().identity_level == IdentityLevel.NONE


def test_staff_see_what_the_applicant_does_not(
    client_of: ClientOf, people: Any, held_case: Complaint, now: Any
) -> None:
    hand = {"by": people["operator"], "profile": profile(people["operator"], on=now.date()), "now": now}
    thread.post_by_staff(complaint=held_case, text="О здоровье.", **hand)
    thread.post_by_staff(complaint=held_case, text="Между нами.", is_internal=True, **hand)
    sign = "заявитель этого пока не видит"
    page = client_of("operator").get(f"/staff/cases/{held_case.number}/")
    assert page.content.decode().count(sign) == 1
    client_of("operator").post(address(held_case, "identify"), {"proof": "seen_passport"})
    assert sign not in client_of("operator").get(f"/staff/cases/{held_case.number}/").content.decode()


def test_a_new_code_is_shown_once_and_ends_the_old_one(
    client_of: ClientOf, held_case: Complaint, now: Any
) -> None:
    token = patient_sessions.begin(complaint=held_case, now=now)
    operator = client_of("operator")
    page = operator.post(address(held_case, "new-code"), {"proof": "seen_passport"})
    code = page.context["made"].access_code
    assert code.split()[0] in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert code not in operator.get(f"/staff/cases/{held_case.number}/").content.decode()
    assert patient_sessions.current(token=token, now=now) is None
    assert (
        patient_sessions.prove(number=held_case.number, code=code, address="192.0.2.1", now=now) == held_case
    )
    assert Card.objects.get().identity_level == IdentityLevel.IN_PERSON
    told = Outbox.objects.filter(kind="code_renewed")
    assert {row.channel for row in told} == {"email", "sms"}
    assert code.replace(" ", "") not in str(list(told.values()))
    assert History.objects.get(event="code_renewed").reason == "seen_passport"


def test_the_parents_code_ends_when_the_patient_of_age_gets_one(
    client_of: ClientOf, held_case: Complaint, now: Any
) -> None:
    of_age(held_case, now)
    operator = client_of("operator")
    refused = operator.post(address(held_case, "identify"), {"proof": "seen_birth"})
    assert refused.status_code == 422
    assert "Пациенту исполнилось 18 лет" in refused.content.decode()
    assert operator.post(address(held_case, "new-code"), {"proof": "seen_birth"}).status_code == 422
    page = operator.post(address(held_case, "new-code"), {"proof": "seen_passport"})
    code = page.context["made"].access_code
    assert Card.objects.get().for_whom == ForWhom.SELF
    assert patient_sessions.prove(number=held_case.number, code=code, address="192.0.2.1", now=now)


def test_staff_see_that_a_contact_is_a_strangers(client_of: ClientOf, held_case: Complaint, now: Any) -> None:
    contact = contacts.usable(held_case.card, ContactWay.PHONE)
    assert contact is not None
    token = contact.wrong_url.rstrip("/").rpartition("/")[2]
    wrong_contacts.refuse(token=token, address="192.0.2.1", now=now)
    page = client_of("operator").get(f"/staff/cases/{held_case.number}/").content.decode()
    assert "Сообщение попало к постороннему" in page


def test_nobody_else_gives_codes(client_of: ClientOf, held_case: Complaint) -> None:
    for name, status in (("specialist", 403), ("insurer_admin", 403), ("rival", 404), ("admin", 404)):
        assert (
            client_of(name).post(address(held_case, "new-code"), {"proof": "seen_passport"}).status_code
            == status
        )
    assert not PatientSession.objects.exists()
    assert not History.objects.filter(event="code_renewed").exists()
