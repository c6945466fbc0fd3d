"""The thread: the patient's messages, public answers of staff, internal notes."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import disclosure
from complaints.escalation import clock
from complaints.escalation.moves import CHANGED
from complaints.kinds import AnswerChannel, Cause, Stage
from complaints.models import Attachment, Card, Complaint, Consent, Message
from complaints.notifications import ANSWERED, NEWS_BY_SMS
from complaints.permissions import Act, require
from complaints.services import call_backs, consents, templates, transitions
from complaints.services.transitions import RuleBroken
from complaints.states import ENDED, Event, Status
from omsportal.platform import bells, digests, outbox, sms
from omsportal.platform.outbox import Notice
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

MOST_CHARACTERS = 10_000
#: Messages of one patient within an hour: people write less, programs write more.
MOST_AN_HOUR = 60


@transaction.atomic
def post_by_staff(
    *,
    complaint: Complaint,
    text: str,
    by: User,
    profile: "Profile",
    is_internal: bool = False,
    is_call: bool = False,
    no_health_facts: bool | None = None,
    token: str = "",
    attachments: Sequence[Attachment] = (),
    now: datetime,
) -> Message:
    """A public answer, or a note for staff only. The first in own words, or a logged call, is the reaction.

    `no_health_facts`: may be read before it is known who asks; None: as `speaks_of_no_health` judges.
    Raises NotAllowed, RuleBroken (empty, too long). A repeated `token` posts once.
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.NOTE if is_internal and not is_call else Act.MESSAGE, case)
    found = _posted(case, token)
    if found is not None:
        return found
    message = Message.objects.create(
        complaint=case, author_kind=Message.Author.STAFF, author=by, is_internal=is_internal, is_call=is_call,
        no_health_facts=not is_internal and speaks_of_no_health(case, text, marked=no_health_facts),
        sealed={"text": checked_text(text)}, posted_at=now, token_digest=_digest(token),
    )  # fmt: skip
    attach(message, attachments)
    if not is_internal or is_call:
        _react(case, message, by, now)
    if not is_internal:
        tell_contact(case, kind="message", dedup=message.pk, now=now)
    bells.ring(CHANGED)
    return message


