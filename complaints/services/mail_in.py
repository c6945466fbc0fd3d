"""A letter to a branch becomes an appeal, or a message on the appeal it answers. Each letter once.

What a program sent is nobody's appeal. What cannot be taken in stays in the mailbox, on a list for a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints import file_store, mail_parsing, replies
from complaints.escalation import rounds
from complaints.file_types import Accepted, Fault, FileRefused, accept, safe_name
from complaints.kinds import AnswerChannel, Channel, Kind
from complaints.mail_parsing import Letter, Unreadable
from complaints.models import Complaint, Consent, Mailbox, ReceivedMail
from complaints.services import attachments, themes, thread, transitions, unreachable
from complaints.services.filing import Filing, file_complaint
from complaints.services.transitions import RuleBroken
from complaints.states import ENDED
from omsportal.platform import digests, limits
from representatives.models import User

Fate, Reason = ReceivedMail.Fate, ReceivedMail.Reason
#: A letter is believed to have come when its mail server says so, not longer ago than this.
OLDEST = timedelta(days=14)
#: The code stands sealed in the row until the confirmation has had every chance to leave.
CODE_KEPT = timedelta(days=3)
#: A very long letter goes on in so many messages.
MOST_MESSAGES = 5

_FILES_ONLY = _("Files are attached.")
_NO_TEXT = _("The letter has no text.")
_OTHER_SENDER = _("The last letter came from another address than the one of this appeal.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A letter as the server gave it. `raw` is None when it is larger than is read."""

    raw: bytes | None
    uid: int
    uid_validity: int
    came_at: datetime


@dataclass(frozen=True, slots=True)
class _Files:
    """What may be kept, and in words what may not."""

    kept: list[Accepted]
    refused: list[str]


def take_in(*, mailbox: Mailbox, delivered: Delivered, now: datetime) -> ReceivedMail | None:
    """What became of the letter; None: it was known. The mailbox is read on from behind it, all or nothing.

    Locks the mailbox: two workers that fetched the same letter make one case of it.
    """
    letter, why = _read(delivered, mailbox)
    files = _files(letter) if letter is not None and why is None else _Files([], [])
    if letter is not None and why is None and limits.exceeded("mail.sender", letter.sender, now):
        why = (Fate.LEFT, Reason.FLOOD)
    written: list[UUID] = []
    try:
        with transaction.atomic():
            return _keep(mailbox, delivered, letter, why, files, written, now)
    except BaseException:
        for name in written:
            file_store.delete(name)
        raise


def leave(*, mailbox: Mailbox, delivered: Delivered, now: datetime) -> ReceivedMail | None:
    """The portal failed over this letter: it is left for a person, and the next one is read."""
    with transaction.atomic():
        return _keep(mailbox, delivered, None, (Fate.LEFT, Reason.FAILED), _Files([], []), [], now)


@transaction.atomic
def attend(*, received: ReceivedMail, by: User, now: datetime) -> ReceivedMail:
    """A person has looked at it in the mailbox: it leaves the list, and sender and subject are forgotten."""
    row: ReceivedMail = ReceivedMail.objects.select_for_update(of=("self",)).get(pk=received.pk)
    if row.attended_at is None:
        row.attended_at, row.attended_by, row.sealed = now, by, None
        row.save(update_fields=["attended_at", "attended_by", "sealed"])
    return row


def forget(now: datetime) -> int:
    """A round: access codes that have been sent stand nowhere any more. How many."""
    return int(ReceivedMail.objects.to_forget(now=now).update(sealed=None, keeps_until=None))


Why = tuple[str, str]


def _read(delivered: Delivered, mailbox: Mailbox) -> tuple[Letter | None, Why | None]:
    """The letter, and why it becomes nothing, if so."""
    if delivered.raw is None:
        return None, (Fate.LEFT, Reason.TOO_LARGE)
    try:
        letter = mail_parsing.parse(delivered.raw)
    except Unreadable:
        return None, (Fate.LEFT, Reason.UNREADABLE)
    if replies.is_own(letter.message_id) or letter.sender == mailbox.address.lower():
        return letter, (Fate.IGNORED, Reason.OWN)
    if letter.automatic is not None:
        return letter, (Fate.IGNORED, letter.automatic.value)
    return letter, None if letter.sender else (Fate.LEFT, Reason.NO_SENDER)


def _keep(
    mailbox: Mailbox, delivered: Delivered, letter: Letter | None, why: Why | None, files: _Files,
    written: list[UUID], now: datetime,
) -> ReceivedMail | None:  # fmt: skip
    locked = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
    _read_on(locked, delivered)
    digest = _digest(delivered, letter)
    if ReceivedMail.objects.filter(mailbox=mailbox, digest=digest).exists():
        return None
    row = ReceivedMail(
        mailbox=mailbox, digest=digest, uid=delivered.uid, uid_validity=delivered.uid_validity,
        came_at=min(delivered.came_at, now),
    )  # fmt: skip
    if why is not None or letter is None:
        row.fate, row.reason = why or (Fate.LEFT, Reason.UNREADABLE)
        if row.fate == Fate.LEFT and letter is not None:
            row.sealed = {"sender": letter.sender, "subject": letter.subject[:200]}
        if row.reason == Reason.BOUNCE and letter is not None and letter.report is not None:
            unreachable.take(report=letter.report, now=now)
    else:
        _become(row, mailbox, letter, files, written, now)
    row.save()
    return row


def _read_on(mailbox: Mailbox, delivered: Delivered) -> None:
    """The next letter to fetch stands in the same transaction as what became of this one."""
    mailbox.uid_validity = delivered.uid_validity
    mailbox.next_uid = delivered.uid + 1
    mailbox.save(update_fields=["uid_validity", "next_uid"])


