"""Incidents as those read them who lead them: the list, one of them with its cases, what may be gathered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise

from complaints.bond_querysets import IncidentQuerySet
from complaints.kinds import NamingConsent
from complaints.models import Category, Complaint, Incident, Inquiry, JointAnswer, JointAnswerLine
from complaints.permissions import Act, can, leads_incidents
from complaints.querysets import MOST_COUNTED, CategoryQuerySet, ComplaintQuerySet
from complaints.reports.staff.lists import count_text
from complaints.reports.staff.places import supervised_branches
from complaints.services.incidents import GATHER
from complaints.services.joint_answers import ANSWER
from complaints.states import OPEN
from insurers.models import Branch, MedicalOrganisation
from omsportal.platform.kinds import JobState
from omsportal.platform.models import Alarm, Job
from omsportal.platform.pagination import CursorInvalid, Page, page
from representatives.profiles import Profile

PAGE_SIZE = 30
CASES_SIZE = 50
#: People named in one letter; more are in an export.
MOST_NAMED = 2_000
RESULTS: dict[str, Promise] = dict(JointAnswerLine.Result.choices)


@dataclass(frozen=True, slots=True)
class Rise:
    """A clinic and theme with far more complaints than usual; nobody has made an incident of it yet."""

    clinic: MedicalOrganisation | None
    theme: Category | None
    branch: Branch | None
    cases: int
    usual: float
    may_open: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Bounded counts: at most MOST_COUNTED of each."""

    gathered: int
    open: int
    answered: int
    fitting: int


@dataclass(frozen=True, slots=True)
class Answered:
    """One joint answer with what became of the cases."""

    joint: JointAnswer
    results: list[tuple[str | Promise, int]]
    by_hand: list[Complaint]


@dataclass(frozen=True, slots=True)
class IncidentPage:
    incident: Incident
    may_lead: bool
    figures: Figures
    cases: Page[Complaint]
    jobs: list[Job]
    inquiries: list[Inquiry]
    answers: list[Answered]

    @property
    def gathered_text(self) -> str:
        return count_text(self.figures.gathered)

    @property
    def open_text(self) -> str:
        return count_text(self.figures.open)

    @property
    def answered_text(self) -> str:
        return count_text(self.figures.answered)

    @property
    def fitting_text(self) -> str:
        return count_text(self.figures.fitting)


def incidents(profile: Profile, cursor: str, *, closed: bool = False) -> Page[Incident]:
    """Of the branches this person answers for, newest first (index incident_of_branch)."""
    rows = rows_for(profile, closed=closed)
    try:
        return page(rows, field="opened_at", size=PAGE_SIZE, cursor=cursor, descending=True)
    except CursorInvalid:
        return page(rows, field="opened_at", size=PAGE_SIZE, descending=True)


def rows_for(profile: Profile, *, closed: bool) -> IncidentQuerySet:
    """With what a line tells of them."""
    rows: IncidentQuerySet = Incident.objects.of_branches(supervised_branches(profile)).with_places()
    return rows.closed() if closed else rows.open()


def incident_of(profile: Profile, incident_id: int) -> Incident | None:
    """One of theirs; another's does not exist."""
    rows = Incident.objects.of_branches(supervised_branches(profile)).with_places()
    found: Incident | None = rows.filter(pk=incident_id).first()
    return found


def led_branches(profile: Profile) -> list[Branch]:
    """Whose incidents this person may open."""
    own = profile.branch_ids | profile.headed_branch_ids
    rows = Branch.objects.filter(pk__in=own).with_names().alphabetical()
    return [branch for branch in rows if leads_incidents(profile, branch.pk)]


def rises(profile: Profile) -> list[Rise]:
    """From the open alarms of their branches; names by two queries."""
    branches = {branch.pk: branch for branch in supervised_branches(profile).with_names()}
    rows = Alarm.objects.open().filter(kind="incident_rise", receiver_branch_id__in=branches)
    alarms = list(rows.order_by("-raised_at")[:PAGE_SIZE])
    clinics = MedicalOrganisation.objects.in_bulk({row.payload["clinic"] for row in alarms})
    themes = Category.objects.in_bulk({row.payload["theme"] for row in alarms})
    return [
        Rise(
            clinics.get(row.payload["clinic"]),
            themes.get(row.payload["theme"]),
            branches.get(row.receiver_branch_id or 0),
            int(row.payload["cases"]),
            float(row.payload["usual"]),
            leads_incidents(profile, row.receiver_branch_id or 0),
        )
        for row in alarms
    ]


def themes(now: datetime) -> CategoryQuerySet:
    rows: CategoryQuerySet = Category.objects.valid_on(now.date())
    return rows


