"""A new key for what is sealed: values move to the newest key batch by batch, while the portal runs.

A value that somebody writes meanwhile is left alone: it was sealed by the newest key already. What was done
stays done: a run that was broken off is simply started again. Only sealing keys rotate. Digests cannot: what
a person typed is gone, and with another key nothing stored would be found any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.db import connection
from django.db.models import Field
from psycopg2 import sql

from omsportal.platform import sealed
from omsportal.platform.fields import SealedField

ROWS = 500
#: Rows that are locked just now are left to the next pass.
PASSES = 5

_USED = """
SELECT substr({column}, 3, get_byte({column}, 1)), count(*) FROM {table}
WHERE octet_length({column}) > 2 GROUP BY 1
"""
# By the primary key; what is under the newest key already is passed over.
_OLD = """
SELECT {key}, {bound}, {column} FROM {table}
WHERE {column} IS NOT NULL AND substr({column}, 1, %(length)s) <> %(newest)s
    AND (%(after)s IS NULL OR {key} > %(after)s)
ORDER BY {key} LIMIT %(rows)s
"""
# Compare and set: a row that changed, went or is locked at this moment is not touched.
_SWAP = """
UPDATE {table} AS target SET {column} = ready.new
FROM (
    SELECT kept.{key} AS key, given.new
    FROM {table} AS kept
    JOIN unnest(%(keys)s, %(old)s::bytea[], %(new)s::bytea[]) AS given (key, old, new)
        ON given.key = kept.{key} AND given.old = kept.{column}
    FOR NO KEY UPDATE OF kept SKIP LOCKED
) AS ready
WHERE target.{key} = ready.key
"""


@dataclass(slots=True)
class Outcome:
    """How many values got the newest key, and how many do not open."""

    resealed: int = 0
    unopened: int = 0


Report = Callable[[Outcome], None]


class Place(Protocol):
    """Something that holds sealed values."""

    @property
    def name(self) -> str: ...

    def used_keys(self) -> Counter[str]:
        """How many values each key has sealed; keys that are not configured too."""

    def reseal(self, report: Report) -> Outcome:
        """Move everything to the newest key; `report` is called after each batch."""


_places: list[Callable[[], Place]] = []


def register(place: Callable[[], Place]) -> None:
    """Add a place that is no column: files, secrets within a column."""
    _places.append(place)


def places() -> list[Place]:
    """Every sealed column of every table, then what was registered."""
    columns = [
        Column(field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField) and field.model is model
    ]
    return [*columns, *(place() for place in _places)]


class Column:
    """A column of sealed values."""

    def __init__(self, field: SealedField) -> None:
        self.field = field
        meta = field.model._meta
        bound: Field[Any, Any] = meta.get_field(field.bound_to)  # type: ignore[assignment]  # checked by it
        self._names = {
            "table": sql.Identifier(meta.db_table),
            "column": sql.Identifier(str(field.column)),
            "key": sql.Identifier(str(meta.pk.column)),
            "bound": sql.Identifier(str(bound.column)),
        }

    @property
    def name(self) -> str:
        return f"{self.field.model._meta.db_table}.{self.field.column}"

    def used_keys(self) -> Counter[str]:
        counts = self._run(_USED)
        return Counter({bytes(key_id).decode(errors="replace"): count for key_id, count in counts})

    def reseal(self, report: Report) -> Outcome:
        outcome = Outcome()
        for _pass in range(PASSES):
            before, outcome.unopened = outcome.resealed, 0
            left = self._one_pass(outcome, report)
            if not left or outcome.resealed == before:
                break
        return outcome

    def _one_pass(self, outcome: Outcome, report: Report) -> int:
        """Returns how many rows it could have moved and did not: changed meanwhile, or locked."""
        left = 0
        for rows in self._old():
            fresh = [(key, blob, new) for key, blob, new in map(self._resealed, rows) if new is not None]
            moved = self._swap(fresh)
            outcome.unopened += len(rows) - len(fresh)
            outcome.resealed += moved
            left += len(fresh) - moved
            report(outcome)
        return left

    def _old(self) -> Iterator[list[tuple[Any, Any, bytes]]]:
        newest = sealed.prefix_of(sealed.newest_key_id())
        values: dict[str, Any] = {"newest": newest, "length": len(newest), "rows": ROWS, "after": None}
        while rows := self._run(_OLD, values):
            yield [(key, bound, bytes(blob)) for key, bound, blob in rows]
            values["after"] = rows[-1][0]

    def _resealed(self, row: tuple[Any, Any, bytes]) -> tuple[Any, bytes, bytes | None]:
        key, bound, blob = row
        try:
            return key, blob, sealed.resealed(blob, self.field.context_of(bound))
        except sealed.Unsealable:
            return key, blob, None

    def _swap(self, fresh: list[tuple[Any, bytes, bytes]]) -> int:
        if not fresh:
            return 0
        keys, old, new = (list(column) for column in zip(*fresh, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(_SWAP).format(**self._names), {"keys": keys, "old": old, "new": new})
            return int(cursor.rowcount)

    def _run(self, statement: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(**self._names), values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
