"""Files: taken in by what they are, kept sealed, given out only through a case or a draft."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from complaints import file_store
from complaints.file_types import MESSAGES, Accepted, Fault, FileRefused, accept, safe_name
from complaints.models import Attachment, Complaint, Draft, Message
from complaints.querysets import AttachmentQuerySet
from complaints.services import thread
from complaints.services.transitions import RuleBroken
from omsportal.platform import digests
from representatives.models import User

_PURPOSE = "file content"
MEGABYTE = 1024 * 1024
#: Of one case, over all its messages: whoever has a code could fill the disk.
MOST_FILES_OF_CASE = 100


class DraftGone(Exception):
    """The draft was sent or thrown away meanwhile."""


@dataclass(slots=True)
class Added:
    """Which files were kept, and which not and why."""

    kept: list[Attachment] = field(default_factory=list)
    refused: list[FileRefused] = field(default_factory=list)


def explain(refusal: FileRefused) -> str:
    """Why the file was not taken, and what to do next."""
    return str(MESSAGES[refusal.fault]) % {
        "name": refusal.name,
        "most": settings.ATTACHMENT_MAX_BYTES // MEGABYTE,
        "count": settings.ATTACHMENTS_MAX_COUNT,
    }


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
    known = {bytes(digest) for digest in _of_draft(draft).values_list("content_digest", flat=True)}
    for file in files:
        digest = digests.blind(file.content, _PURPOSE)
        if digest in known:
            continue
        if len(known) >= settings.ATTACHMENTS_MAX_COUNT:
            added.refused.append(FileRefused(file.name, Fault.TOO_MANY))
            continue
        try:
            added.kept.append(_keep(file, digest, draft=draft, now=now))
        except FileRefused as refusal:
            added.refused.append(refusal)
        else:
            known.add(digest)


def remove_from_draft(*, draft: Draft, storage_name: uuid.UUID) -> None:
    """Take a file out of the draft again; removing twice changes nothing."""
    forget(_of_draft(draft).filter(storage_name=storage_name))


def post_by_patient(
    *, complaint: Complaint, text: str, uploads: Sequence["UploadedFile[Any]"], token: str, now: datetime
) -> Message:
    """A message with its files, all or nothing. A message of files only says so in words.

    Raises FileRefused, RuleBroken (empty, too long, too often, too many files, the case has ended).
    """
    files = [read_upload(upload) for upload in uploads]
    if files and not text.strip():
        text = _("Files are attached.")
    written: list[uuid.UUID] = []
    try:
        with transaction.atomic():
            return _post(complaint, text, files, token, written, now)
    except BaseException:
        _delete(written)
        raise


def read_upload(upload: "UploadedFile[Any]") -> Accepted:
    """The file as it may be kept. Raises FileRefused."""
    name = safe_name(upload.name or "")
    if (upload.size or 0) > settings.ATTACHMENT_MAX_BYTES:
        raise FileRefused(name, Fault.TOO_LARGE)
    upload.seek(0)
    return accept(name, upload.read())


def add_to_case(
    *, complaint: Complaint, file: Accepted, uploaded_by: User | None = None, now: datetime
) -> Attachment:
    """Keep one accepted file with a case. When the transaction fails the caller deletes the stored bytes."""
    digest = digests.blind(file.content, _PURPOSE)
    return _keep(file, digest, complaint=complaint, uploaded_by=uploaded_by, now=now)


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


def _post(
    complaint: Complaint,
    text: str,
    files: Sequence[Accepted],
    token: str,
    written: list[uuid.UUID],
    now: datetime,
) -> Message:
    message = thread.post_by_patient(complaint=complaint, text=text, token=token, now=now)
    if message.posted_at != now:
        return message  # a second press of the button: the first one brought the files
    if files and complaint.attachments.count() + len(files) > MOST_FILES_OF_CASE:
        raise RuleBroken("too_many_files", _("This appeal has too many files. Bring the rest to the office."))
    kept = []
    for file in files:
        kept.append(add_to_case(complaint=complaint, file=file, now=now))
        written.append(kept[-1].storage_name)
    thread.attach(message, kept)
    return message


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
            sealed={"name": file.name},
            media_type=file.media_type,
            size=len(file.content),
            content_digest=digest,
            uploaded_by=uploaded_by,
            uploaded_at=now,
        )
    except BaseException:
        file_store.delete(name)
        raise
    return attachment


def _of_draft(draft: Draft) -> AttachmentQuerySet:
    files: AttachmentQuerySet = Attachment.objects.filter(draft=draft).kept().order_by("id")
    return files


def _delete(names: Iterable[uuid.UUID]) -> None:
    for name in names:
        file_store.delete(name)
