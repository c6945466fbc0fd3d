"""The only place where a status changes: status and history are written together, under the row's lock."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from complaints import states
from complaints.escalation.moves import CHANGED
from complaints.kinds import Cause
from complaints.models import Complaint, History
from complaints.querysets import ComplaintQuerySet
from complaints.services import official_rows
from complaints.states import ENDED, OPEN, Event, IllegalMove, Status
from omsportal.platform import alarms, bells
from representatives.models import User

#: Alarms about an open case; they close with it.
ENGINE_ALARMS = ("tier_breach", "blocked", "clock_gap", "nobody_on_duty", "call_back_late")
#: Alarms about the answer by law; they close when it has left, or the case has ended without one.
LEGAL_ALARMS = ("answer_danger",)
_UNANSWERED = OPEN | {Status.RESOLVED}
_held: ContextVar[Mapping[int, Complaint]] = ContextVar("held_cases", default={})  # noqa: B039  (nobody writes to it)


@dataclass(frozen=True, slots=True)
class Before:
    """What a line of history tells of a case as it was."""

    status: str
    assignee_id: int | None
    tier: int
    due_at: datetime
    answer_due_on: date | None
    until: datetime | None

    @classmethod
    def of(cls, case: Complaint) -> "Before":
        return cls(
            case.status, case.assignee_id, case.tier, case.due_at, case.answer_due_on, promised_until(case)
        )


def promised_until(case: Complaint) -> datetime | None:
    """The end of a pause, else until when somebody calls back."""
    until: datetime | None = case.wait_until or case.call_back_until
    return until


class SomebodyWasFirst(Exception):
    """The case is no longer as this person saw it (409)."""


class RuleBroken(Exception):
    """A rule of the domain forbids it (422). `code` names the rule, `message` says what to do."""

    def __init__(self, code: str, message: object) -> None:
        super().__init__(code)
        self.code, self.message = code, message


def locked(complaint_id: int) -> Complaint:
    """The case as it is now; nobody else changes it until the transaction ends."""
    case: Complaint = _held.get().get(complaint_id) or _lockable().get(pk=complaint_id)
    return case


def locked_if_free(complaint_ids: Collection[int]) -> list[Complaint]:
    """Those that nobody else has locked this moment, the lowest id first."""
    return list(_lockable(skip_locked=True).filter(pk__in=complaint_ids).order_by("pk"))


@contextmanager
def holding(case: Complaint) -> Iterator[None]:
    """Within the block `locked` gives this case, which the transaction has locked already, unread."""
    before = _held.set({case.pk: case})
    try:
        yield
    finally:
        _held.reset(before)


def _lockable(*, skip_locked: bool = False) -> ComplaintQuerySet:
    rows = Complaint.objects.select_for_update(no_key=True, skip_locked=skip_locked, of=("self",))
    found: ComplaintQuerySet = rows.select_related("branch", "branch__region", "category")
    return found


def not_before(case: Complaint, now: datetime) -> datetime:
    """`now`, or the last moment of the case that is known when the database's clock has gone back behind it:
    whoever acts then is not turned away, and no line of its life precedes the one before."""
    return max(now, case.entered_at, case.resolved_at or case.entered_at)


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
    wait_days: int | None = None,
    **changes: Any,
) -> History:
    """Apply `changes` and the event's status to the locked case, and append its history line.

    A promise to call back ends with the work on the case, and the row of the official form is fixed then.
    `wait_days` is what a pause was given.
    """
    before = Before.of(complaint)
    status = next_status(event, complaint)
    changes = {**changes, "status": status.value, "version": complaint.version + 1}
    if "escalate_at" in changes:
        # Another moment: what was to be warned about is counted anew at the next tick, or not at all.
        changes["warn_at"] = now if changes["escalate_at"] is not None else None
    if status in ENDED and complaint.closed_at is None:
        changes["closed_at"] = now
    if status not in OPEN and complaint.call_back_until is not None:
        changes["call_back_until"] = None
    if Status(before.status) in OPEN and status not in OPEN and event != Event.BECAME_COMPLAINT:
        changes["official_code"] = official_rows.row_of(complaint, now)
    for name, value in changes.items():
        setattr(complaint, name, value)
    complaint.save(update_fields=[*changes])
    about = {"at": now, "cause": cause, "by": by, "reason": reason, "wait_days": wait_days}
    line = _line(complaint, event, before, about)
    if Status(before.status) in OPEN and status not in OPEN:
        _close_alarms(complaint, ENGINE_ALARMS, now)
    if Status(before.status) in _UNANSWERED and status not in _UNANSWERED:
        _close_alarms(complaint, LEGAL_ALARMS, now)
    bells.ring(CHANGED)
    return line


def _line(complaint: Complaint, event: Event, before: Before, about: dict[str, Any]) -> History:
    after = Before.of(complaint)
    moved: dict[str, Any] = {}
    if after.answer_due_on != before.answer_due_on:
        moved |= {"answer_before": before.answer_due_on, "answer_after": after.answer_due_on}
    if after.until != before.until:
        moved |= {"until_before": before.until, "until_after": after.until}
    line: History = History.objects.create(
        complaint=complaint,
        event=event,
        hop=complaint.hop,
        from_status=before.status,
        to_status=after.status,
        from_tier=before.tier,
        to_tier=after.tier,
        from_branch_id=complaint.branch_id,
        to_branch_id=complaint.branch_id,
        from_assignee_id=before.assignee_id,
        to_assignee_id=after.assignee_id,
        due_before=before.due_at,
        due_after=after.due_at,
        **moved,
        **about,
    )
    return line


def _close_alarms(complaint: Complaint, kinds: Sequence[str], now: datetime) -> None:
    """What they cried about is no longer open; the unique key of alarms serves each kind."""
    for kind in kinds:
        alarms.close_about(kind=kind, subject_kind="complaint", subject_id=complaint.pk, now=now)