def known_from(profile: Profile, branch: Branch, asked: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """What an address says about the incident to be: a case that this person opens, or clinic and theme."""
    today = now.astimezone(branch.zone).date()
    case = card_by_number(profile, asked.get("case", ""))
    if case is not None and can(profile, Act.OPEN, case):
        return {
            "category": case.category_id, "medical_organisation": case.medical_organisation_id,
            "starts_on": case.registered_on,
        }  # fmt: skip
    return {
        "category": asked.get("theme", ""), "medical_organisation": asked.get("clinic", ""),
        "starts_on": today - timedelta(days=1),
    }  # fmt: skip


def as_typed(incident: Incident) -> dict[str, Any]:
    """How a form shows what is there."""
    names = ("title", "starts_on", "ends_on", "joins_new", "banner")
    until = incident.banner_until
    local = until.astimezone(incident.branch.zone) if until else None
    return {name: getattr(incident, name) for name in names} | {"banner_until": local}


def incident_page(profile: Profile, incident: Incident, cursor: str) -> IncidentPage:
    """Its cases by keyset (index complaint_of_incident), as far as this person sees them."""
    cases = _cases(incident).visible_to(profile).with_places()
    try:
        shown = page(cases, field="id", size=CASES_SIZE, cursor=cursor)
    except CursorInvalid:
        shown = page(cases, field="id", size=CASES_SIZE)
    return IncidentPage(
        incident=incident,
        may_lead=leads_incidents(profile, incident.branch_id) and incident.closed_at is None,
        figures=_figures(incident),
        cases=shown,
        jobs=_jobs(incident),
        inquiries=list(incident.inquiries.select_related("asked_by").order_by("pk")),
        answers=[_answered(joint, profile) for joint in incident.joint_answers.order_by("pk")],
    )


def inquiry_of(incident_id: int, inquiry_id: int) -> Inquiry | None:
    """An inquiry of this incident."""
    rows = Inquiry.objects.select_related(
        "incident__branch__region", "incident__medical_organisation", "asked_by"
    )
    found: Inquiry | None = rows.filter(pk=inquiry_id, incident=incident_id).first()
    return found


def named_in(inquiry: Inquiry, profile: Profile) -> list[Complaint]:
    """Cases whose people allowed that the clinic hears their name, by now: not who took it back."""
    cases = _cases(inquiry.incident).visible_to(profile).select_related("card")
    allowed = cases.filter(
        card__naming_consent=NamingConsent.YES, card__is_anonymous=False, card__anonymised_at=None
    )
    return list(allowed.order_by("pk")[:MOST_NAMED])


def offered_to(complaint: Complaint) -> list[Incident]:
    """Open incidents of the branch that this case fits into; one query, none for a case that is in one."""
    if complaint.incident_id is not None or complaint.status not in OPEN:
        return []
    return list(Incident.objects.fitting(complaint).order_by("-opened_at")[:3])


def open_of_branch(complaint: Complaint) -> IncidentQuerySet:
    """To choose from by hand: the open ones of the case's branch, newest first."""
    rows: IncidentQuerySet = Incident.objects.open().filter(branch=complaint.branch_id).order_by("-opened_at")
    return rows


def incident_with_name(incident_id: int | None) -> Incident | None:
    """No query for a case that is in none."""
    if incident_id is None:
        return None
    found: Incident | None = Incident.objects.filter(pk=incident_id).first()
    return found


def card_by_number(profile: Profile, number: str) -> Complaint | None:
    """A case whose card this person may see."""
    case: Complaint | None = Complaint.objects.visible_to(profile).by_number(number).first()
    return case


def cases_of(incident: Incident) -> ComplaintQuerySet:
    """All that were gathered."""
    return _cases(incident)


def _cases(incident: Incident) -> ComplaintQuerySet:
    cases: ComplaintQuerySet = Complaint.objects.filter(incident=incident)
    return cases


def _figures(incident: Incident) -> Figures:
    cases = _cases(incident)
    fits = Complaint.objects.that_fit(incident)
    return Figures(
        gathered=cases[:MOST_COUNTED].count(),
        open=cases.open()[:MOST_COUNTED].count(),
        answered=cases.filter(answered_at__isnull=False)[:MOST_COUNTED].count(),
        fitting=fits[:MOST_COUNTED].count() if incident.closed_at is None else 0,
    )


def _jobs(incident: Incident) -> list[Job]:
    """Under way, or ended last: gathering and answering (partial index job_unfinished for the first)."""
    under_way = Job.objects.filter(state__in=(JobState.QUEUED, JobState.RUNNING), kind__in=(GATHER, ANSWER))
    joint = set(incident.joint_answers.values_list("pk", flat=True))
    return [
        job
        for job in under_way.order_by("pk")
        if job.arguments.get("incident") == incident.pk or job.arguments.get("joint_answer") in joint
    ]


def _answered(joint: JointAnswer, profile: Profile) -> Answered:
    grouped = joint.lines.values("result").annotate(n=Count("pk")).order_by("-n")
    results: Mapping[str, int] = {row["result"]: row["n"] for row in grouped}
    left = joint.lines.exclude(result=JointAnswerLine.Result.ANSWERED).values("complaint")
    by_hand: list[Complaint] = []
    if set(results) - {JointAnswerLine.Result.ANSWERED.value}:
        by_hand = list(Complaint.objects.visible_to(profile).filter(pk__in=left).order_by("pk")[:CASES_SIZE])
    return Answered(joint, [(RESULTS[name], count) for name, count in results.items()], by_hand)
