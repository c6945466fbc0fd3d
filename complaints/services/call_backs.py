"""Whoever left a voice message or asked for a call: promised at registration, kept by the first call."""

from datetime import date, datetime

from complaints.call_windows import Window
from complaints.deadlines import CALL_BACK_DAYS
from complaints.escalation import call_backs
from complaints.kinds import Cause, Channel
from complaints.models import Complaint, Deadline
from complaints.services import transitions
from complaints.states import OPEN, Event
from insurers.models import Branch
from omsportal.platform import alarms
from representatives.models import User


def promised(*, branch: Branch, channel: str, received_at: datetime, registered_on: date) -> datetime | None:
    """Until when the branch calls back, in its working time; None without a voice message."""
    if channel != Channel.VOICEMAIL:
        return None
    days = _days(registered_on)
    return call_backs.until(received_at=received_at, days=days, schedule_id=branch.schedule_id)


def met(*, branch: Branch, window: Window, now: datetime) -> call_backs.Meeting | None:
    """The hours in which the branch calls somebody who asks for it now; None when it never works in them."""
    days = _days(now.astimezone(branch.zone).date())
    return call_backs.meeting(received_at=now, days=days, branch_id=branch.pk, window=window)


def keep(case: Complaint, *, by: User, now: datetime) -> None:
    """A call was logged: the promise, if there is one, is kept, its alarm closes. The case is locked."""
    if case.call_back_until is None or case.status not in OPEN:
        return
    transitions.record(case, Event.CALLED_BACK, now=now, cause=Cause.STAFF, by=by, call_back_until=None)
    alarms.close_about(kind=call_backs.CALL_BACK_LATE, subject_kind="complaint", subject_id=case.pk, now=now)


def _days(registered_on: date) -> int:
    """Working days to call back, as the dated row of the day says."""
    terms = Deadline.objects.terms_of("appeal").valid_on(registered_on)
    row = terms.filter(code="CALL_BACK", region=None).first()
    return row.value if row else CALL_BACK_DAYS
