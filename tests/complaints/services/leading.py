"""A head who leads an incident of СОГАЗ-Мед in Yaroslavl, for the tests of incidents."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from complaints.models import (
    Complaint,
    Incident,
    Inquiry,
    JointAnswer,
)
from complaints.services import incident_inquiries, incidents, joint_answers
from complaints.services.incidents import Plan
from insurers.models import Branch, MedicalOrganisation
from omsportal.platform import jobs
from omsportal.platform.models import Job
from representatives.models import User
from tests.factories import (
    NOW,
    make_branch,
    make_category,
    make_complaint,
    make_staff,
    profile,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TEXT = "Обращение № {number}: {applicant}, УЗИ снова делают. Запись открыта."


def head(branch: Branch | None = None, name: str = "head") -> User:
    return make_staff(name, heads=branch or make_branch())


def clinic(code: str = "001") -> MedicalOrganisation:
    known = {"name": f"Поликлиника {code}", "short_name": f"Поликлиника {code}"}
    region = make_branch().region
    return MedicalOrganisation.objects.get_or_create(region=region, code=code, defaults=known)[0]


def case(**fields: Any) -> Complaint:
    return make_complaint(**({"medical_organisation": clinic()} | fields))


def opened(branch: Branch | None = None, **changed: Any) -> Incident:
    own = branch or make_branch()
    plan: dict[str, Any] = {
        "title": "Сломан аппарат УЗИ", "category": make_category(), "medical_organisation": clinic(),
        "starts_on": (NOW - DAY).date(),
    }  # fmt: skip
    lead = head(own)
    return incidents.open_incident(
        branch=own, plan=Plan(**(plan | changed)), by=lead, profile=profile(lead), now=NOW
    )


def run(
    job_of: Callable[[], Job], kind: str, work: Callable[[Job, jobs.Progress], dict[str, Any]]
) -> dict[str, Any]:
    job = job_of()
    assert job.kind == kind
    return work(job, jobs.Progress(job.pk))


def gather(incident: Incident, by: User | None = None, now: datetime = NOW) -> dict[str, Any]:
    lead = by or head(incident.branch)
    return run(
        lambda: incidents.ask_to_gather(incident=incident, by=lead, profile=profile(lead), now=now),
        incidents.GATHER,
        incidents.gather_cases,
    )


def answer(incident: Incident, **changed: Any) -> JointAnswer:
    lead = head(incident.branch)
    asked = {"outcome": "justified", "text": TEXT, "no_health_facts": True, "now": NOW + HOUR}
    return joint_answers.answer_all(incident=incident, by=lead, profile=profile(lead), **(asked | changed))


def make_answers(joint: JointAnswer) -> dict[str, int]:
    job = Job.objects.filter(kind=joint_answers.ANSWER).latest("pk")
    return joint_answers.answer_cases(job, jobs.Progress(job.pk))


def fresh(one: Complaint) -> Complaint:
    return Complaint.objects.with_card().get(pk=one.pk)


def ask(incident: Incident, **changed: Any) -> Inquiry:
    lead = head(incident.branch)
    asked = {
        "text": "Когда починят аппарат?",
        "outgoing_number": "12-и",
        "reply_due_on": (NOW + 5 * DAY).date(),
    }
    return incident_inquiries.ask(
        incident=incident, by=lead, profile=profile(lead), now=NOW + HOUR, **(asked | changed)
    )
