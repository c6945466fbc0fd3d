"""Waiting for the patient: a pause needs a question sent to them, has an end, and is given twice at most."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.escalation import clock
from complaints.kinds import Cause
from complaints.models import Complaint
from complaints.permissions import Act, require
from complaints.services import thread, transitions
from complaints.services.transitions import RuleBroken
from complaints.states import Event
from insurers.services.working_time import add_working_seconds
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: Each pause ends after at most five working days, then the clock resumes by itself.
MOST_WORKING_DAYS = 5


@transaction.atomic
def wait(
    *,
    complaint: Complaint,
    question: str,
    working_days: int,
    by: User,
    profile: "Profile",
    no_health_facts: bool = True,
    token: str = "",
    now: datetime,
) -> Complaint:
    """Ask the patient and pause the tier clock until they answer, `working_days` at most.

    Whoever has the code shall be able to answer: a question is shown at once unless about health. Raises
    NotAllowed, RuleBroken.
    """
    _check_length(working_days)
    case = transitions.locked(complaint.pk)
    require(profile, Act.WAIT, case)
    thread.post_by_staff(
        complaint=case, text=question, no_health_facts=no_health_facts, by=by, profile=profile, token=token,
        now=now,
    )  # fmt: skip
    return pause(complaint=case, working_days=working_days, by=by, profile=profile, now=now)


@transaction.atomic
def pause(
    *, complaint: Complaint, working_days: int, by: User, profile: "Profile", now: datetime
) -> Complaint:
    """The pause of a question that the caller sends in this transaction. Raises NotAllowed, RuleBroken."""
    _check_length(working_days)
    case = transitions.locked(complaint.pk)
    require(profile, Act.WAIT, case)
    left = clock.remaining_seconds(key=thread.key_of(case), due_at=case.due_at, now=now)
    transitions.record(
        case, Event.WAITED, now=now, cause=Cause.STAFF, by=by,
        paused_at=now,
        wait_until=_pause_end(case, working_days, now),
        remaining_seconds=left,
        escalate_at=None,
        pauses_used=case.pauses_used + 1,
        wait_days=working_days,
    )  # fmt: skip
    return case


def _check_length(working_days: int) -> None:
    if not 1 <= working_days <= MOST_WORKING_DAYS:
        message = _("A pause lasts from 1 to %(most)s working days.") % {"most": MOST_WORKING_DAYS}
        raise RuleBroken("pause_length", message)


@transaction.atomic
def resume(*, complaint: Complaint, by: User, profile: "Profile", now: datetime) -> Complaint:
    """Go on before the patient has answered. Raises NotAllowed."""
    case = transitions.locked(complaint.pk)
    require(profile, Act.RESUME, case)
    thread.resume(case, cause=Cause.STAFF, by=by, now=now)
    return case


def _pause_end(case: Complaint, working_days: int, now: datetime) -> datetime:
    schedule = case.branch.schedule
    return add_working_seconds(schedule, now, working_days * schedule.axis.day_seconds)
