"""May the clinic hear the name: what the applicant said when staff asked. Before a yes nobody is named."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from complaints.kinds import Cause, NamingConsent, NamingSource
from complaints.models import Card, Complaint
from complaints.permissions import Act, require
from complaints.services import transitions
from complaints.states import Event
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile


@transaction.atomic
def note(*, complaint: Complaint, allowed: bool, by: User, profile: "Profile", now: datetime) -> bool:
    """Write down the answer; the history says who asked and what the answer was. False: it was known.

    Raises NotAllowed.
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.NOTE_NAMING, case)
    consent = NamingConsent.YES if allowed else NamingConsent.NO
    changed = Card.objects.filter(pk=case.pk).exclude(naming_consent=consent).update(naming_consent=consent)
    if changed:
        reason = NamingSource.YES if allowed else NamingSource.NO
        transitions.record(case, Event.NAMING_NOTED, now=now, cause=Cause.STAFF, by=by, reason=reason)
    return bool(changed)
