"""Up to which number a growing table is final: no transaction can commit a row below it any more.

Numbers are taken before commit, so the last number given out is read first and then who is writing to the
table: whoever took one of those numbers holds the table's lock ROW EXCLUSIVE from before it was taken until
after the commit is visible. Once all of those writers have ended, everything up to that number is final. A
long transaction delays whoever follows the table, never lets them miss a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

_LAST_GIVEN = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(%(table)s, %(key)s)), 0)"
_WRITERS = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted AND relation = to_regclass(%(table)s)
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND pid IS DISTINCT FROM pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Up to this number the table will be final as soon as these writers have ended."""

    to_id: int
    writers: frozenset[str]
    since: str

    def told(self) -> dict[str, Any]:
        """As JSON, to be kept until the next look."""
        return {"to_id": self.to_id, "writers": sorted(self.writers), "since": self.since}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Waiting:
        return cls(told["to_id"], frozenset(told["writers"]), told["since"])


def final(table: str, key: str, wait: Waiting | None, done: int, now: datetime) -> tuple[int, Waiting | None]:
    """Up to which number the table is final (0: no further than before), and what to wait for next.

    `wait` is what the look before returned, `done` the number up to which its caller has come.
    """
    reached = 0
    if wait is not None:
        writers = wait.writers & _writers(table)
        if writers:
            return 0, replace(wait, writers=writers)
        reached = wait.to_id
    last = last_given(table, key)  # before the writers are read
    if last <= max(done, reached):
        return reached, None
    writers = _writers(table)
    return (reached, Waiting(last, writers, now.isoformat())) if writers else (last, None)


def last_given(table: str, key: str) -> int:
    """The last number that the table's sequence gave to anybody, committed or not; 0 before the first."""
    return int(_rows(_LAST_GIVEN, {"table": table, "key": key})[0][0])


def _writers(table: str) -> frozenset[str]:
    return frozenset(name for (name,) in _rows(_WRITERS, {"table": table}))


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
