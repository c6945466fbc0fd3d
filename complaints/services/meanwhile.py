"""Nobody acts on a case that is not what they saw: what others did meanwhile is shown first."""

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

from complaints.models import Complaint, Message
from complaints.services import transitions
from complaints.services.transitions import SomebodyWasFirst
from representatives.models import User

Made = TypeVar("Made")


class ChangedMeanwhile(SomebodyWasFirst):
    """Others changed the case after the page was made (409)."""


class ApplicantWrote(SomebodyWasFirst):
    """The applicant wrote after the page was made (409)."""


@transaction.atomic
def unless_changed(
    *, complaint: Complaint, seen: int | None, read: int | None, by: User, act: Callable[[], Made]
) -> Made:
    """What `act` makes, if nobody but `by` has done anything after the line `seen` of the history.

    `read`: the last message on screen; None: messages do not matter for this act. The case stays locked
    until the act is done. Raises ChangedMeanwhile, ApplicantWrote, and what the act raises.
    """
    case = transitions.locked(complaint.pk)
    if seen is not None and case.history.after(seen).exclude(by=by).exists():
        raise ChangedMeanwhile
    if read is not None and Message.objects.by_patient_after(case, read).exists():
        raise ApplicantWrote
    return act()
