"""Heads move work between people: one case out of a queue, or all that somebody holds."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from complaints.kinds import Cause, Reason
from complaints.models import Complaint
from complaints.permissions import Act, NotAllowed, Refusal, heads_here
from complaints.services import duty, thread, transitions, work
from complaints.services.transitions import SomebodyWasFirst
from complaints.states import MOVES, Event, Status
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: Of one press; nobody holds more, and what is left is moved by the next.
MOST = 1000


@dataclass(slots=True)
class Moved:
    """What became of somebody's cases."""

    moved: int = 0
    #: Wait for the patient: a pool takes only what is in work.
    waiting: int = 0
    #: Numbers that this colleague may not have, or that are not the head's to move.
    refused: list[str] = field(default_factory=list)
    #: Changed hands or status while this ran.
    gone: int = 0


def move_load(
    *, holder: User, to: User | None, reason: str = Reason.LEAVE, by: User, profile: "Profile", now: datetime
) -> Moved:
    """Give everything that `holder` holds in headed branches to a colleague, or put it back into its queues.

    One transaction for each case: one that cannot be moved does not keep the others. Each is judged as if it
    were handed over alone. Pressed twice, the second finds nothing left.
    """
    done = Moved()
    for case_id in _held(holder, profile):
        try:
            _move(case_id, holder, to, reason, by, profile, now, done)
        except NotAllowed:
            done.refused.append(Complaint.objects.values_list("number", flat=True).get(pk=case_id))
        except SomebodyWasFirst:
            done.gone += 1
    return done


@transaction.atomic
def give(
    *, complaint: Complaint, to: User, note: str = "", by: User, profile: "Profile", now: datetime
) -> Complaint:
    """Put a waiting case of the own branch on somebody's desk, whatever their ceiling says. `note` is for
    staff.

    Raises NotAllowed (not the head; who does not serve it), SomebodyWasFirst (it is taken).
    """
    case = transitions.locked(complaint.pk)
    if not heads_here(profile, case):
        raise NotAllowed(Act.HAND_OVER, Refusal.HEAD_ONLY)
    if case.status != Status.NEW:
        raise SomebodyWasFirst
    work.require_receiver(case, to, now)
    if note.strip():
        thread.post_by_staff(complaint=case, text=note, is_internal=True, by=by, profile=profile, now=now)
    transitions.record(case, Event.CLAIMED, now=now, cause=Cause.STAFF, by=by, assignee=to)
    duty.taken(complaint=case, by=to, now=now)
    return case


@transaction.atomic
def put_back(*, complaint: Complaint, reason: str, by: User, profile: "Profile", now: datetime) -> Complaint:
    """Take a case in work from its holder and put it back into its queue, as the head; its clock runs on.

    Raises NotAllowed.
    """
    case = transitions.locked(complaint.pk)
    if Status(case.status) not in MOVES[Event.RELEASED]:
        raise NotAllowed(Act.RELEASE, Refusal.STATUS)
    _put_back(case, reason, by, profile, now)
    return case


def _held(holder: User, profile: "Profile") -> list[int]:
    """Index complaint_holder; oldest ids first, as everywhere: nobody waits for a lock in a circle."""
    own = Complaint.objects.visible_to(profile).narrowed(branch_id__in=profile.headed_branch_ids)
    held = own.held_by(holder.pk).open()
    return list(held.order_by("pk").values_list("pk", flat=True)[:MOST])


@transaction.atomic
def _move(
    case_id: int, holder: User, to: User | None, reason: str, by: User, profile: "Profile", now: datetime,
    done: Moved,
) -> None:  # fmt: skip
    case = transitions.locked(case_id)
    if case.assignee_id != holder.pk:
        raise SomebodyWasFirst
    if to is not None:
        work.hand_over(complaint=case, to=to, by=by, profile=profile, reason=reason, now=now)
    elif case.status == Status.WAITING:
        done.waiting += 1
        return
    else:
        _put_back(case, reason, by, profile, now)
    done.moved += 1


def _put_back(case: Complaint, reason: str, by: User, profile: "Profile", now: datetime) -> None:
    if not heads_here(profile, case):
        raise NotAllowed(Act.RELEASE, Refusal.HEAD_ONLY)
    transitions.record(case, Event.RELEASED, now=now, cause=Cause.STAFF, by=by, reason=reason, assignee=None)


__all__ = ["MOST", "Moved", "give", "move_load", "put_back"]
