"""No answer on the merits: 59-ФЗ, article 11. One person proposes it with a ground, another decides.

Urgency is looked at first, and an urgent appeal is never left. The applicant is told why, by when the
ground says, and how to object: until thirty days later a new appeal goes one tier up, to people who have
not decided this.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from complaints import contacts, deadlines
from complaints.escalation.moves import CHANGED
from complaints.escalation.notices import NOTICE_LATE
from complaints.kinds import AnswerChannel, Cause
from complaints.models import Complaint, Leaving, NoAnswerGround
from complaints.notifications import ANSWERED
from complaints.permissions import Act, require
from complaints.services import legal, thread, transitions
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Event
from omsportal.platform import alarms, bells, outbox
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

PROPOSED, GRANTED, REFUSED = (f"leaving_{end}" for end in ("proposed", "granted", "refused"))
_AT_ONCE = {AnswerChannel.SITE, AnswerChannel.EMAIL}
_ON_PAPER = {AnswerChannel.LETTER, AnswerChannel.OFFICE}


@transaction.atomic
def propose(
    *,
    complaint: Complaint,
    ground: NoAnswerGround,
    urgency_looked: bool,
    note: str,
    by: User,
    profile: "Profile",
    now: datetime,
) -> Leaving:
    """Ask a second person; until they decide nothing changes and both clocks run.

    An earlier proposal that does not fit any more ends. Raises NotAllowed, RuleBroken: no statement about
    urgency, no reason in words, a ground that is not in force.
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.LEAVE, case)
    now = transitions.not_before(case, now)
    _check(case, ground, urgency_looked, note, now)
    waiting: Leaving | None = Leaving.objects.open().of_case(case.pk).first()
    if waiting is not None and waiting.still_fits(case) and waiting.ground_id == ground.pk:
        return waiting  # pressed twice
    if waiting is not None:
        _end(waiting, approved=False, by=None, now=now)
    thread.post_by_staff(complaint=case, text=note, is_internal=True, by=by, profile=profile, now=now)
    made: Leaving = Leaving.objects.create(
        complaint=case, ground=ground, urgency_looked=True, proposed_by=by, proposed_at=now
    )
    transitions.record(case, Event.LEAVING_PROPOSED, now=now, cause=Cause.STAFF, by=by, reason=ground.code)
    _tell_staff(case, made, PROPOSED, {"pool": case.branch_id, "head": case.branch_id}, now)
    return made


@transaction.atomic
def decide(
    *,
    complaint: Complaint,
    leaving_id: int,
    approve: bool,
    urgency_looked: bool = False,
    note: str = "",
    by: User,
    profile: "Profile",
    now: datetime,
) -> Leaving:
    """Agree or refuse as the second person; whoever agrees has looked for urgency as well.

    Raises NotAllowed, SomebodyWasFirst (decided, or the case has moved on), RuleBroken.
    """
    case = transitions.locked(complaint.pk)
    waiting: Leaving | None = Leaving.objects.open().of_case(case.pk).with_words().first()
    if waiting is None or waiting.pk != leaving_id or not waiting.still_fits(case):
        raise SomebodyWasFirst
    require(profile, Act.DECIDE_LEAVING, case)
    now = transitions.not_before(case, now)
    if approve and not urgency_looked:
        raise RuleBroken("urgency", _LOOK_FIRST)
    if not approve and not note.strip():
        raise RuleBroken("note_needed", _("Write why not: your colleague goes on with the appeal."))
    if note.strip():
        thread.post_by_staff(complaint=case, text=note, is_internal=True, by=by, profile=profile, now=now)
    if approve:
        _grant(case, waiting, by, now)
    else:
        _end(waiting, approved=False, by=by, now=now)
        reason = waiting.ground.code
        transitions.record(case, Event.LEAVING_REFUSED, now=now, cause=Cause.STAFF, by=by, reason=reason)
    _tell_staff(case, waiting, GRANTED if approve else REFUSED, {"user": waiting.proposed_by_id}, now)
    return waiting


@transaction.atomic
def record_notice(
    *, complaint: Complaint, way: str, outgoing_number: str, by: User, profile: "Profile", now: datetime
) -> Leaving:
    """The notice left on paper. Raises NotAllowed, RuleBroken, SomebodyWasFirst (recorded already)."""
    case = transitions.locked(complaint.pk)
    require(profile, Act.RECORD_NOTICE, case)
    if way not in _ON_PAPER or not outgoing_number.strip():
        raise RuleBroken("notice", _("Choose how the letter left and write its outgoing number."))
    row: Leaving | None = Leaving.objects.without_notice().of_case(case.pk).first()
    if row is None:
        raise SomebodyWasFirst
    now = transitions.not_before(case, now)
    row.outgoing_number = outgoing_number.strip()
    _told(row, way, now)
    transitions.record(case, Event.NOTICE_SENT, now=now, cause=Cause.STAFF, by=by)
    return row


