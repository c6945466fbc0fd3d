"""A registry of policies on its way in: read and judged line by line, staged by COPY, then written at one go.

The staging table is temporary: it belongs to this connection alone and is gone with it, whatever happens. The
registry changes in one transaction at the very end: all of the file, or nothing. Everything is sealed and
digested before it reaches the database.
"""

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from multiprocessing import get_context
from typing import Any

from django.db import connection, transaction

from insurers.policy_lines import Fault, Wrong
from insurers.services.policy_rows import STAGED, Prepared, Recipe, prepare
from omsportal.platform import turns
from omsportal.platform.tables import Table

BATCH = 2_000
#: So many bad lines are listed one by one; the others are counted.
MOST_FAULTS = 1_000
#: More than this share of a branch's policies ends, or comes from another insurer, only if a person says so.
USUAL_PERCENT = 10

Batch = list[tuple[int, list[str]]]
#: Told after each batch: lines read so far, bytes of the file read so far.
Tell = Callable[[int, int], None]

_CREATE = """
CREATE TEMPORARY TABLE policy_stage (
    line bigint NOT NULL, kind varchar(10) NOT NULL, number_blind bytea NOT NULL, birth_on_blind bytea,
    snils_blind bytea, surname_key varchar(100), holder bytea, branch_id bigint, valid_from date,
    valid_to date, digest bytea
)
"""
# Of lines with one number the last good one counts. Lines without a digest only mention their policy.
_FORGET_REPEATED = """
WITH forgotten AS (
DELETE FROM policy_stage s USING (
    SELECT kind, number_blind, max(line) AS last FROM policy_stage WHERE digest IS NOT NULL
    GROUP BY kind, number_blind HAVING count(*) > 1
) again
WHERE s.kind = again.kind AND s.number_blind = again.number_blind AND s.line < again.last
    AND s.digest IS NOT NULL
RETURNING s.line
)
SELECT count(*), (array_agg(line ORDER BY line))[:%(most)s] FROM forgotten
"""
# One pass over the stage; the unique index (number_blind, kind) or a hash of it answers for each line.
_JUDGE = """
SELECT count(*) FILTER (WHERE p.id IS NULL), count(*) FILTER (WHERE p.digest <> s.digest),
    count(*) FILTER (WHERE p.digest = s.digest),
    count(*) FILTER (WHERE p.id IS NOT NULL AND now_at.insurer_id IS DISTINCT FROM then_at.insurer_id)
FROM policy_stage s
LEFT JOIN insurers_policy p ON p.number_blind = s.number_blind AND p.kind = s.kind
LEFT JOIN insurers_branch now_at ON now_at.id = s.branch_id
LEFT JOIN insurers_branch then_at ON then_at.id = p.branch_id
WHERE s.digest IS NOT NULL
"""
_COVERED = "SELECT array_agg(DISTINCT branch_id) FROM policy_stage WHERE digest IS NOT NULL"
# The policies of the covered branches only, by the index on the branch.
_MISSING = """
SELECT count(*), count(*) FILTER (WHERE s.kind IS NULL)
FROM insurers_policy p
LEFT JOIN (SELECT DISTINCT kind, number_blind FROM policy_stage) s
    ON s.number_blind = p.number_blind AND s.kind = p.kind
WHERE p.branch_id = ANY(%(branches)s) AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)
"""
# A row that is written anew loses its old version: what did not change is not written.
_UPSERT = """
WITH written AS (
    INSERT INTO insurers_policy AS p (kind, number_blind, birth_on_blind, snils_blind, surname_key, holder,
        branch_id, valid_from, valid_to, digest)
    SELECT s.kind, s.number_blind, s.birth_on_blind, s.snils_blind, s.surname_key, s.holder, s.branch_id,
        s.valid_from, s.valid_to, s.digest
    FROM policy_stage s
    LEFT JOIN insurers_policy known ON known.number_blind = s.number_blind AND known.kind = s.kind
    WHERE s.digest IS NOT NULL AND known.digest IS DISTINCT FROM s.digest
    ON CONFLICT (number_blind, kind) DO UPDATE SET birth_on_blind = excluded.birth_on_blind,
        snils_blind = excluded.snils_blind, surname_key = excluded.surname_key, holder = excluded.holder,
        branch_id = excluded.branch_id, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
        digest = excluded.digest
    RETURNING p.xmax = 0 AS is_new
)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written
"""
# The digest of an ended policy equals none: should the person come back, the line is written again.
_END = """
UPDATE insurers_policy p SET valid_to = greatest(p.valid_from, %(last)s), digest = %(none)s
WHERE p.branch_id = ANY(%(branches)s) AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)
    AND NOT EXISTS (SELECT FROM policy_stage s WHERE s.number_blind = p.number_blind AND s.kind = p.kind)
"""
_NO_DIGEST = bytes(32)


class TooMany(Exception):
    """More would end or change the insurer than is usual, and than was agreed to."""

    def __init__(self, found: "Found") -> None:
        super().__init__("too many policies would end or change the insurer")
        self.found = found


