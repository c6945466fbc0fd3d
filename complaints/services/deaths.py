"""The patient has died: a mark that staff set, and take back when it was a mistake.

From then on nobody is asked whether it helped, and nothing goes to contacts that were the patient's own
(contacts.is_silent). The work on the case goes on, and its answer can be asked about once more.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Cause, DeathSource
from complaints.models import Card, Complaint
from complaints.permissions import Act, require
from complaints.services import transitions
from complaints.services.transitions import RuleBroken
from complaints.states import Event
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile


@transaction.atomic
def note(*, complaint: Complaint, source: str, by: User, profile: "Profile", now: datetime) -> bool:
    """Set the mark; the history says by whom and from where it is known. False: it was set before.

    Raises NotAllowed, RuleBroken.
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.NOTE_DEATH, case)
    if source not in DeathSource.values:
        raise RuleBroken("source", _("Choose from where it is known."))
    return _mark(case, died=True, event=Event.DEATH_NOTED, reason=source, by=by, now=now)


@transaction.atomic
def take_back(*, complaint: Complaint, by: User, profile: "Profile", now: datetime) -> bool:
    """The patient lives. False: there was no mark. Raises NotAllowed."""
    case = transitions.locked(complaint.pk)
    require(profile, Act.NOTE_DEATH, case)
    return _mark(case, died=False, event=Event.DEATH_TAKEN_BACK, reason="", by=by, now=now)


def _mark(case: Complaint, *, died: bool, event: Event, reason: str, by: User, now: datetime) -> bool:
    changed = Card.objects.filter(pk=case.pk, patient_died=not died).update(patient_died=died)
    if changed:
        transitions.record(case, event, now=now, cause=Cause.STAFF, by=by, reason=reason)
    return bool(changed)
