"""Who holds a case: take, put back, hand over. Two people never get the same one."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from complaints.kinds import Cause
from complaints.models import Complaint
from complaints.permissions import Act, NotAllowed, Refusal, holds, require
from complaints.services import duty, transitions
from complaints.services.transitions import SomebodyWasFirst
from complaints.states import Event, Status
from representatives.models import Representative, User

if TYPE_CHECKING:
    from representatives.profiles import Profile


@transaction.atomic
def claim(*, complaint: Complaint, by: User, profile: "Profile", now: datetime) -> Complaint:
    """Take a case of the own queue. Raises SomebodyWasFirst, NotAllowed. Pressing twice changes nothing."""
    case = transitions.locked(complaint.pk)
    if holds(profile, case) and case.status == Status.IN_WORK:
        return case
    if case.status != Status.NEW:
        raise SomebodyWasFirst
    require(profile, Act.CLAIM, case)
    transitions.record(case, Event.CLAIMED, now=now, cause=Cause.STAFF, by=by, assignee=by)
    duty.taken(complaint=case, by=by, now=now)
    return case


@transaction.atomic
def take_next(*, by: User, profile: "Profile", now: datetime) -> Complaint | None:
    """The most urgent, longest waiting case within competences and ceiling; None when there is none.

    SKIP LOCKED: a hundred people at once get a hundred different cases.
    """
    if Complaint.objects.held_by(by.pk).open().count() >= profile.ceiling:
        return None
    queue = Complaint.objects.in_queue_of(profile).within_competences(profile).urgent_first()
    chosen = queue.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if chosen is None:
        return None
    transitions.record(chosen, Event.CLAIMED, now=now, cause=Cause.STAFF, by=by, assignee=by)
    duty.taken(complaint=chosen, by=by, now=now)
    taken: Complaint = chosen
    return taken


@transaction.atomic
def release(
    *, complaint: Complaint, by: User, profile: "Profile", reason: str = "", now: datetime
) -> Complaint:
    """Put a case back into its queue; its clock runs on."""
    case = transitions.locked(complaint.pk)
    require(profile, Act.RELEASE, case)
    transitions.record(case, Event.RELEASED, now=now, cause=Cause.STAFF, by=by, reason=reason, assignee=None)
    return case


@transaction.atomic
def hand_over(
    *, complaint: Complaint, to: User, by: User, profile: "Profile", reason: str = "", now: datetime
) -> Complaint:
    """Give a case to somebody who serves its tier and branch today. Raises NotAllowed."""
    case = transitions.locked(complaint.pk)
    require(profile, Act.HAND_OVER, case)
    serving = Representative.objects.serving_today(branch_id=case.branch_id, tier=case.tier, now=now)
    barred = case.barred_users.filter(pk=to.pk)  # complained of, for instance: they could not even open it
    if not serving.filter(user=to).exists() or barred.exists():
        raise NotAllowed(Act.CLAIM, Refusal.OTHER_TIER)
    transitions.record(case, Event.HANDED_OVER, now=now, cause=Cause.STAFF, by=by, reason=reason, assignee=to)
    return case
