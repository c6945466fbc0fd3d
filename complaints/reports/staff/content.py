"""The content of a case for those who may open it: story, people, thread, files, answer, linked cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from complaints.models import Answer, Attachment, Card, Complaint, ContactLink, Message
from representatives.profiles import Profile


@dataclass(frozen=True, slots=True)
class Post:
    """A message with its files."""

    message: Message
    files: list[Attachment]


@dataclass(frozen=True, slots=True)
class Content:
    """Sealed words, opened. Made only after the opening was logged."""

    card: Card
    applicant: Mapping[str, Any]
    patient: Mapping[str, Any]
    details: Mapping[str, Any]
    files: list[Attachment]
    thread: list[Post]
    answer: Answer | None
    linked: list[Complaint]
    refused: list[ContactLink]  # contacts that turned out to be a stranger's


def content(complaint: Complaint, profile: Profile, *, has_refused: bool = True) -> Content:
    """Four queries beside the case's own row, which brings card and answer, and one for refused contacts.

    The last is saved by who knows from the history that there are none.
    """
    files = list(complaint.attachments.kept().order_by("id"))
    posts = complaint.messages.with_authors()
    sealed = complaint.card.sealed
    return Content(
        card=complaint.card,
        applicant=sealed["applicant"],
        patient=sealed["patient"],
        details=sealed["details"],
        files=[file for file in files if file.message_id is None],
        thread=[Post(post, [file for file in files if file.message_id == post.pk]) for post in posts],
        answer=getattr(complaint, "answer", None),
        linked=list(Complaint.objects.visible_to(profile).linked_to(complaint.pk)),
        refused=list(ContactLink.objects.refused(complaint.pk)) if has_refused else [],
    )
