"""Calls in vain: each counts, the next one is promised; after the last one a letter takes their place."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints.escalation.call_backs import CALL_BACK_LATE
from complaints.kinds import AnswerChannel, CallResult, Cause, Channel
from complaints.models import CallAttempt, CallWindow, Card, Complaint
from complaints.permissions import Act, require
from complaints.services import call_backs, thread, transitions
from complaints.services.transitions import RuleBroken
from complaints.states import Event
from omsportal.platform import alarms
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: After so many calls in vain nobody calls any more.
MOST_CALLS = 3
#: Calls one right after the other are one call.
APART = timedelta(hours=1)

_LETTER = _("Called %(times)s times in vain. Write a letter to the postal address: that is the way now.")
_NO_ADDRESS = _(
    "Called %(times)s times in vain, and no postal address is known. Look for another contact in earlier "
    "appeals. If there is none, close the case; the person can call again."
)


@transaction.atomic
def failed(*, complaint: Complaint, result: str, by: User, profile: "Profile", now: datetime) -> CallAttempt:
    """Note a call that did not reach the person, and promise the next one; after the last one, a letter.

    A call in vain is no first reaction. Raises NotAllowed, RuleBroken (nobody waits for a call, too soon
    after the one before).
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.MESSAGE, case)
    if case.call_back_until is None:
        message = _("Nobody waits for a call in this case. Leave a note about what you did.")
        raise RuleBroken("no_promise", message)
    now = transitions.not_before(case, now)
    attempt = CallAttempt.objects.create(
        complaint=case, at=now, by=by, place=_place(case, now), result=CallResult(result)
    )
    if attempt.place >= MOST_CALLS:
        _give_up(case, attempt, by, now)
    else:
        until = _next_promise(case, now)
        transitions.record(case, Event.CALL_FAILED, now=now, cause=Cause.STAFF, by=by, call_back_until=until)
    alarms.close_about(kind=CALL_BACK_LATE, subject_kind="complaint", subject_id=case.pk, now=now)
    return attempt


def _place(case: Complaint, now: datetime) -> int:
    """Which call in a row this is. Raises RuleBroken."""
    last: CallAttempt | None = CallAttempt.objects.about(case).last()
    if last is None:
        return 1
    if now - last.at < APART:
        at = (last.at + APART).astimezone(case.branch.zone)
        message = _("Calls one right after the other count as one. Call again at %(time)s or later.")
        raise RuleBroken("too_soon", message % {"time": f"{at:%H:%M}"})
    return int(last.place) + 1


def _next_promise(case: Complaint, now: datetime) -> datetime | None:
    """The next working day of the branch, in the person's own hours where they named some."""
    wish = CallWindow.objects.filter(complaint=case).first()
    met = call_backs.met(branch=case.branch, window=wish.window, now=now) if wish is not None else None
    if met is not None:
        return met.ends_at
    today = now.astimezone(case.branch.zone).date()
    return call_backs.promised(
        branch=case.branch, channel=Channel.VOICEMAIL, received_at=now, registered_on=today
    )


def _give_up(case: Complaint, attempt: CallAttempt, by: User, now: datetime) -> None:
    """The answer goes by letter, if there is where to; staff are told what to do."""
    card = Card.objects.get(pk=case.pk)
    has_address = bool(card.sealed["applicant"].get("address"))
    if has_address:
        card.answer_channel = AnswerChannel.LETTER
        card.save(update_fields=["answer_channel"])
    with translation.override(settings.LANGUAGE_CODE):
        words = str(_LETTER if has_address else _NO_ADDRESS) % {"times": attempt.place}
    transitions.record(case, Event.CALLS_GIVEN_UP, now=now, cause=Cause.STAFF, by=by, call_back_until=None)
    thread.post_by_portal(case, words, is_internal=True, now=now)
