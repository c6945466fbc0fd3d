"""Individual answers from one text: each case of an incident gets its own, with its number, exactly once.

A worker answers them one by one, each in its own transaction with its line; who takes over after a crash goes
on with the cases that have no line yet. What cannot be answered so is listed with the reason, for a person.
"""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.kinds import OUTCOMES_OF_KIND, Cause, Outcome, Reason
from complaints.models import Card, Complaint, Incident, JointAnswer, JointAnswerLine
from complaints.reports.staff import replies
from complaints.services import deciding, incidents, templates, thread, transitions
from complaints.services.deciding import Decision
from complaints.services.transitions import RuleBroken
from complaints.states import OPEN, Event, Status
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

ANSWER = "incident.answer"
BATCH = 200
REPORT_EVERY = 0.5  # seconds
NUMBER = "{number}"
Result = JointAnswerLine.Result


@transaction.atomic
def answer_all(
    *,
    incident: Incident,
    outcome: str,
    text: str,
    no_health_facts: bool = False,
    by: User,
    profile: "Profile",
    now: datetime,
) -> JointAnswer:
    """Ask a worker to answer every open case of the incident. While one text is being sent another waits.

    Raises NotAllowed, SomebodyWasFirst (closed), RuleBroken: the text names no number, an unknown blank, an
    outcome that does not exist, answers are being made.
    """
    row = incidents.locked(incident.pk)
    incidents.require_lead(profile, row.branch_id)
    body = thread.checked_text(text)
    templates.check(body)
    if NUMBER not in body:
        raise RuleBroken("number", _("Each answer names its appeal: put {number} into the text."))
    if outcome not in Outcome.values:
        raise RuleBroken("outcome", _("Choose the outcome."))
    if JointAnswer.objects.filter(incident=row, finished_at=None).exists():
        raise RuleBroken("answering", _("Answers are being made already. Wait until they are ready."))
    made: JointAnswer = JointAnswer.objects.create(
        incident=row, sealed={"text": body}, outcome=outcome, no_health_facts=no_health_facts, made_by=by,
        made_at=now,
    )  # fmt: skip
    jobs.request(kind=ANSWER, arguments={"joint_answer": made.pk}, by_id=by.pk, now=now)
    return made


def answer_cases(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The job. Counts by result; a second run answers nobody twice."""
    joint = JointAnswer.objects.select_related("made_by", "incident").get(pk=job.arguments["joint_answer"])
    ids = list(_waiting(joint))
    reported = time.monotonic()
    for done, case_id in enumerate(ids, 1):
        answer_one(joint=joint, complaint_id=case_id, now=database_now())
        if time.monotonic() - reported >= REPORT_EVERY:
            reported = time.monotonic()
            progress.report(done, len(ids))
    progress.report(len(ids), len(ids))
    _finish(joint)
    return counts(joint)


@transaction.atomic
def answer_one(*, joint: JointAnswer, complaint_id: int, now: datetime) -> JointAnswerLine:
    """The case's own answer and its line, both or neither. Locks the case; done before: its line as it is."""
    case = transitions.locked(complaint_id)
    there: JointAnswerLine | None = joint.lines.filter(complaint=case).first()
    if there is not None:
        return there
    now = transitions.not_before(case, now)
    result, text = _judged(joint, case, now)
    if result is Result.ANSWERED:
        _take(case, joint.made_by, now)
        decision = Decision(outcome=joint.outcome, text=text, no_health_facts=joint.no_health_facts)
        deciding.take_effect(case, decision, by=joint.made_by, now=now)
    return JointAnswerLine.objects.create(joint_answer=joint, complaint=case, result=result, at=now)


def counts(joint: JointAnswer) -> dict[str, int]:
    """How many of each result."""
    found: dict[str, int] = {}
    for result in joint.lines.values_list("result", flat=True).iterator():
        found[result] = found.get(result, 0) + 1
    return found


def _waiting(joint: JointAnswer) -> Iterator[int]:
    """Open cases of the incident without a line (index complaint_of_incident)."""
    cases = Complaint.objects.filter(incident=joint.incident_id, status__in=OPEN)
    answered = set(joint.lines.values_list("complaint_id", flat=True))
    for case_id in cases.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=BATCH):
        if case_id not in answered:
            yield case_id


def _judged(joint: JointAnswer, case: Complaint, now: datetime) -> tuple[JointAnswerLine.Result, str]:
    """Whether this case is answered so, and with which words."""
    if case.incident_id != joint.incident_id or case.status not in OPEN:
        return Result.MOVED, ""
    if case.status == Status.WAITING:
        return Result.WAITING, ""
    if case.is_urgent:
        return Result.URGENT, ""
    if joint.outcome not in OUTCOMES_OF_KIND[case.kind]:
        return Result.OTHER_KIND, ""
    if case.category.needs_second_person:
        return Result.SECOND_PERSON, ""
    if case.barred_users.filter(pk=joint.made_by_id).exists():
        return Result.NOT_ALLOWED, ""
    card = Card.objects.get(pk=case.pk)
    facts = replies.facts_of(case, card, by=joint.made_by, now=now)
    text = replies.filled(str(joint.sealed["text"]), facts)
    return (Result.MISSING, "") if replies.MISSING.search(text) else (Result.ANSWERED, text)


def _take(case: Complaint, by: User, now: datetime) -> None:
    """Whoever answers for the incident holds the case when it is decided."""
    if case.status == Status.NEW:
        transitions.record(case, Event.CLAIMED, now=now, cause=Cause.STAFF, by=by, assignee=by)
    elif case.assignee_id != by.pk:
        transitions.record(
            case, Event.HANDED_OVER, now=now, cause=Cause.STAFF, by=by, reason=Reason.OTHER, assignee=by
        )


def _finish(joint: JointAnswer) -> None:
    open_one = JointAnswer.objects.filter(pk=joint.pk, finished_at=None)
    open_one.update(finished_at=max(database_now(), joint.made_at))


def register() -> None:
    """Called once, when the app is ready."""
    jobs.register(ANSWER, answer_cases)
