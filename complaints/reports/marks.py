"""Whether a thread has changed since somebody saw it: one query, from which nothing can be read."""

from collections.abc import Iterable
from hashlib import sha256

from django.db.models import Case, F, TextField, Value, When

from complaints.models import Attachment, Message
from complaints.querysets import AttachmentQuerySet, MessageQuerySet

#: Message or file, its id, and how it stands.
Mark = tuple[str, int, str]
_MESSAGE, _FILE, _READ = "message", "file", "read"


def marks(messages: MessageQuerySet, files: AttachmentQuerySet) -> list[Mark]:
    """Of all these rows together (indexes message_of_case and that of a file's case)."""
    read = Case(When(read_at__isnull=False, then=Value(_READ)), default=Value(""), output_field=TextField())
    text = TextField()
    said = messages.order_by().annotate(of=Value(_MESSAGE, text), mark=read).values_list("of", "pk", "mark")
    sent = files.order_by().annotate(of=Value(_FILE, text), mark=F("state")).values_list("of", "pk", "mark")
    rows: list[Mark] = list(said.union(sent, all=True))
    return rows


def mark_of_message(message: Message) -> Mark:
    return _MESSAGE, message.pk, _READ if message.read_at else ""


def mark_of_file(file: Attachment) -> Mark:
    return _FILE, file.pk, file.state


def stamp_of(seen: Iterable[Mark], *more: object) -> str:
    """A digest in which the order of the rows plays no part."""
    return sha256(repr((sorted(seen), more)).encode()).hexdigest()[:32]
