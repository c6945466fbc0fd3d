"""The end of a shift: open work goes back to its pool, and the person is away."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from complaints.kinds import Cause, Channel, Reason
from complaints.models import Complaint
from complaints.services import transitions
from complaints.states import Event, Status
from representatives import services as staff
from representatives.models import User
from representatives.roles import Presence

if TYPE_CHECKING:
    from representatives.profiles import Profile


@transaction.atomic
def end_shift(*, hand_back: bool, by: User, profile: "Profile", now: datetime) -> int:
    """Put the cases in work back (those that wait for the patient stay), be away; returns how many went back.

    Chats go back in any case: somebody sits there and waits for the next word. Each case is locked in the
    order of ids, as everywhere: nobody waits for a lock in a circle.
    """
    in_work = Complaint.objects.held_by(by.pk).in_work()
    leaving = in_work if hand_back else in_work.of_channel(Channel.CHAT)
    case_ids = list(leaving.order_by("pk").values_list("pk", flat=True))
    count = sum(put_back(case_id, by, now, by=by) for case_id in case_ids)
    if profile.representative_id is not None:
        staff.set_presence(representative_id=profile.representative_id, presence=Presence.AWAY, now=now)
    return count


def put_back(case_id: int, holder: User, now: datetime, *, by: User) -> int:
    """1 when it went back to its queue, 0 when the timer moved it meanwhile."""
    case = transitions.locked(case_id)
    if case.assignee_id != holder.pk or case.status != Status.IN_WORK:
        return 0
    transitions.record(
        case, Event.RELEASED, now=now, cause=Cause.STAFF, by=by, reason=Reason.LEAVE, assignee=None
    )
    return 1
