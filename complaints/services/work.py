"""Who holds a case: take, put back, hand over. Two people never get the same one."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from complaints.kinds import Cause
from complaints.models import Complaint
from complaints.permissions import Act, NotAllowed, Refusal, holds, require
from complaints.querysets import ComplaintQuerySet
from complaints.queue_ranges import First, Pools, served
from complaints.services import duty, thread, transitions
from complaints.services.transitions import SomebodyWasFirst
from complaints.states import Event, Status
from omsportal.platform import outbox
from omsportal.platform.pagination import Window
from representatives.models import Representative, User

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: So many of the oldest are looked at before the whole pool: more people than that never press at once.
_LOOKED_AT = 200


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
    # One person's presses wait for each other: two of them at once do not go beyond the ceiling.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Complaint.objects.held_by(by.pk).open().count() >= profile.ceiling:
        return None
    chosen = _next_of(profile)
    if chosen is None:
        return None
    transitions.record(chosen, Event.CLAIMED, now=now, cause=Cause.STAFF, by=by, assignee=by)
    duty.taken(complaint=chosen, by=by, now=now)
    taken: Complaint = chosen
    return taken


def _next_of(profile: "Profile") -> Complaint | None:
    """Locked. Who serves several places looks at the first of each; only when others hold all of those now,
    at the whole pool."""
    queue = Complaint.objects.in_queue_of(profile).within_competences(profile).urgent_first()
    chosen: Complaint | None = None
    if len(served(profile)) > 1:
        for urgency in ("urgent", "ordinary"):
            chosen = chosen or _locked_first(queue.first_of(_nearest(profile, urgency)))
    return chosen or _locked_first(queue)


def _nearest(profile: "Profile", urgency: str) -> First:
    fitting = Complaint.objects.without_barred(profile).within_competences(profile)
    seen = Window("due_at", _LOOKED_AT, down=False, backwards=False, beyond=None)
    return First([Pools(served(profile), (Status.NEW,), (urgency,))], fitting, seen)


def _locked_first(queue: ComplaintQuerySet) -> Complaint | None:
    first: Complaint | None = queue.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    return first


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
    *,
    complaint: Complaint,
    to: User,
    by: User,
    profile: "Profile",
    reason: str = "",
    note: str = "",
    now: datetime,
) -> Complaint:
    """Give a case to somebody who serves its tier and branch today, and tell them. `note` is for staff.

    Raises NotAllowed, RuleBroken (the note is too long).
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.HAND_OVER, case)
    require_receiver(case, to, now)
    if note.strip():
        thread.post_by_staff(complaint=case, text=note, is_internal=True, by=by, profile=profile, now=now)
    transitions.record(case, Event.HANDED_OVER, now=now, cause=Cause.STAFF, by=by, reason=reason, assignee=to)
    outbox.enqueue(
        channel="portal", kind="handed_over", subject_kind="complaint", subject_id=case.pk, hop=case.hop,
        receiver_kind="user", receiver_id=to.pk, dedup=case.version,
        payload={"number": case.number, "tier": case.tier}, now=now,
    )  # fmt: skip
    return case


def require_receiver(case: Complaint, to: User, now: datetime) -> None:
    """Raises NotAllowed unless `to` serves the case's tier and branch today and may open it."""
    is_serving = Representative.objects.is_serving_today
    barred = case.barred_users.filter(pk=to.pk)  # complained of, for instance
    if not is_serving(to.pk, branch_id=case.branch_id, tier=case.tier, now=now) or barred.exists():
        raise NotAllowed(Act.CLAIM, Refusal.OTHER_TIER)
