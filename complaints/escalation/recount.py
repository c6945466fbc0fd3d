"""A changed calendar or rule moves the due moments of all open cases, old and new in history.

Paused cases get the seconds that are left of their limit; those given back keep the clock of the tier they
came from. In batches of one transaction each; running it again changes nothing.
"""

import logging
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from complaints.escalation import recount_sql as sql
from complaints.escalation.moves import CHANGED
from omsportal.platform import bells, jobs
from omsportal.platform.clock import database_now

log = logging.getLogger(__name__)

BATCH = 1000
REPORT_EVERY = 0.5  # seconds
#: A case that was being filed while the calendar changed may commit later than one with a greater id.
OVERLAP = 1000


@dataclass(slots=True)
class Recounted:
    """What a recount did; `failed` cases keep their moment and are named in the log."""

    total: int = 0
    seen: int = 0
    moved: int = 0
    failed: int = 0
    rare: list[int] = field(default_factory=list)
    reported: float = field(default_factory=time.monotonic)

    def result(self) -> dict[str, int]:
        """Counts for whoever asked; failures only when there are some."""
        return {"seen": self.seen, "moved": self.moved} | ({"failed": self.failed} if self.failed else {})


def recount(statement: str, which: dict[str, Any], progress: jobs.Progress) -> dict[str, Any]:
    """Count the cases that `statement` finds, then those that were being filed meanwhile."""
    ids = find(statement, which)
    counted = Recounted(total=len(ids))
    _walk(ids, counted, progress)
    last = ids[-1] if ids else 0
    known = {*ids[-OVERLAP:]}
    late = find(statement, which, after=last - OVERLAP)
    _walk(array("q", (id_ for id_ in late if id_ not in known)), counted, progress)
    if counted.moved:
        bells.ring(CHANGED)
    return counted.result()


def _walk(ids: "array[int]", counted: Recounted, progress: jobs.Progress) -> None:
    for batch in batches(ids):
        _count(sql.PLAIN, batch, counted)
        if len(counted.rare) >= BATCH:
            _count_rare(counted)
        if time.monotonic() - counted.reported >= REPORT_EVERY:
            counted.reported = time.monotonic()
            progress.report(min(counted.seen, counted.total), counted.total)
    _count_rare(counted)
    progress.report(min(counted.seen, counted.total), counted.total)


def find(statement: str, which: dict[str, Any], after: int = 0) -> "array[int]":
    """Ids in order, eight bytes each; read once, because moving rows changes the index that finds them."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {**which, "after": after})
        return array("q", (row[0] for row in cursor))


def batches(ids: "array[int]") -> Iterator[list[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH].tolist()


def _count_rare(counted: Recounted) -> None:
    rare, counted.rare = counted.rare, []
    for start in range(0, len(rare), BATCH):
        _count(sql.RARE, rare[start : start + BATCH], counted)


def _count(statement: str, ids: list[int], counted: Recounted) -> None:
    failed: list[int] = []
    for done, (moved, *rare) in in_transactions(statement, ids, database_now(), failed):
        counted.moved += moved
        if statement == sql.PLAIN:
            counted.seen += len(done)
            counted.rare += rare[0]
    counted.failed += len(failed)
    counted.seen += len(failed) if statement == sql.PLAIN else 0


def in_transactions(
    statement: str, ids: list[int], now: datetime, failed: list[int]
) -> Iterator[tuple[list[int], tuple[Any, ...]]]:
    """The ids and what the statement answered about them, each time in a transaction of its own.

    Of a batch that fails the good rows are counted; the bad one is left as it is, and named in `failed`.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, {"ids": ids, "now": now})
            answer = cursor.fetchone()
    except DatabaseError:
        if len(ids) == 1:
            log.exception("the dates of case %s cannot be counted anew, it keeps them", ids[0])
            failed += ids
            return
        middle = len(ids) // 2
        for half in (ids[:middle], ids[middle:]):
            yield from in_transactions(statement, half, now, failed)
        return
    yield ids, answer
