"""The mark "for a look": taken in without a question asked, a person compares it when there is time."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.escalation.moves import CHANGED
from complaints.models import Complaint, Message
from complaints.permissions import Act, require
from complaints.services import transitions
from omsportal.platform import bells
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile


@transaction.atomic
def looked_at(*, complaint: Complaint, by: User, profile: "Profile", now: datetime) -> Complaint:
    """Take the mark off; a note for staff says who did and when. The clock never stopped.

    Raises NotAllowed. Pressing twice changes nothing.
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.NOTE, case)
    if not case.needs_look:
        return case
    Complaint.objects.filter(pk=case.pk).update(needs_look=False)
    Message.objects.create(
        complaint=case,
        author_kind=Message.Author.STAFF,
        author=by,
        is_internal=True,
        sealed={"text": _("Looked at the sender and the policy: the mark is taken off.")},
        posted_at=now,
    )
    bells.ring(CHANGED)
    return case


__all__ = ["looked_at"]
