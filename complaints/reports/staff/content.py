"""The content of a case for those who may open it: story, people, thread, files, answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from complaints import contacts
from complaints.models import Answer, Attachment, Card, Complaint, ContactLink, Message, Rating
from complaints.reports.marks import Mark, mark_of_file, mark_of_message, marks, stamp_of
from omsportal.platform import ready_sql
from omsportal.platform.ready_sql import ID


@dataclass(frozen=True, slots=True)
class Post:
    """A message with its files."""

    message: Message
    files: list[Attachment]


@dataclass(frozen=True, slots=True)
class Talk:
    """The thread with its files; `stamp` is the ETag of all that is shown of it."""

    posts: list[Post]
    files: list[Attachment]  # sent with the appeal itself
    stamp: str

    @property
    def last_id(self) -> int:
        """The newest message; 0 when nobody has written."""
        return self.posts[-1].message.pk if self.posts else 0


@dataclass(frozen=True, slots=True)
class Content:
    """Sealed words, opened. Made only after the opening was logged."""

    card: Card
    applicant: Mapping[str, Any]
    patient: Mapping[str, Any]
    details: Mapping[str, Any]
    talk: Talk
    answer: Answer | None
    rating: Rating | None
    refused: list[ContactLink]  # contacts that turned out to be a stranger's


def content(complaint: Complaint, *, has_refused: bool = True) -> Content:
    """Two queries beside the case's own row, which brings card and answer, and one for refused contacts.

    The last is saved by who knows from the history that there are none.
    """
    sealed = complaint.card.sealed
    return Content(
        card=complaint.card,
        applicant=sealed["applicant"],
        patient=sealed["patient"],
        details=sealed["details"],
        talk=talk(complaint),
        answer=getattr(complaint, "answer", None),
        rating=getattr(complaint, "rating", None),
        refused=_refused(complaint.card) if has_refused else [],
    )


def _refused(card: Card) -> list[ContactLink]:
    """Contacts that the case still has; of one that was replaced nobody needs to know."""
    return [link for link in ContactLink.objects.refused(card.pk) if contacts.is_current(card, link)]


def talk(complaint: Complaint) -> Talk:
    """Two queries. Whoever shows it has logged the opening before."""
    files: list[Attachment] = ready_sql.objects(
        "files of a case", {ID: complaint.pk},
        lambda: Attachment.objects.filter(complaint=ID).kept().order_by("id"),
    )  # fmt: skip
    messages: list[Message] = ready_sql.objects(
        "messages of a case", {ID: complaint.pk}, lambda: Message.objects.filter(complaint=ID).with_authors()
    )
    return Talk(
        posts=[Post(each, [file for file in files if file.message_id == each.pk]) for each in messages],
        files=[file for file in files if file.message_id is None],
        stamp=_stamp(complaint, [*map(mark_of_message, messages), *map(mark_of_file, files)]),
    )


def stamp(complaint: Complaint) -> str:
    """Of the thread as it is now, by one query that opens nothing."""
    return _stamp(complaint, marks(complaint.messages.all(), complaint.attachments.kept()))


def _stamp(complaint: Complaint, seen: Iterable[Mark]) -> str:
    """Who is asking decides what is marked as withheld."""
    return stamp_of(seen, complaint.version, complaint.card.identity_level, get_language())
