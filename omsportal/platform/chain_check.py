"""Whether the append-only tables still are what was sealed, and if not, which rows of which table are not.

Works through the links in their order, one range of some ten thousand rows at a time: memory does not grow
with the tables. Rows younger than the last link are not judged.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path

from django.db import connection

from omsportal.platform import chain, chain_heads
from omsportal.platform.chain import MARK_BYTES, Source
from omsportal.platform.chain_heads import Head
from omsportal.platform.models import Seal
from omsportal.platform.triggers import APPEND_ONLY, NO_TRUNCATE

PAGE = 20
HEADS = 500
_MARK = 4 + MARK_BYTES

_SWITCHED_ON = """
SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(%(table)s) AND tgenabled IN ('O', 'A')
    AND (tgname = %(no_truncate)s OR tgname LIKE %(append_only)s)
"""
_COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass(%(table)s) AND attnum > 0 AND NOT attisdropped
"""


class Wrong(StrEnum):
    """What was found."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    DIGEST = "digest"  # the rows fit their marks, the digest does not fit them
    LINK = "link"  # the link itself was changed, or forged without the key
    CHAIN = "chain"  # a link before this one is missing, or one was put in
    RANGE = "range"  # numbers that no link covers, or that two do
    TABLE = "table"  # a table or a column that was sealed is gone
    HEAD = "head"  # a head that was written down is not in the chain
    GUARD = "guard"  # the trigger that refuses changes is missing or switched off


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding: where, in which range of numbers, and in which rows if that can be told."""

    what: Wrong
    table: str
    from_id: int = 0
    to_id: int = 0
    ids: tuple[int, ...] = ()
    seal_id: int = 0


@dataclass(slots=True)
class Tally:
    """What was looked at."""

    links: int = 0
    rows: int = 0


def verify(
    *, since: datetime | None = None, heads: Path | None = None, tally: Tally | None = None
) -> Iterator[Fault]:
    """Everything that was sealed since then (else ever), and the heads that a directory holds."""
    first = _first_since(since)
    yield from guards()
    yield from _links(first, tally or Tally())
    if heads is not None:
        yield from _heads(head for head in chain_heads.written(heads) if head.seal_id >= first)


def sample(count: int, choose: Callable[[int, int], int] = random.randint) -> list[Fault]:
    """Some links anywhere in the chain: each by itself and against its rows."""
    newest = chain.head()
    if newest is None:
        return []
    places = [choose(1, newest.pk) for _ in range(count)]
    links = [Seal.objects.filter(pk__gte=place).order_by("pk").first() for place in places]
    return [fault for link in links if link is not None for fault in [*_forged(link), *rows_of(link)]]


def guards() -> Iterator[Fault]:
    """Append-only tables whose triggers do not stand guard."""
    names = {"no_truncate": NO_TRUNCATE, "append_only": f"pgtrigger\\_{APPEND_ONLY}\\_%"}
    for table in [Seal._meta.db_table, *(source.table for source in chain.sources())]:
        with connection.cursor() as cursor:
            cursor.execute(_SWITCHED_ON, names | {"table": table})
            if cursor.fetchone()[0] < 2:
                yield Fault(Wrong.GUARD, table)


def unsealed() -> dict[str, int]:
    """How many numbers of each table were given out since its last link."""
    return {source.table: chain.last_given(source) - chain.last_sealed(source) for source in chain.sources()}


def rows_of(link: Seal) -> Iterator[Fault]:
    """What differs between the range as it was sealed and as it is."""
    source = _source_of(link)
    if source is None:
        yield Fault(Wrong.TABLE, link.source, link.from_id, link.to_id, seal_id=link.pk)
        return
    # More rows than were sealed are a finding already; how many more need not fit into memory.
    found = chain.hashed(source, link.from_id, link.to_id, rows=link.row_count + chain.ROWS)
    if found.count == link.row_count and found.digest == bytes(link.digest):
        return
    yield from _narrowed(link, _marks(bytes(link.marks), link), _marks(found.marks, link))


def _narrowed(link: Seal, then: dict[int, bytes], now: dict[int, bytes]) -> Iterator[Fault]:
    changed = [number for number in then.keys() & now.keys() if then[number] != now[number]]
    findings = {
        Wrong.CHANGED: sorted(changed),
        Wrong.REMOVED: sorted(then.keys() - now.keys()),
        Wrong.INSERTED: sorted(now.keys() - then.keys()),
    }
    told = {what: ids for what, ids in findings.items() if ids} or {Wrong.DIGEST: []}
    for what, ids in told.items():
        yield Fault(what, link.source, link.from_id, link.to_id, tuple(ids), link.pk)


def _marks(marks: bytes, link: Seal) -> dict[int, bytes]:
    starts = range(0, len(marks) - _MARK + 1, _MARK)
    return {
        link.from_id + int.from_bytes(marks[at : at + 4], "big"): marks[at + 4 : at + _MARK] for at in starts
    }


def _first_since(since: datetime | None) -> int:
    if since is None:
        return 1
    first = Seal.objects.filter(sealed_at__gte=since).order_by("pk").values_list("pk", flat=True).first()
    newest = chain.head()
    return first or (newest.pk + 1 if newest else 1)


def _links(first: int, tally: Tally) -> Iterator[Fault]:
    before = Seal.objects.filter(pk__lt=first).order_by("-pk").first()
    previous = chain.GENESIS if before is None else bytes(before.link)
    covered: dict[str, int] = {}
    for link in _in_order(first):
        tally.links += 1
        tally.rows += link.row_count
        yield from _forged(link)
        if bytes(link.previous) != previous:
            yield Fault(Wrong.CHAIN, link.source, link.from_id, link.to_id, seal_id=link.pk)
        end = covered[link.source] if link.source in covered else _covered_before(link)
        if link.from_id != end + 1:
            low, high = sorted((end + 1, link.from_id))
            yield Fault(Wrong.RANGE, link.source, low, high, seal_id=link.pk)
        yield from rows_of(link)
        previous, covered[link.source] = bytes(link.link), link.to_id


def _in_order(first: int) -> Iterator[Seal]:
    page = list(Seal.objects.filter(pk__gte=first).order_by("pk")[:PAGE])
    while page:
        yield from page
        page = list(Seal.objects.filter(pk__gt=page[-1].pk).order_by("pk")[:PAGE])


def _covered_before(link: Seal) -> int:
    earlier = Seal.objects.filter(source=link.source, pk__lt=link.pk).order_by("-to_id")
    return earlier.values_list("to_id", flat=True).first() or 0


def _forged(link: Seal) -> Iterator[Fault]:
    if chain.link_of(link) != bytes(link.link):
        yield Fault(Wrong.LINK, link.source, link.from_id, link.to_id, seal_id=link.pk)


def _source_of(link: Seal) -> Source | None:
    """The table with the columns that were hashed: those that came later do not count."""
    known = next((source for source in chain.sources() if source.table == link.source), None)
    if known is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, {"table": known.table})
        there = {name for (name,) in cursor.fetchall()}
    return replace(known, columns=tuple(link.columns)) if there.issuperset(link.columns) else None


def _heads(heads: Iterable[Head]) -> Iterator[Fault]:
    rest = iter(heads)
    while some := list(islice(rest, HEADS)):
        known = dict(Seal.objects.filter(pk__in=[head.seal_id for head in some]).values_list("pk", "link"))
        for head in some:
            if bytes(known.get(head.seal_id, b"")).hex() != head.link:
                yield Fault(Wrong.HEAD, Seal._meta.db_table, head.seal_id, head.seal_id, seal_id=head.seal_id)