def notice_text(leaving: Leaving, case: Complaint) -> str:
    """What the applicant reads, on the site or in the letter; in Russian, as the law asks."""
    with translation.override(settings.LANGUAGE_CODE):
        until = deadlines.ask_again_until(leaving.decided_at or leaving.proposed_at, case.branch.zone)
        words = {
            "number": case.number, "article": leaving.ground.basis,
            "until": date_format(until, "j E Y"), "why": leaving.ground.notice,
        }  # fmt: skip
        return str(_NOTICE) % words


def _grant(case: Complaint, leaving: Leaving, by: User, now: datetime) -> None:
    """The case ends; whoever reads on the site is told at once, others when the letter has left."""
    if not _end(leaving, approved=True, by=by, now=now):
        raise SomebodyWasFirst
    transitions.record(
        case, Event.LEFT_UNANSWERED, now=now, cause=Cause.STAFF, by=leaving.proposed_by,
        reason=leaving.ground.code, escalate_at=None, assignee=None,
    )  # fmt: skip
    if leaving.ground.notice_days is None:
        return
    leaving.notice_due_on = _notice_due_on(case, leaving.ground, now)
    leaving.save(update_fields=["notice_due_on"])
    thread.post_by_portal(case, notice_text(leaving, case), is_internal=False, now=now)
    thread.tell_contact(case, kind=ANSWERED, now=now)
    way = contacts.answer_way(case.pk)
    if way in _AT_ONCE:
        _told(leaving, way, now)


def _told(leaving: Leaving, way: str, now: datetime) -> None:
    leaving.notified_at, leaving.notified_way = max(now, leaving.decided_at or now), way
    leaving.save(update_fields=["notified_at", "notified_way", "outgoing_number"])
    alarms.close_about(kind=NOTICE_LATE, subject_kind="complaint", subject_id=leaving.complaint_id, now=now)


def _notice_due_on(case: Complaint, ground: NoAnswerGround, now: datetime) -> date:
    """So many calendar days, a day off gives way to the working day before; never before the decision."""
    today = now.astimezone(case.branch.zone).date()
    begun = case.registered_on if ground.from_registration else today
    days = ground.notice_days or 0
    is_day_off = legal.day_off_rule(case.branch, begun, begun + timedelta(days=days))
    return deadlines.answer_due_on(begun, days=days, is_day_off=is_day_off)


def _check(case: Complaint, ground: NoAnswerGround, looked: bool, note: str, now: datetime) -> None:
    today = now.astimezone(case.branch.zone).date()
    if not NoAnswerGround.objects.valid_on(today).filter(pk=ground.pk).exists():
        raise RuleBroken("ground", _("This ground is not in force. Choose another."))
    if not looked:
        raise RuleBroken("urgency", _LOOK_FIRST)
    if not note.strip():
        raise RuleBroken("note_needed", _("Write what you saw: a colleague decides by it."))


def _end(leaving: Leaving, *, approved: bool, by: User | None, now: datetime) -> bool:
    """Decide the row if nobody has; the first one stays."""
    still_open = Leaving.objects.open().filter(pk=leaving.pk)
    if not still_open.update(approved=approved, decided_by=by, decided_at=now):
        return False
    leaving.approved, leaving.decided_by, leaving.decided_at = approved, by, now
    return True


def _tell_staff(
    case: Complaint, leaving: Leaving, kind: str, receivers: dict[str, int], now: datetime
) -> None:
    outbox.enqueue_many(
        [
            outbox.Notice(
                channel="portal", kind=kind, subject_kind="complaint", subject_id=case.pk, hop=case.hop,
                receiver_kind=receiver, receiver_id=receiver_id, dedup=leaving.pk,
                payload={"number": case.number, "tier": case.tier},
            )
            for receiver, receiver_id in receivers.items()
        ],
        now,
    )  # fmt: skip
    bells.ring(CHANGED)


_LOOK_FIRST = _(
    "First read whether somebody is in danger or needs help at once. Confirm that nobody does, or make the "
    "appeal urgent."
)
_NOTICE = _(
    "We cannot answer your appeal No. %(number)s: %(why)s\n\nBy which rule: %(article)s.\n\n"
    "You do not agree? Press “Ask to look once more” on the page of your appeal by %(until)s: other "
    "specialists will look at it. You may also write anew, mending what is said above, or complain to the "
    "territorial fund, the prosecutor or a court. If you get worse or are in danger, call 103 or 112."
)


__all__ = ["decide", "notice_text", "propose", "record_notice"]
