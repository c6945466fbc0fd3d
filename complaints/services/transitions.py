"""The only place where a status changes: status and history are written together, under the row's lock."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from complaints import states
from complaints.escalation.moves import CHANGED
from complaints.kinds import Cause
from complaints.models import Complaint, History
from complaints.states import ENDED, OPEN, Event, IllegalMove, Status
from omsportal.platform import alarms, bells
from representatives.models import User

#: Status, holder, due moment and tier of a case before a change.
Before = tuple[str, int | None, datetime, int]
#: Alarms about an open case; they close with it.
ENGINE_ALARMS = ("tier_breach", "blocked", "clock_gap", "nobody_on_duty")
#: Alarms about the answer by law; they close when it has left, or the case has ended without one.
LEGAL_ALARMS = ("answer_danger",)
_UNANSWERED = OPEN | {Status.RESOLVED}


class SomebodyWasFirst(Exception):
    """The case is no longer as this person saw it (409)."""


class RuleBroken(Exception):
    """A rule of the domain forbids it (422). `code` names the rule, `message` says what to do."""

    def __init__(self, code: str, message: object) -> None:
        super().__init__(code)
        self.code, self.message = code, message


def locked(complaint_id: int) -> Complaint:
    """The case as it is now; nobody else changes it until the transaction ends."""
    case: Complaint = (
        Complaint.objects.select_for_update(no_key=True, of=("self",))
        .select_related("branch", "branch__region", "category")
        .get(pk=complaint_id)
    )
    return case


def next_status(event: Event, complaint: Complaint) -> Status:
    """Where the event leads; raises SomebodyWasFirst when the case has moved on meanwhile."""
    try:
        return states.after(event, Status(complaint.status))
    except IllegalMove as error:
        raise SomebodyWasFirst(str(error)) from error


def record(
    complaint: Complaint,
    event: Event,
    *,
    now: datetime,
    cause: Cause,
    by: User | None = None,
    reason: str = "",
    **changes: Any,
) -> History:
    """Apply `changes` and the event's status to the locked case, and append its history line."""
    before: Before = (complaint.status, complaint.assignee_id, complaint.due_at, complaint.tier)
    status = next_status(event, complaint)
    changes = {**changes, "status": status.value, "version": complaint.version + 1}
    if "escalate_at" in changes:
        # Another moment: what was to be warned about is counted anew at the next tick, or not at all.
        changes["warn_at"] = now if changes["escalate_at"] is not None else None
    if status in ENDED and complaint.closed_at is None:
        changes["closed_at"] = now
    for name, value in changes.items():
        setattr(complaint, name, value)
    complaint.save(update_fields=[*changes])
    line = _line(complaint, event, before, now=now, cause=cause, by=by, reason=reason)
    if Status(before[0]) in OPEN and status not in OPEN:
        _close_alarms(complaint, ENGINE_ALARMS, now)
    if Status(before[0]) in _UNANSWERED and status not in _UNANSWERED:
        _close_alarms(complaint, LEGAL_ALARMS, now)
    bells.ring(CHANGED)
    return line


def _line(complaint: Complaint, event: Event, before: Before, **about: Any) -> History:
    status, assignee_id, due_at, tier = before
    line: History = History.objects.create(
        complaint=complaint,
        at=about["now"],
        event=event,
        hop=complaint.hop,
        cause=about["cause"],
        by=about["by"],
        reason=about["reason"],
        from_status=status,
        to_status=complaint.status,
        from_tier=tier,
        to_tier=complaint.tier,
        from_branch_id=complaint.branch_id,
        to_branch_id=complaint.branch_id,
        from_assignee_id=assignee_id,
        to_assignee_id=complaint.assignee_id,
        due_before=due_at,
        due_after=complaint.due_at,
    )
    return line


def _close_alarms(complaint: Complaint, kinds: Sequence[str], now: datetime) -> None:
    """What they cried about is no longer open; the unique key of alarms serves each kind."""
    for kind in kinds:
        alarms.close_about(kind=kind, subject_kind="complaint", subject_id=complaint.pk, now=now)
