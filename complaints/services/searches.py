"""A search leaves a line in the log of readings before it answers: who, of what kind, how many; not what.

What was typed is kept sealed for an hour, for its person alone: so it stands in no address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from complaints.models import Search
from omsportal.platform import limits, read_log
from omsportal.platform.kinds import Reader, Reading
from representatives.models import User

LIFETIME = timedelta(hours=1)
SUBJECT, CASE = "search", "complaint"


@dataclass(frozen=True, slots=True)
class Asker:
    """A member of staff, or a system of theirs by its key."""

    user: User
    key_id: int | None = None

    @property
    def reader(self) -> dict[str, Any]:
        if self.key_id is None:
            return {"reader_kind": Reader.USER, "reader_id": self.user.pk}
        return {"reader_kind": Reader.API, "reader_id": self.key_id}


def begin(
    *, asker: Asker, kinds: Sequence[str], typed: Mapping[str, Any] | None = None, now: datetime
) -> Search:
    """Log a search; `typed` is kept for its address, if it has one. Raises LimitReached.

    Call it outside a transaction: the limit counts also what fails afterwards.
    """
    limits.spend("search.staff", asker.user.pk, now)
    with transaction.atomic():
        search = Search.objects.create(
            user=asker.user, kinds=list(kinds), sealed=dict(typed) if typed is not None else None,
            made_at=now, expires_at=now + LIFETIME,
        )  # fmt: skip
        read_log.record(
            **asker.reader, subject_kind=SUBJECT, subject_id=search.pk, what=Reading.SEARCH, now=now
        )
    return search


def open_of(*, reference: UUID, user: User, now: datetime) -> Search | None:
    """What this person looked for within the last hour."""
    found: Search | None = Search.objects.open_of(reference, user.pk, now)
    return found


def note_found(*, search: Search, found: int) -> None:
    """How many its first page shows; written once."""
    Search.objects.filter(pk=search.pk, found=None).update(found=found)


def log_shown(*, asker: Asker, case_ids: Sequence[int], now: datetime) -> None:
    """Names and words of these cases are about to be shown in a list."""
    read_log.record_many(
        **asker.reader, subject_kind=CASE, subject_ids=list(case_ids), what=Reading.SEARCH, now=now
    )