@dataclass(slots=True)
class Found:
    """What the lines are, beside what the registry knows. `in_force`: policies of the covered branches that
    have not ended; `ending`: those of them that a full file does not have."""

    lines: int = 0
    good: int = 0
    bad: int = 0
    unreadable: int = 0
    repeated: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    moved: int = 0
    in_force: int = 0
    ending: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_unusual(self) -> bool:
        """A person must say that so many end, or come from another insurer."""
        known = self.changed + self.unchanged
        return self.ending * 100 > self.in_force * USUAL_PERCENT or self.moved * 100 > known * USUAL_PERCENT

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a person has seen and agreed to: no more may end or move."""

    ending: int
    moved: int


@contextmanager
def stage() -> "Iterator[Stage]":
    """An empty staging table for the time inside."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS policy_stage")
        cursor.execute(_CREATE)
    try:
        yield Stage()
    finally:
        # After an error inside somebody's transaction nothing can be said to the server any more.
        if not connection.needs_rollback and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS policy_stage")


class Stage:
    """`fill` it, once for each file; `judge`; `write`."""

    def __init__(self) -> None:
        self.found = Found()
        self._branch_ids: set[int] = set()

    def fill(self, table: Table, recipe: Recipe, *, tell: Tell, processes: int = 1, after: int = 0) -> None:
        """Stage every line of the file. Of several files the later one's lines are numbered `after` so many.

        Raises TableBroken; nothing is written then.
        """
        if recipe.branch_id is not None:
            self._branch_ids.add(recipe.branch_id)
        before = self.found.lines
        for size, prepared in _prepared(_batches(table, after), recipe, processes):
            self._keep(size, prepared)
            tell(self.found.lines - before, table.position())

    def judge(self, *, replace: bool, day: date) -> Found:
        """Compare with the registry; changes nothing. `replace`: the file is all there is."""
        found = self.found
        with connection.cursor() as cursor:
            cursor.execute(_FORGET_REPEATED, {"most": MOST_FAULTS})
            count, lines = cursor.fetchone()
            found.repeated += count
            found.good -= count
            self._list(Fault(line, "number", Wrong.REPEATED.value) for line in lines or ())
            cursor.execute("ANALYZE policy_stage")
            cursor.execute(_JUDGE)
            found.created, found.changed, found.unchanged, found.moved = cursor.fetchone()
            found.in_force = found.ending = 0
            if replace and not found.unreadable:
                values: dict[str, Any] = {"branches": self._covered(cursor), "day": day}
                cursor.execute(_MISSING, values)
                found.in_force, found.ending = cursor.fetchone()
        return found

    def write(self, *, replace: bool, day: date, agreed: Agreed | None = None) -> Found:
        """Everything at one go. Lines whose policy nobody can tell keep a full file from ending any: their
        policies would seem to be missing. Raises TooMany; nothing is written then."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '64MB'")
            # One registry is written at a time: two that claim the same policies would wait for each other.
            turns.take("insurers.policies")
            found = self.judge(replace=replace, day=day)
            if found.is_unusual and (
                agreed is None or found.ending > agreed.ending or found.moved > agreed.moved
            ):
                raise TooMany(found)
            cursor.execute(_UPSERT)
            found.created, found.changed = cursor.fetchone()
            if found.ending:
                values: dict[str, Any] = {
                    "branches": self._covered(cursor),
                    "day": day,
                    "last": day - timedelta(days=1),
                }
                cursor.execute(_END, values | {"none": _NO_DIGEST})
                found.ending = cursor.rowcount
        return found

    def _covered(self, cursor: Any) -> list[int]:
        """The branches that a full file speaks for: the one it was given for, else those it names."""
        if self._branch_ids:
            return sorted(self._branch_ids)
        cursor.execute(_COVERED)
        return cursor.fetchone()[0] or []

    def _keep(self, size: int, prepared: Prepared) -> None:
        columns = ", ".join(STAGED)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY policy_stage ({columns}) FROM STDIN", io.BytesIO(prepared.copy))
        self.found.lines += size
        self.found.good += prepared.good
        self.found.bad += len(prepared.faults)
        self.found.unreadable += prepared.unreadable
        self._list(prepared.faults)

    def _list(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            if len(self.found.faults) < MOST_FAULTS:
                self.found.faults.append(fault)


def _batches(table: Table, after: int) -> Iterator[Batch]:
    batch: Batch = []
    for row in table:
        batch.append((after + row.line, row.cells))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _prepared(batches: Iterator[Batch], recipe: Recipe, processes: int) -> Iterator[tuple[int, Prepared]]:
    """In order. Never more batches in memory than the processes need to stay busy."""
    if processes <= 1:
        for batch in batches:
            yield len(batch), prepare(recipe, batch)
        return
    waiting: deque[tuple[int, Future[Prepared]]] = deque()
    # A new interpreter knows nothing of this one's database connection.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for batch in batches:
            waiting.append((len(batch), pool.submit(prepare, recipe, batch)))
            if len(waiting) > 2 * processes:
                size, first = waiting.popleft()
                yield size, first.result()
        while waiting:
            size, first = waiting.popleft()
            yield size, first.result()


__all__ = ["Agreed", "Found", "Stage", "TooMany", "stage"]
