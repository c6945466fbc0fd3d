"""What people do to the engine: try a held case again, let the timer go on."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.db import DatabaseError, transaction

from complaints.escalation import blocking, hold, moves
from complaints.kinds import Cause
from complaints.models import Complaint, EngineHold
from complaints.reports.staff.watch import Watch
from complaints.services import transitions
from complaints.states import Event
from omsportal.platform import bells
from omsportal.platform.models import Alarm
from omsportal.platform.querysets import AlarmQuerySet
from representatives.models import User

log = logging.getLogger(__name__)


class NotWatched(Exception):
    """The case or the hold is not within this person's watch (403)."""


class Tried(StrEnum):
    """What became of a held case."""

    MOVED = "moved"  # its time was over: it went where it should have gone
    FREE = "free"  # its time is not over, or the timer stands still: the sweep will move it
    FAILED = "failed"  # the same or another fault: held again, with a new alarm
    NOTHING = "nothing"  # somebody was first


@transaction.atomic
def try_again(*, complaint: Complaint, watch: Watch, by: User, now: datetime) -> Tried:
    """Give the case back to the timer and let it move at once if it is due. Raises NotWatched.

    The alarm closes with this person's name on it, and history names them. A move that fails again holds the
    case again and opens the alarm anew.
    """
    if not watch.covers(complaint.branch_id):
        raise NotWatched
    case = transitions.locked(complaint.pk)
    if case.blocked_at is None:
        return Tried.NOTHING
    if not _given_back(case, by, now):
        return Tried.FAILED
    if case.escalate_at is None or case.escalate_at > now or hold.in_force(now=now):
        return Tried.FREE
    return _move(case, now)


def try_all(*, complaints: Sequence[Complaint], watch: Watch, by: User, now: datetime) -> Counter[Tried]:
    """The same for several cases, each in its own transaction."""
    return Counter(try_again(complaint=case, watch=watch, by=by, now=now) for case in complaints)


@transaction.atomic
def release_hold(*, hold_id: int, watch: Watch, by: User, now: datetime) -> bool:
    """Let the timer go on; True if it stood still by this hold until now. Raises NotWatched.

    The alarm about the jump closes with this person's name on it.
    """
    if not watch.everywhere:
        raise NotWatched
    if not EngineHold.objects.filter(pk=hold_id, released_at=None).update(released_at=now, released_by=by):
        return False
    _close(Alarm.objects.filter(kind="clock_jumped", subject_kind="engine"), by, now)
    bells.ring("tick")
    return True


def _given_back(case: Complaint, by: User, now: datetime) -> bool:
    """False when the database refuses even this: the case stays held, its alarm as it was."""
    try:
        with transaction.atomic():
            transitions.record(case, Event.TRIED_AGAIN, now=now, cause=Cause.STAFF, by=by, blocked_at=None)
    except DatabaseError:
        log.exception("case %s cannot be given back and stays held", case.pk)
        return False
    _close(Alarm.objects.about("complaint", case.pk).filter(kind="blocked"), by, now)
    return True


def _close(alarms: AlarmQuerySet, by: User, now: datetime) -> None:
    """Seen by whoever was first, closed now; an alarm that the clock put into the future is left alone."""
    open_ones = alarms.open().filter(raised_at__lte=now)
    open_ones.unacknowledged().update(acknowledged_at=now, acknowledged_by_id=by.pk)
    open_ones.update(closed_at=now)


def _move(case: Complaint, now: datetime) -> Tried:
    try:
        with transaction.atomic():
            moved = moves.move_named_due(ids=[case.pk], now=now)
    except DatabaseError as error:
        log.exception("case %s cannot be moved and is held again", case.pk)
        blocking.block(complaint_id=case.pk, now=now, error=error)
        return Tried.FAILED
    return Tried.MOVED if moved.escalated or moved.breached else Tried.FREE
