"""The mark "for a look": taken in without a question asked, a person compares it when there is time."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from complaints.kinds import Cause
from complaints.models import Complaint
from complaints.permissions import Act, require
from complaints.services import transitions
from complaints.states import Event
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile


@transaction.atomic
def looked_at(*, complaint: Complaint, by: User, profile: "Profile", now: datetime) -> Complaint:
    """Take the mark off; history says who did and when. The clock never stopped.

    Raises NotAllowed. Pressing twice changes nothing.
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.NOTE, case)
    if case.needs_look:
        transitions.record(case, Event.LOOKED_AT, now=now, cause=Cause.STAFF, by=by, needs_look=False)
    return case


__all__ = ["looked_at"]
