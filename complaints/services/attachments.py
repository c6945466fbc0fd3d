"""Files: taken in by what they are, kept sealed, given out only through a case or a draft."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from complaints import file_store
from complaints.file_types import MESSAGES, Accepted, Fault, FileRefused, accept, safe_name
from complaints.models import Attachment, Complaint, Draft, Message
from complaints.querysets import AttachmentQuerySet
from complaints.services import scanning, thread
from complaints.services.transitions import RuleBroken
from omsportal.platform import bells, digests, limits
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

_PURPOSE = "file content"
MEGABYTE = 1024 * 1024
#: Of one case, over all its messages: whoever has a code could fill the disk.
MOST_FILES_OF_CASE, MOST_BYTES_OF_CASE = 100, 1024 * MEGABYTE


#: An address has so many started units in an hour.
UNIT_OF_VOLUME = 10 * MEGABYTE


class DraftGone(Exception):
    """The draft was sent or thrown away meanwhile."""


@dataclass(slots=True)
class Added:
    """Which files were kept, and which not and why."""

    kept: list[Attachment] = field(default_factory=list)
    refused: list[FileRefused] = field(default_factory=list)

    @property
    def changed(self) -> list[str]:
        """What was taken out of which file, in words."""
        return [what_was_removed(file) for file in self.kept if file.sealed.get("removed")]


def explain(refusal: FileRefused) -> str:
    """Why the file was not taken, and what to do next."""
    return str(MESSAGES[refusal.fault]) % {
        "name": refusal.name,
        "most": settings.ATTACHMENT_MAX_BYTES // MEGABYTE,
        "count": settings.ATTACHMENTS_MAX_COUNT,
        "total": settings.ATTACHMENTS_MAX_TOTAL // MEGABYTE,
    }


def what_was_removed(attachment: Attachment) -> str:
    """For its sender, who may want to send it in another way."""
    return _("Taken out of “%(name)s”, because it could do harm: %(what)s. The rest is kept.") % {
        "name": attachment.sealed["name"],
        "what": attachment.removed_in_words,
    }


def admit(
    *, uploads: "Sequence[UploadedFile[Any]]", address: str, target: str, key: object, now: datetime
) -> None:
    """Count what comes by address, by volume and by `target` ("draft" or "case"), before anybody looks at it.

    Raises LimitReached.
    """
    if not uploads:
        return
    limits.spend("upload.address", address, now)
    limits.spend(f"upload.{target}", key, now)
    for _unit in range(-(-sum(upload.size or 0 for upload in uploads) // UNIT_OF_VOLUME)):
        limits.spend("upload.volume", address, now)


def add_to_draft(*, draft: Draft, uploads: Sequence["UploadedFile[Any]"], now: datetime) -> Added:
    """Keep the good files of a draft, the same file once; a bad one does not spoil the others.

    Pictures are redrawn before the draft is locked; its files are counted under the lock, so that requests
    at the same moment do not bring more together than allowed. Raises DraftGone.
    """
    added, files = Added(), []
    for upload in uploads:
        try:
            files.append(read_upload(upload))
        except FileRefused as refusal:
            added.refused.append(refusal)
    try:
        with transaction.atomic():
            _add_under_lock(draft, files, added, now)
    except BaseException:
        _delete(kept.storage_name for kept in added.kept)
        raise
    return added


def _add_under_lock(draft: Draft, files: Iterable[Accepted], added: Added, now: datetime) -> None:
    if not Draft.objects.unsent().select_for_update().filter(pk=draft.pk).exists():
        raise DraftGone
    there = _of_draft(draft).values_list("content_digest", "size")
    known = {bytes(digest): size for digest, size in there}
    for file in files:
        digest = digest_of(file.content)
        if digest in known:
            continue
        try:
            _check_room(file, known)
            added.kept.append(_keep(file, digest, draft=draft, now=now))
        except FileRefused as refusal:
            added.refused.append(refusal)
        else:
            known[digest] = len(file.content)


def _check_room(file: Accepted, known: Mapping[bytes, int]) -> None:
    """Raises FileRefused when this draft has enough already."""
    if len(known) >= settings.ATTACHMENTS_MAX_COUNT:
        raise FileRefused(file.name, Fault.TOO_MANY)
    if sum(known.values()) + len(file.content) > settings.ATTACHMENTS_MAX_TOTAL:
        raise FileRefused(file.name, Fault.TOO_MUCH)


def remove_from_draft(*, draft: Draft, storage_name: uuid.UUID) -> None:
    """Take a file out of the draft again; removing twice changes nothing."""
    forget(_of_draft(draft).filter(storage_name=storage_name))


def post_by_patient(
    *, complaint: Complaint, text: str, uploads: Sequence["UploadedFile[Any]"], token: str, now: datetime
) -> Message:
    """A message with its files, all or nothing. A message of files only says so in words.

    Raises FileRefused, RuleBroken (empty, too long, too often, too many files, the case has ended).
    """
    files = read_all(uploads)
    if files and not text.strip():
        text = _("Files are attached.")
    with all_or_nothing() as keep:
        message = thread.post_by_patient(complaint=complaint, text=text, token=token, now=now)
        if files and message.posted_at == now:  # else a second press: the first one brought the files
            check_room(complaint, files)
            thread.attach(message, [keep(complaint=complaint, file=file, now=now) for file in files])
    return message


def read_upload(upload: "UploadedFile[Any]") -> Accepted:
    """The file as it may be kept. Raises FileRefused."""
    name = safe_name(upload.name or "")
    if (upload.size or 0) > settings.ATTACHMENT_MAX_BYTES:
        raise FileRefused(name, Fault.TOO_LARGE)
    upload.seek(0)
    return accept(name, upload.read())


def read_all(uploads: "Sequence[UploadedFile[Any]]") -> list[Accepted]:
    """All of one message, or none. Raises FileRefused."""
    together = 0
    for upload in uploads:
        together += upload.size or 0
        if together > settings.ATTACHMENTS_MAX_TOTAL:
            raise FileRefused(safe_name(upload.name or ""), Fault.TOO_MUCH)
    return [read_upload(upload) for upload in uploads]


def post_by_staff(
    *, complaint: Complaint, files: Sequence[Accepted], text: str, by: User, profile: "Profile",
    token: str = "", now: datetime, **said: Any,
) -> Message:  # fmt: skip
    """A message or a note of staff with its files, all or nothing; `said` as thread.post_by_staff wants it.

    A second press of the button brings no file twice. Raises RuleBroken (too many files), FileRefused (the
    disk is full), and what the thread raises.
    """
    text = text if text.strip() or not files else _("Files are attached.")
    with all_or_nothing() as keep:
        message = thread.post_by_staff(
            complaint=complaint, text=text, by=by, profile=profile, token=token, now=now, **said
        )
        if files and message.posted_at == now:
            check_room(complaint, files)
            thread.attach(
                message, [keep(complaint=complaint, file=file, uploaded_by=by, now=now) for file in files]
            )
    return message


@contextmanager
def all_or_nothing() -> Iterator[Callable[..., Attachment]]:
    """A transaction with files: gives what keeps one (as add_to_case); when it fails their bytes go too."""
    written: list[uuid.UUID] = []

    def keep(**file: Any) -> Attachment:
        kept = add_to_case(**file)
        written.append(kept.storage_name)
        return kept

    try:
        with transaction.atomic():
            yield keep
    except BaseException:
        _delete(written)
        raise


def add_to_case(
    *, complaint: Complaint, file: Accepted, uploaded_by: User | None = None, now: datetime
) -> Attachment:
    """Keep one accepted file with a case. When the transaction fails the caller deletes the stored bytes."""
    digest = digest_of(file.content)
    return _keep(file, digest, complaint=complaint, uploaded_by=uploaded_by, now=now)


def digest_of(content: bytes) -> bytes:
    """Keyed: equal files are known by it, and nothing else."""
    return digests.blind(content, _PURPOSE)


def content(attachment: Attachment) -> bytes:
    """The bytes. Raises file_store.Missing."""
    return file_store.read(attachment.storage_name)


def forget(attachments: Iterable[Attachment]) -> None:
    """Delete rows and, once that is committed, the bytes."""
    names = []
    for attachment in attachments:
        names.append(attachment.storage_name)
        attachment.delete()
    transaction.on_commit(lambda: _delete(names))


def check_room(complaint: Complaint, files: Sequence[Accepted]) -> None:
    """Raises RuleBroken when the case has enough files already."""
    there = complaint.attachments.aggregate(count=Count("id"), size=Coalesce(Sum("size"), 0))
    count, size = there["count"] + len(files), there["size"] + sum(len(file.content) for file in files)
    if count > MOST_FILES_OF_CASE or size > MOST_BYTES_OF_CASE:
        raise RuleBroken("too_many_files", _("This appeal has too many files. Bring the rest to the office."))


def _keep(
    file: Accepted,
    digest: bytes,
    *,
    draft: Draft | None = None,
    complaint: Complaint | None = None,
    uploaded_by: User | None = None,
    now: datetime,
) -> Attachment:
    name = uuid.uuid4()
    try:
        file_store.write(name, file.content)
    except file_store.Full as error:
        raise FileRefused(file.name, Fault.NO_ROOM) from error
    try:
        attachment: Attachment = Attachment.objects.create(
            draft=draft,
            complaint=complaint,
            storage_name=name,
            sealed=_sealed(file),
            media_type=file.media_type,
            size=len(file.content),
            content_digest=digest,
            state=scanning.first_state(),
            scan_after=now,
            uploaded_by=uploaded_by,
            uploaded_at=now,
        )
        if attachment.state == Attachment.State.PENDING:
            bells.ring(scanning.TOPIC)
    except BaseException:
        file_store.delete(name)
        raise
    return attachment


def _sealed(file: Accepted) -> dict[str, Any]:
    removed = [each.value for each in file.removed]
    return {"name": file.name, "removed": removed} if removed else {"name": file.name}


def _of_draft(draft: Draft) -> AttachmentQuerySet:
    files: AttachmentQuerySet = Attachment.objects.filter(draft=draft).kept().order_by("id")
    return files


def _delete(names: Iterable[uuid.UUID]) -> None:
    for name in names:
        file_store.delete(name)