@transaction.atomic
def post_by_patient(
    *,
    complaint: Complaint,
    text: str,
    token: str = "",
    attachments: Sequence[Attachment] = (),
    now: datetime,
) -> Message:
    """A message from the patient. An answer to a question lets the tier clock go on.

    Raises RuleBroken (empty, too long, too often, the case has ended).
    """
    case = transitions.locked(complaint.pk)
    found = _posted(case, token)
    if found is not None:
        return found
    if case.status in ENDED:
        raise RuleBroken("ended", _("This appeal is closed. File a new one: it takes two minutes."))
    if Message.objects.by_patient(case, since=now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise RuleBroken("too_often", _("These are too many messages for one hour. Write again later."))
    message = Message.objects.create(
        complaint=case,
        author_kind=Message.Author.PATIENT,
        sealed={"text": checked_text(text)},
        posted_at=now,
        token_digest=_digest(token),
    )
    attach(message, attachments)
    if case.status == Status.WAITING:
        resume(case, cause=Cause.PATIENT, by=None, now=now)
    _tell_staff(case, message, now)
    bells.ring(CHANGED)
    return message


def post_by_portal(case: Complaint, text: str, *, is_internal: bool, now: datetime) -> Message:
    """What the portal itself says, to the patient or to staff only. Never a first reaction."""
    message: Message = Message.objects.create(
        complaint=case, author_kind=Message.Author.SYSTEM, is_internal=is_internal,
        no_health_facts=not is_internal, sealed={"text": text}, posted_at=now,
    )  # fmt: skip
    return message


def resume(case: Complaint, *, cause: Cause, by: User | None, now: datetime) -> None:
    """The clock goes on with the working seconds that were left. The case is locked and waiting."""
    due_at = clock.after_pause(key=key_of(case), seconds=case.remaining_seconds or 0, now=now)
    transitions.record(
        case,
        Event.RESUMED,
        now=now,
        cause=cause,
        by=by,
        paused_at=None,
        wait_until=None,
        remaining_seconds=None,
        due_at=due_at,
        escalate_at=due_at if case.breached_at is None else None,
    )


def key_of(case: Complaint) -> clock.Key:
    return clock.Key(
        branch_id=case.branch_id,
        rule_edition_id=case.rule_edition_id,
        kind=case.kind,
        category_id=case.category_id,
        urgency=case.urgency,
        tier=case.tier,
    )


def speaks_of_no_health(case: Complaint, text: str, *, marked: bool | None) -> bool:
    """As staff marked it; unmarked, only in a general appeal. An approved reply names nobody's health."""
    said = disclosure.is_general(case.kind) if marked is None else marked
    return said or templates.names_nobody(text, branch_id=case.branch_id)


def checked_text(text: str) -> str:
    """The text without outer blanks; raises RuleBroken when it is empty or too long."""
    stripped = text.replace("\x00", "").strip()
    if not stripped:
        raise RuleBroken("empty", _("Write the message: it is empty."))
    if len(stripped) > MOST_CHARACTERS:
        message = _("The message is longer than %(most)s characters. Shorten it or attach a file.")
        raise RuleBroken("too_long", message % {"most": MOST_CHARACTERS})
    return stripped


def attach(message: Message, attachments: Sequence[Attachment]) -> None:
    ids = [attachment.pk for attachment in attachments]
    if ids:
        Attachment.objects.filter(pk__in=ids, complaint=message.complaint_id).update(message=message)


def tell_contact(case: Complaint, *, kind: str, dedup: int = 0, now: datetime) -> None:
    """ "There is news on appeal №…", by each way that was agreed to: no word of what it is.

    Who asked for the answer by e-mail is told that it is there, also when they want no other notices.
    """
    outbox.enqueue_many(
        [
            Notice(
                channel=channel, kind=kind, subject_kind="complaint", subject_id=case.pk, hop=case.hop,
                receiver_kind="contact", receiver_id=case.pk, dedup=dedup, payload={"number": case.number},
            )
            for channel in _ways_of_news(case, kind)
        ],
        now,
    )  # fmt: skip


def _ways_of_news(case: Complaint, kind: str) -> Iterator[str]:
    if case.notify_by_email or (kind == ANSWERED and _wants_answer_by_email(case)):
        yield "email"
    if kind in NEWS_BY_SMS and sms.is_on() and consents.is_given(case, Consent.Purpose.SMS):
        yield "sms"


def _wants_answer_by_email(case: Complaint) -> bool:
    return Card.objects.filter(pk=case.pk, answer_channel=AnswerChannel.EMAIL).exists()


def tell_every_contact(case: Complaint, *, kind: str, dedup: int, now: datetime) -> None:
    """What has to be known for safety, whatever notices were wanted. The sender finds out which contacts
    there are."""
    outbox.enqueue_many(
        [
            Notice(
                channel=channel, kind=kind, subject_kind="complaint", subject_id=case.pk, hop=case.hop,
                receiver_kind="patient", receiver_id=case.pk, dedup=dedup, payload={"number": case.number},
                urgent=True,
            )
            for channel in ("email", "sms")
        ],
        now,
    )  # fmt: skip


def _react(case: Complaint, message: Message, by: User, now: datetime) -> None:
    """The first reaction ends that stage: from here the limit of the decision counts, from the entry on.

    An approved reply sent as it is stops no clock; a logged call does, whatever is noted about it, and keeps
    the promise to call back.
    """
    if message.is_call:
        call_backs.keep(case, by=by, now=now)
    if case.first_reaction_at is not None or case.status != Status.IN_WORK:
        return
    said = str(message.sealed["text"])
    if not message.is_call and templates.is_ready_made(said, branch_id=case.branch_id):
        return
    changes: dict[str, Any] = {"first_reaction_at": now}
    if case.stage == Stage.REACTION and case.escalate_at is not None:
        due = clock.to_decide(key=key_of(case), entered_at=case.entered_at)
        due_at = max(due.due_at, case.due_at)
        changes |= {"stage": Stage.RESOLUTION.value, "due_at": due_at, "escalate_at": due_at}
    transitions.record(case, Event.REACTED, now=now, cause=Cause.STAFF, by=by, **changes)


def _tell_staff(case: Complaint, message: Message, now: datetime) -> None:
    to_person = case.assignee_id is not None
    outbox.enqueue(
        channel="portal", kind="message", subject_kind="complaint", subject_id=case.pk, hop=case.hop,
        receiver_kind="user" if to_person else "pool", receiver_id=case.assignee_id or case.branch_id,
        dedup=message.pk, payload={"number": case.number, "tier": case.tier}, now=now,
    )  # fmt: skip


def _digest(token: str) -> bytes | None:
    return digests.blind(token, "message token") if token else None


def _posted(case: Complaint, token: str) -> Message | None:
    if not token:
        return None
    message: Message | None = Message.objects.filter(complaint=case, token_digest=_digest(token)).first()
    return message
