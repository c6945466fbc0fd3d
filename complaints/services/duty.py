"""Calls to duty people, from their side: "I take this call", and the case taken."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.escalation.duty import NOBODY
from complaints.escalation.moves import CHANGED
from complaints.models import Complaint, DutyCall
from complaints.services import transitions
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Status
from omsportal.platform import alarms, bells
from representatives.models import User


@transaction.atomic
def acknowledge(*, complaint: Complaint, by: User, now: datetime) -> Complaint:
    """ "I take this call": nobody else is called for ten minutes, in which the case is to be taken.

    Raises SomebodyWasFirst when the case has been taken or has moved on, RuleBroken for whoever was not
    called. Pressing twice changes nothing.
    """
    case = transitions.locked(complaint.pk)
    own = DutyCall.objects.of_hop(case).to(by.pk)
    if case.status != Status.NEW or case.hop != complaint.hop:
        raise SomebodyWasFirst
    if not own.exists():
        raise RuleBroken("not_called", _("You were not called about this case."))
    if own.unanswered().answer(now=now):
        bells.ring(CHANGED)
    return case


def taken(*, complaint: Complaint, by: User, now: datetime) -> None:
    """The case has a holder: their call is answered, the alarm is over. Part of the claim's transaction."""
    if not complaint.is_urgent:
        return
    DutyCall.objects.of_hop(complaint).to(by.pk).unanswered().answer(now=now)
    alarms.close_about(kind=NOBODY, subject_kind="complaint", subject_id=complaint.pk, now=now)
