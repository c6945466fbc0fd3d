"""A written answer leaves: on which day, how, under which number, signed by whom. Only then it counts."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from complaints.file_types import Accepted
from complaints.kinds import Cause
from complaints.models import Answer, Complaint
from complaints.permissions import Act, require
from complaints.services import attachments, deciding, transitions
from complaints.services.transitions import RuleBroken
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile


def record_dispatch(
    *,
    complaint: Complaint,
    way: str,
    outgoing_number: str,
    signatory: User | None = None,
    sent_on: date | None = None,
    files: Sequence[Accepted] = (),
    by: User,
    profile: "Profile",
    now: datetime,
) -> Complaint:
    """A letter left or was handed over: the appeal is answered from that day on, today unless `sent_on` says.

    The signed answer as files stands in the thread, shown to whom the answer is. Raises NotAllowed,
    SomebodyWasFirst, RuleBroken (a day to come, or before the decision), FileRefused; then nothing is kept.
    """
    with attachments.all_or_nothing() as keep:
        case = transitions.locked(complaint.pk)
        require(profile, Act.DISPATCH, case)
        now = transitions.not_before(case, now)
        sent_at = _moment_of(case, sent_on, now)
        answer = Answer.objects.get(complaint=case)
        answer.outgoing_number, answer.signatory = outgoing_number, signatory
        kept = [keep(complaint=case, file=file, uploaded_by=by, now=now) for file in files]
        kept += deciding.held_back(case, answer)
        if kept:
            answer.signed_file = kept[0]
            deciding.show_files(case, answer, kept, by=by, now=now)
        answer.save(update_fields=["outgoing_number", "signatory", "signed_file"])
        deciding.dispatch(case, way=way, cause=Cause.STAFF, by=by, sent_at=sent_at, now=now)
    return case


def _moment_of(case: Complaint, sent_on: date | None, now: datetime) -> datetime:
    """Of a day that is over its last minute: nobody has written down the hour."""
    zone = case.branch.zone
    today = now.astimezone(zone).date()
    if sent_on is None or sent_on == today:
        return now
    if sent_on > today:
        raise RuleBroken("dispatch_to_come", _("This day is still to come: record the dispatch on the day."))
    assert case.resolved_at is not None, "what is sent was decided"
    if sent_on < case.resolved_at.astimezone(zone).date():
        raise RuleBroken(
            "dispatch_too_early", _("On that day the answer was not decided yet: check the date.")
        )
    return min(datetime.combine(sent_on, time(23, 59), zone), now)
