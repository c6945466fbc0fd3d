"""The thread of a case as its patient sees it, and the stamp that tells whether it has changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import get_language

from complaints import disclosure
from complaints.disclosure import Withheld
from complaints.models import Attachment, Complaint, Message
from complaints.querysets import AttachmentQuerySet
from complaints.reports.marks import Mark, mark_of_file, mark_of_message, marks, stamp_of
from omsportal.platform import read_log, ready_sql
from omsportal.platform.kinds import Reader, Reading
from omsportal.platform.ready_sql import ID


@dataclass(frozen=True, slots=True)
class Said:
    """One message with its files."""

    message: Message
    text: str | None  # None: withheld
    is_mine: bool
    files: Sequence[Attachment]
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """What was said, the story first; `stamp` is the ETag of all that is shown."""

    case: Complaint
    said: Sequence[Said]
    files: Sequence[Attachment]  # sent with the appeal itself
    stamp: str

    @property
    def zone(self) -> str:
        return self.case.branch.time_zone

    @property
    def story(self) -> str:
        return str(self.case.card.sealed["details"].get("story", ""))


def files_for(case: Complaint, case_id: int | None = None) -> AttachmentQuerySet:
    """Those that this applicant may open: all, or those that say nothing about health."""
    files: AttachmentQuerySet = Attachment.objects.of_case_for_patient(case_id or case.pk)
    return files if disclosure.is_proven(case.card) else files.without_health_facts()


def write_down(case: Complaint, what: Reading, now: datetime) -> None:
    """That its patient read something of the case; before it is shown."""
    read_log.record(
        reader_kind=Reader.PATIENT,
        reader_id=case.pk,
        subject_kind="complaint",
        subject_id=case.pk,
        what=what,
        now=now,
    )


def read_thread(case: Complaint, *, now: datetime) -> Thread:
    """The thread alone, for a page that is open already; the reading is written down like any other."""
    write_down(case, Reading.CONTENT, now)
    return thread_of(case, now=now)


def thread_of(case: Complaint, *, now: datetime) -> Thread:
    """Two queries, one more when there is news. Whoever shows it has written down before that it was read."""
    files = ready_sql.objects(
        ("files for a patient", disclosure.is_proven(case.card)), {ID: case.pk}, lambda: files_for(case, ID)
    )
    messages: list[Message] = ready_sql.objects(
        "messages for a patient", {ID: case.pk},
        lambda: Message.objects.filter(complaint=ID).public().order_by("id"),
    )  # fmt: skip
    _count_as_read(case, messages, now)
    seen = [*map(mark_of_message, messages), *map(mark_of_file, files)]
    return Thread(
        case=case,
        said=[_said(case, message, files) for message in messages],
        files=[file for file in files if file.message_id is None],
        stamp=_stamp(case, seen),
    )


def _count_as_read(case: Complaint, messages: Sequence[Message], now: datetime) -> None:
    """What staff wrote and the applicant sees from now on; staff are shown that it was read."""
    shown = [
        message for message in messages
        if message.author_kind == Message.Author.STAFF and message.read_at is None
        and disclosure.of_message(case.card, message) is None
    ]  # fmt: skip
    for message in shown:
        message.read_at = max(now, message.posted_at)
    if shown:
        unread = Message.objects.unread_by_patient().filter(pk__in=[message.pk for message in shown])
        unread.update(read_at=Greatest(F("posted_at"), Value(now)))


def stamp(case: Complaint) -> str:
    """Of the thread as it is now, by one query that opens nothing."""
    return _stamp(case, marks(Message.objects.filter(complaint=case).public(), files_for(case)))


def _stamp(case: Complaint, seen: Iterable[Mark]) -> str:
    """Who asks decides what is withheld; the version tells that the rest of the page has changed."""
    return stamp_of(seen, case.version, case.card.identity_level, get_language())


def _said(case: Complaint, message: Message, files: Sequence[Attachment]) -> Said:
    withheld = disclosure.of_message(case.card, message)
    return Said(
        message=message,
        text=None if withheld else str(message.sealed["text"]),
        is_mine=message.author_kind == Message.Author.PATIENT,
        files=[file for file in files if file.message_id == message.pk],
        withheld=withheld,
    )


__all__ = ["Said", "Thread", "files_for", "read_thread", "stamp", "thread_of", "write_down"]
