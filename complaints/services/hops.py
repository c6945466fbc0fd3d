"""Moves between tiers by hand: the same statement as the timer's, with a set of one."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from complaints.escalation import moves
from complaints.escalation.moves import CHANGED
from complaints.models import Complaint
from complaints.permissions import Act, require
from complaints.services import thread, transitions
from omsportal.platform import bells
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile


@transaction.atomic
def escalate(
    *, complaint: Complaint, reason: str, note: str = "", by: User, profile: "Profile", now: datetime
) -> Complaint:
    """Pass a case to the next tier's pool. `note` is for the next tier. Raises NotAllowed, RuleBroken."""
    case = transitions.locked(complaint.pk)
    require(profile, Act.ESCALATE, case)
    now = transitions.not_before(case, now)
    _leave_note(case, note, by, profile, now)
    moves.move_up(complaint_id=case.pk, by_id=by.pk, reason=reason, now=now)
    return _after(case)


@transaction.atomic
def return_to_lower_tier(
    *, complaint: Complaint, reason: str, note: str, by: User, profile: "Profile", now: datetime
) -> Complaint:
    """Give a case back once, with the time that is left. Raises NotAllowed, RuleBroken (no note)."""
    case = transitions.locked(complaint.pk)
    require(profile, Act.RETURN, case)
    now = transitions.not_before(case, now)
    thread.checked_text(note)
    _leave_note(case, note, by, profile, now)
    moves.move_down(complaint_id=case.pk, by_id=by.pk, reason=reason, now=now)
    return _after(case)


def _leave_note(case: Complaint, note: str, by: User, profile: "Profile", now: datetime) -> None:
    if note.strip():
        thread.post_by_staff(complaint=case, text=note, is_internal=True, by=by, profile=profile, now=now)


def _after(case: Complaint) -> Complaint:
    bells.ring(CHANGED)
    case.refresh_from_db()
    return case
