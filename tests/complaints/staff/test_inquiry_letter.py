"""The inquiry about an incident as a PDF: it names those who allow it, and each name is a reading."""

from typing import Any

import pytest

from complaints.models import Complaint, Incident, Inquiry
from complaints.reports.staff import incidents as report
from complaints.reports.staff.inquiry_letter import letter_of
from complaints.services import incident_inquiries, incidents
from complaints.services.incidents import Plan
from insurers.models import Branch, MedicalOrganisation
from omsportal.platform.models import ReadLog
from representatives.models import User
from representatives.profiles import profile_of
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_complaint


@pytest.fixture
def asked(branch: Branch, people: dict[str, User], now: Any) -> Inquiry:
    """About two appeals; one person allows to be named."""
    clinic = MedicalOrganisation.objects.create(
        region=branch.region, code="1", name="Поликлиника № 1 [#strong]", short_name="П1"
    )
    about = {"medical_organisation": clinic, "now": now}
    named, silent = (make_complaint(branch, naming_consent=consent, **about) for consent in ("yes", "no"))
    head = people["head"]
    hand = {"by": head, "profile": profile_of(head, now=now), "now": now}
    plan = Plan(
        title="УЗИ", category=named.category, medical_organisation=clinic, starts_on=now.date()
    )  # fmt: skip
    incident = incidents.open_incident(branch=branch, plan=plan, **hand)
    Complaint.objects.filter(pk__in=[named.pk, silent.pk]).update(incident=incident)
    return incident_inquiries.ask(
        incident=incident, text="Когда починят аппарат?\n#panic(1)", outgoing_number="12-и",
        reply_due_on=now.date().replace(year=now.year + 1), **hand,
    )  # fmt: skip


def address(asked: Inquiry) -> str:
    return f"/staff/incidents/{asked.incident_id}/inquiries/{asked.pk}/letter/"


def test_the_head_gets_the_letter_and_each_name_is_a_reading(asked: Inquiry, client_of: ClientOf) -> None:
    head = client_of("head")
    assert address(asked) in head.get(address(asked).removesuffix("letter/")).content.decode()
    before = ReadLog.objects.filter(what="export").count()
    answer = head.get(address(asked))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert ReadLog.objects.filter(what="export").count() == before + 1


def test_it_names_only_who_allowed_it_and_counts_the_others(asked: Inquiry, people: dict[str, User]) -> None:
    inquiry = report.inquiry_of(asked.incident_id, asked.pk)
    assert inquiry is not None
    named = report.named_in(inquiry, profile_of(people["head"], now=asked.asked_at))
    words = letter_of(inquiry, named)
    (case,) = named
    assert words["named"] == [f"Соколова Вера Ильинична, обращение № {case.number}"]
    assert words["text"].startswith("Когда починят аппарат?")
    assert "№ 12-и" in words["reference"]
    assert words["unnamed"].startswith("Ещё 1 человек")


def test_nobody_else_gets_it(asked: Inquiry, client_of: ClientOf) -> None:
    for name, status in (("operator", 403), ("rival", 403), ("fund", 403), ("insurer_admin", 403)):
        assert client_of(name).get(address(asked)).status_code == status
    assert client_of("head").get(address(asked).replace(f"/{asked.pk}/", "/999/")).status_code == 404
    assert Incident.objects.count() == 1
