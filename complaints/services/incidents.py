"""An incident: many equal complaints about one clinic, theme and period; worked as one, answered one by one.

It is led by the head of the branch, of a fund by its staff. Gathering thousands is a job; each case gets
its line of history, keeps its clocks, and can be taken out again.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.escalation import gathering
from complaints.kinds import Cause
from complaints.models import Category, Complaint, Incident, JointAnswer
from complaints.permissions import Act, NotAllowed, Refusal, leads_incidents, require
from complaints.services import transitions
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import OPEN, Event
from insurers.models import Branch, MedicalOrganisation
from omsportal.platform import alarms, jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

GATHER = "incident.gather"
#: A banner that nobody takes away ends by itself.
LONGEST_BANNER = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a head decides about an incident."""

    title: str
    category: Category
    medical_organisation: MedicalOrganisation | None
    starts_on: date
    ends_on: date | None = None
    joins_new: bool = False
    banner: str = ""
    banner_until: datetime | None = None


def require_lead(profile: "Profile", branch_id: int) -> None:
    """Raises NotAllowed."""
    if not leads_incidents(profile, branch_id):
        raise NotAllowed(Act.GATHER, Refusal.HEAD_ONLY)


@transaction.atomic
def open_incident(*, branch: Branch, plan: Plan, by: User, profile: "Profile", now: datetime) -> Incident:
    """Begin an incident of this branch; nothing is gathered yet. Raises NotAllowed, RuleBroken."""
    require_lead(profile, branch.pk)
    _check(plan, branch, now)
    made: Incident = Incident.objects.create(
        branch=branch, region=branch.region, opened_by=by, opened_at=now, **_fields(plan)
    )
    return made


@transaction.atomic
def change(*, incident: Incident, plan: Plan, by: User, profile: "Profile", now: datetime) -> Incident:  # noqa: ARG001  (whoever acts is named by every service)
    """Other words, period, rule or banner. Clinic and theme stay: they say what was gathered.

    Raises NotAllowed, SomebodyWasFirst (closed), RuleBroken.
    """
    row = locked(incident.pk)
    require_lead(profile, row.branch_id)
    _check(plan, row.branch, now)
    fields = {name: value for name, value in _fields(plan).items() if name not in _FIXED}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=[*fields])
    return row


@transaction.atomic
def ask_to_gather(*, incident: Incident, by: User, profile: "Profile", now: datetime) -> Job:
    """A worker gathers the cases that fit and are open. Asked twice it is done once.

    Raises NotAllowed, SomebodyWasFirst (closed)."""
    row = locked(incident.pk)
    require_lead(profile, row.branch_id)
    return jobs.request(kind=GATHER, arguments={"incident": row.pk}, by_id=by.pk, now=now)


@transaction.atomic
def add_case(
    *, incident: Incident, complaint: Complaint, by: User, profile: "Profile", now: datetime
) -> Complaint:
    """One case joins, also one that a machine would not gather: other theme or clinic, taken out before.

    Raises NotAllowed, SomebodyWasFirst (closed, in another incident, ended), RuleBroken (of another branch).
    """
    row = locked(incident.pk)
    case = transitions.locked(complaint.pk)
    require(profile, Act.GATHER, case)
    if case.branch_id != row.branch_id:
        raise RuleBroken("other_branch", _("This incident is of another branch."))
    if case.incident_id == row.pk:
        return case
    if case.incident_id is not None:
        raise SomebodyWasFirst
    now = transitions.not_before(case, now)
    transitions.record(case, Event.GATHERED, now=now, cause=Cause.STAFF, by=by, incident=row)
    return case


@transaction.atomic
def set_apart(*, complaint: Complaint, by: User, profile: "Profile", now: datetime) -> Complaint:
    """It does not belong there; no machine gathers it again. Raises NotAllowed."""
    case = transitions.locked(complaint.pk)
    require(profile, Act.GATHER, case)
    if case.incident_id is None:
        return case
    now = transitions.not_before(case, now)
    transitions.record(case, Event.SET_APART, now=now, cause=Cause.STAFF, by=by, incident=None)
    if case.is_open:
        gathering.unfold(case.pk)
    return case


@transaction.atomic
def close(*, incident: Incident, by: User, profile: "Profile", now: datetime) -> Incident:
    """Over: the banner goes, nothing joins any more.

    Raises NotAllowed, SomebodyWasFirst, RuleBroken (open cases)."""
    row = locked(incident.pk)
    require_lead(profile, row.branch_id)
    if Complaint.objects.filter(incident=row, status__in=OPEN).exists():
        message = _("Appeals of this incident are still open: answer them, or take them out, then close it.")
        raise RuleBroken("open_cases", message)
    if JointAnswer.objects.filter(incident=row, finished_at=None).exists():
        raise RuleBroken("answering", _("Answers are still being made. Wait until they are ready."))
    row.closed_at, row.closed_by = max(now, row.opened_at), by
    row.save(update_fields=["closed_at", "closed_by"])
    alarms.close_about(kind=gathering.INCIDENT_LATE, subject_kind="incident", subject_id=row.pk, now=now)
    return row


def gather_cases(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The job: all open cases that fit, in batches. Cases held at that moment are tried once more."""
    incident = Incident.objects.open().filter(pk=job.arguments["incident"]).first()
    if incident is None:
        return {"gathered": 0}
    gathered = 0
    for _turn in range(2):
        ids = gathering.candidates(incident)
        for start in range(0, len(ids), gathering.BATCH):
            batch = ids[start : start + gathering.BATCH]
            gathered += gathering.gather(
                incident=incident, ids=batch, by_id=job.created_by_id or 0, now=database_now()
            )
            progress.report(min(start + len(batch), len(ids)), len(ids))
    return {"gathered": gathered}


def locked(incident_id: int) -> Incident:
    """The incident as it is now. Raises SomebodyWasFirst when it is closed."""
    rows = (
        Incident.objects.open().select_for_update(no_key=True, of=("self",)).select_related("branch__region")
    )
    row: Incident | None = rows.filter(pk=incident_id).first()
    if row is None:
        raise SomebodyWasFirst
    return row


_FIXED = {"category", "medical_organisation"}


def _fields(plan: Plan) -> dict[str, Any]:
    return {
        "title": plan.title.strip(), "category": plan.category,
        "medical_organisation": plan.medical_organisation, "starts_on": plan.starts_on,
        "ends_on": plan.ends_on, "joins_new": plan.joins_new, "banner": plan.banner.strip(),
        "banner_until": plan.banner_until if plan.banner.strip() else None,
    }  # fmt: skip


def _check(plan: Plan, branch: Branch, now: datetime) -> None:
    if not plan.title.strip():
        raise RuleBroken("title", _("Write what it is about, in a few words."))
    if plan.starts_on > now.astimezone(branch.zone).date():
        raise RuleBroken("period", _("The incident begins today or earlier."))
    if plan.ends_on is not None and plan.ends_on < plan.starts_on:
        raise RuleBroken("period", _("The last day lies before the first one."))
    if plan.banner.strip():
        _check_banner(plan, now)


def _check_banner(plan: Plan, now: datetime) -> None:
    if plan.banner_until is None:
        raise RuleBroken("banner_end", _("Write until when patients see the banner."))
    if not now < plan.banner_until <= now + LONGEST_BANNER:
        message = _("The banner ends in the future, within %(days)s days.")
        raise RuleBroken("banner_end", message % {"days": LONGEST_BANNER.days})


def register() -> None:
    """Called once, when the app is ready."""
    jobs.register(GATHER, gather_cases)
