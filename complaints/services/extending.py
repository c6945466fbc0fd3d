"""More time to answer by law: once, by at most 30 days, by the head, with a reason that the applicant reads.

59-ФЗ art. 12 part 2. The tier's clock is another matter and runs on.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.deadlines import MOST_EXTENSION_DAYS
from complaints.kinds import Cause, Extension
from complaints.models import Complaint
from complaints.permissions import Act, require
from complaints.services import legal, thread, transitions
from complaints.services.transitions import RuleBroken
from complaints.states import Event
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile


@transaction.atomic
def extend(
    *, complaint: Complaint, days: int, reason: str, text: str, by: User, profile: "Profile", now: datetime
) -> Complaint:
    """So many calendar days more; `text` tells the applicant why and is read before it is known who asks.

    Raises NotAllowed (not the head, oral, extended before, too late), RuleBroken (days, reason, no text,
    no later date because of days off).
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.EXTEND, case)
    now = transitions.not_before(case, now)
    if not 1 <= days <= MOST_EXTENSION_DAYS:
        message = _("The law allows from 1 to %(most)s days.") % {"most": MOST_EXTENSION_DAYS}
        raise RuleBroken("extension_length", message)
    if reason not in Extension:
        raise RuleBroken("reason", _("Choose why more time is needed."))
    why = thread.checked_text(text)
    due = legal.date_of(case, begun=case.counts_from_on or case.registered_on, extension=days)
    assert case.answer_due_on is not None, "an oral appeal was refused above"
    if due <= case.answer_due_on:
        same = _("So few days end on days off, and the date would stay as it is. Choose more days.")
        raise RuleBroken("nothing_gained", same)
    transitions.record(
        case, Event.EXTENDED, now=now, cause=Cause.STAFF, by=by, reason=reason, extended_by_days=days,
        answer_due_on=due,
    )  # fmt: skip
    _tell(case, due, why, now)
    return case


def _tell(case: Complaint, due: date, why: str, now: datetime) -> None:
    """In the thread, and "there is news" by e-mail."""
    with translation.override(settings.LANGUAGE_CODE):
        said = gettext("The answer will take longer: you get it by %(day)s. The law allows this once.")
        text = said % {"day": date_format(due, "j E Y")}
    message = thread.post_by_portal(case, f"{text}\n\n{why}", is_internal=False, now=now)
    thread.tell_contact(case, kind="message", dedup=message.pk, now=now)