def _digest(delivered: Delivered, letter: Letter | None) -> bytes:
    """By Message-ID; a letter without one by all of it, one that was not read by its place."""
    if letter is not None and letter.message_id:
        return digests.blind(letter.message_id, "message id")
    if delivered.raw is not None:
        return digests.blind(delivered.raw, "letter")
    return digests.blind(f"{delivered.uid_validity}:{delivered.uid}", "place of a letter")


def _become(
    row: ReceivedMail, mailbox: Mailbox, letter: Letter, files: _Files, written: list[UUID], now: datetime
) -> None:
    """A message, if its token is right and the appeal still open; else an appeal of its own."""
    case = replies.case_named_in([*letter.receivers, *letter.known_ids])
    if case is not None and case.status not in ENDED and _posted(case, letter, files, written, now):
        row.fate, row.complaint = Fate.MESSAGE, case
        return
    filed = file_complaint(filing=_filing(mailbox, letter, case, row.came_at, now), now=now)
    row.fate, row.complaint = Fate.CASE, filed.complaint
    row.sealed = {"code": filed.access_code, "message_id": letter.message_id}
    row.keeps_until = now + CODE_KEPT
    _, *more = _pieces(_story(letter))
    for text in more:
        thread.post_by_patient(complaint=filed.complaint, text=text, now=now)
    _enclose(filed.complaint, None, files, written, now)


def _posted(case: Complaint, letter: Letter, files: _Files, written: list[UUID], now: datetime) -> bool:
    """False when this appeal takes no further message just now."""
    text = letter.text or (_russian(_FILES_ONLY) if files.kept else letter.subject)
    try:
        with transaction.atomic():
            first, *_more = [
                thread.post_by_patient(complaint=case, text=piece, now=now) for piece in _pieces(text)
            ]
            _enclose(case, first, files, written, now)
    except RuleBroken:
        return False
    _warn_of_stranger(case, letter, now)
    unreachable.came_from(case=transitions.locked(case.pk), sender=letter.sender)
    return True


def _warn_of_stranger(case: Complaint, letter: Letter, now: datetime) -> None:
    """Letters are passed on: who answers may be somebody else than who asked."""
    known = str(case.card.sealed["applicant"].get("email") or "").lower()
    if known and known != letter.sender:
        thread.post_by_portal(case, _russian(_OTHER_SENDER), is_internal=True, now=now)


def _filing(
    mailbox: Mailbox, letter: Letter, earlier: Complaint | None, came_at: datetime, now: datetime
) -> Filing:
    """An appeal that nobody has read: of a general kind and theme, marked for a look."""
    category = themes.of_unread(now.astimezone(mailbox.branch.zone).date())
    if category is None:
        raise RuleBroken("no_theme", _("No theme is valid for letters: add one in the administration."))
    first, *_more = _pieces(_story(letter))
    details: dict[str, Any] = {"story": first}
    if earlier is not None:
        details["earlier_number"] = earlier.number
    return Filing(
        category=category, branch=mailbox.branch, kind=Kind.APPLICATION, channel=Channel.EMAIL,
        is_anonymous=not letter.sender_name, answer_channel=AnswerChannel.EMAIL,
        applicant={"first_name": letter.sender_name, "email": letter.sender}, details=details,
        # Who writes a letter wants the answer there: the notice about it needs no further consent.
        consents=(Consent.Purpose.EMAIL.value,),
        needs_look=True, received_at=came_at if now - OLDEST <= came_at <= now else now,
    )  # fmt: skip


def _story(letter: Letter) -> str:
    return "\n\n".join(filter(None, (letter.subject, letter.text))) or _russian(_NO_TEXT)


def _pieces(text: str) -> Sequence[str]:
    """As many as the thread takes; what is longer than all of them can be read in the mailbox."""
    size = thread.MOST_CHARACTERS
    pieces = [text[start : start + size].strip() for start in range(0, len(text), size)]
    return [piece for piece in pieces if piece][:MOST_MESSAGES] or [_russian(_NO_TEXT)]


def _files(letter: Letter) -> _Files:
    """Examined like every upload; a bad one does not spoil the others. Outside a transaction: it is slow."""
    done, room = _Files([], []), settings.ATTACHMENTS_MAX_TOTAL
    for enclosed in letter.files:
        name = safe_name(enclosed.name)
        try:
            if len(done.kept) >= settings.ATTACHMENTS_MAX_COUNT:
                raise FileRefused(name, Fault.TOO_MANY)
            if len(enclosed.content) > settings.ATTACHMENT_MAX_BYTES:
                raise FileRefused(name, Fault.TOO_LARGE)
            file = accept(name, enclosed.content)
            if len(file.content) > room:
                raise FileRefused(name, Fault.TOO_MUCH)
        except FileRefused as refusal:
            done.refused.append(_explained(refusal))
        else:
            room -= len(file.content)
            done.kept.append(file)
    return done


def _enclose(case: Complaint, message: Any, files: _Files, written: list[UUID], now: datetime) -> None:
    """Files with the case or the message; whoever sent one that is not taken reads why."""
    kept, refused = [], list(files.refused)
    for file in files.kept:
        try:
            kept.append(attachments.add_to_case(complaint=case, file=file, now=now))
            written.append(kept[-1].storage_name)
        except FileRefused as refusal:
            refused.append(_explained(refusal))
    if message is not None:
        thread.attach(message, kept)
    if refused:
        thread.post_by_portal(case, "\n".join(refused)[: thread.MOST_CHARACTERS], is_internal=False, now=now)


def _russian(text: object) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return str(text)


def _explained(refusal: FileRefused) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return attachments.explain(refusal)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("mail_codes", timedelta(hours=1), forget))
