"""A contact that our messages do not reach: the case says so, and a person calls or writes a letter.

To an address that does not exist nothing is sent any more, and an answer that was to go there goes by letter
if there is a postal address: "answered" is only what has left. The applicant can put the address right alone.
A letter that was only returned (mailbox full, taken for spam) is a note to staff. Words of mail servers are
judged and not kept: they repeat addresses.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints import contacts, replies
from complaints.escalation import rounds, undelivered
from complaints.escalation.moves import CHANGED
from complaints.kinds import AnswerChannel, ContactWay
from complaints.models import Card, Complaint, Consent, ContactChange, OneTimeCode
from complaints.services import consents, thread, transitions
from omsportal.platform import bells, delivery, outbox
from omsportal.platform.bounces import Report, Verdict
from omsportal.platform.kinds import Channel
from omsportal.platform.models import Outbox

LOST = "contact_lost"
LOOK_EVERY = timedelta(minutes=1)
#: Of one round; the next one goes on.
PIECE = 100
#: Who decided about a notice: nobody of the staff, the case says what to do.
PORTAL = 0
_TO_APPLICANT = ("contact", "patient")
#: What a letter that came back leaves on the row of its notice: it is told once.
_RETURNED = "Returned"
#: Codes that go to a contact that is to be new, or may go to the one of the insurer's records.
_CODES_ELSEWHERE = (
    OneTimeCode.Purpose.NEW_CONTACT, OneTimeCode.Purpose.KNOWN_CONTACT, OneTimeCode.Purpose.REGISTRY_PHONE,
)  # fmt: skip
#: How the error of an SMS begins that its gateway refused for good.
_NEVER = "Undeliverable: HTTP"
#: An SMS refused longer ago may have gone to a phone that was changed since.
FRESH = timedelta(minutes=10)

_GONE = _("Our letter came back: there is no such e-mail address. Nothing is sent there any more. %(next)s")
_BACK = _(
    "Our letter did not reach the e-mail address: the mailbox is full, or its server refused it. Call, or "
    "write a letter, if the applicant has to know."
)
_NO_SMS = _("An SMS did not reach the phone. Call, or write a letter, if the applicant has to know.")
_CALL = _("Call and ask for the right one.")
_WRITE = _("Call and ask for the right one; else write a letter.")
_BY_LETTER = _("Call and ask for the right one. Until then the answer goes by letter to the postal address.")


@dataclass(frozen=True, slots=True)
class _Notice:
    """A notice to the applicant, with its case."""

    row: Outbox
    complaint_id: int


def take(*, report: Report, now: datetime) -> bool:
    """What a mail server says of a letter of ours; True: the case tells it now.

    Believed only with the seal of that letter, and only about the address the case has now.
    """
    notice = _sent_as(report.message_id)
    if notice is None or notice.row.channel != Channel.EMAIL:
        return False
    with transaction.atomic():
        case = transitions.locked(notice.complaint_id)
        card = Card.objects.get(pk=case.pk)
        address = contacts.given(card, ContactWay.EMAIL).lower()
        verdicts = {each.verdict for each in report.failures if address and address in each.addresses}
        if not verdicts & {Verdict.GONE, Verdict.RETURNED} or not _is_news(notice.row):
            return False
        return _tell(case, card, Verdict.GONE in verdicts, notice.row, now)


def look(now: datetime) -> int:
    """A round: what the mail server or the SMS gateway refused for good while it was sent; how many."""
    given_up = Outbox.objects.given_up_because
    gone = list(given_up(delivery.ADDRESS_GONE, channel="email", receivers=_TO_APPLICANT)[:PIECE])
    for row in gone:
        with transaction.atomic():
            _tell_of(row, now)
            outbox.leave([row.pk], by_id=PORTAL, now=now)
    if gone:
        undelivered.look(now)
    # These stay with whoever looks after sending: the gateway may refuse everything.
    refused = given_up(_NEVER, channel="sms", receivers=_TO_APPLICANT).filter(dead_at__gt=now - FRESH)
    return len(gone) + sum(_tell_of(row, now) for row in refused[:PIECE])


@transaction.atomic
def _tell_of(row: Outbox, now: datetime) -> bool:
    notice = _of(row)
    if notice is None:
        return False
    case = transitions.locked(notice.complaint_id)
    if not _went_to_present_contact(row, case):
        return False
    return _tell(case, Card.objects.get(pk=case.pk), row.channel == Channel.EMAIL, row, now)


def _went_to_present_contact(row: Outbox, case: Complaint) -> bool:
    """Not to one from before, nor to one that was only typed: a row does not say where it went."""
    if row.subject_kind == "contact_change":
        return False
    if row.subject_kind == "one_time_code":
        elsewhere = OneTimeCode.objects.filter(pk=row.subject_id, purpose__in=_CODES_ELSEWHERE)
        if elsewhere.exists():
            return False
    way = ContactWay.EMAIL if row.channel == Channel.EMAIL else ContactWay.PHONE
    changed = ContactChange.objects.filter(complaint=case, way=way, made_at__gte=row.dead_at)
    return not changed.exists()


def came_from(*, case: Complaint, sender: str) -> None:
    """A letter came from this address: whatever was said of it, it is there. The case is locked."""
    card = Card.objects.get(pk=case.pk)
    if card.email_failed_at is None or contacts.given(card, ContactWay.EMAIL).lower() != sender:
        return
    Card.objects.filter(pk=card.pk).update(email_failed_at=None)
    case.notify_by_email = consents.is_given(case, Consent.Purpose.EMAIL)
    case.save(update_fields=["notify_by_email"])


def _sent_as(message_id: str) -> _Notice | None:
    named = replies.notice_of(message_id)
    row_id = named[1] if named is not None else delivery.row_of(message_id)
    row = Outbox.objects.filter(pk=row_id).first() if row_id is not None else None
    notice = _of(row) if row is not None else None
    if notice is None or (named is not None and named[0].pk != notice.complaint_id):
        return None
    return notice


def _of(row: Outbox) -> _Notice | None:
    """With its case; None for what is not to an applicant."""
    if row.receiver_kind not in _TO_APPLICANT:
        return None
    if row.subject_kind == "one_time_code":
        code = OneTimeCode.objects.filter(pk=row.subject_id, complaint__isnull=False).first()
        return _Notice(row, code.complaint_id) if code is not None and code.complaint_id else None
    return _Notice(row, row.receiver_id) if Complaint.objects.filter(pk=row.receiver_id).exists() else None


def _is_news(row: Outbox) -> bool:
    """Once for each notice, however many letters say it."""
    return bool(Outbox.objects.filter(pk=row.pk, error="").update(error=_RETURNED))


def _tell(case: Complaint, card: Card, is_gone: bool, row: Outbox, now: datetime) -> bool:
    """The case is locked. False: it was told before."""
    if row.channel == Channel.SMS:
        if card.phone_failed_at is not None:
            return False
        Card.objects.filter(pk=card.pk).update(phone_failed_at=now)
        words = _russian(_NO_SMS)
    elif is_gone:
        if card.email_failed_at is not None:
            return False
        words = _give_up_address(case, card, now)
    else:
        words = _russian(_BACK)
    thread.post_by_portal(case, words, is_internal=True, now=now)
    case.version += 1
    case.save(update_fields=["version", "notify_by_email"])
    _tell_staff(case, row, now)
    return True


def _give_up_address(case: Complaint, card: Card, now: datetime) -> str:
    """No further notice there; the answer goes another way while it has not left. What staff read of it."""
    changed: dict[str, object] = {"email_failed_at": now}
    next_step = _CALL
    if card.answer_channel == AnswerChannel.EMAIL:
        next_step = _WRITE
        if case.answered_at is None and case.closed_at is None and card.sealed["applicant"].get("address"):
            changed["answer_channel"], next_step = AnswerChannel.LETTER, _BY_LETTER
    Card.objects.filter(pk=card.pk).update(**changed)
    case.notify_by_email = False
    return _russian(_GONE) % {"next": _russian(next_step)}


def _tell_staff(case: Complaint, row: Outbox, now: datetime) -> None:
    is_held = case.assignee_id is not None
    outbox.enqueue(
        channel="portal", kind=LOST, subject_kind="complaint", subject_id=case.pk, hop=case.hop,
        receiver_kind="user" if is_held else "pool", receiver_id=case.assignee_id or case.branch_id,
        dedup=row.pk, payload={"number": case.number, "tier": case.tier}, now=now,
    )  # fmt: skip
    bells.ring(CHANGED)


def _russian(text: object) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(text)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("unreachable", LOOK_EVERY, look))
