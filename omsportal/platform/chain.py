"""The chain over append-only tables: each minute what is committed is hashed and linked to what was before.

A range may be sealed only when no transaction can still commit a row into it (finality.py). A long
transaction delays its table, never breaks it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from psycopg2 import sql

from omsportal.platform import digests, finality, heartbeats
from omsportal.platform.finality import Waiting
from omsportal.platform.models import Heartbeat, Seal
from omsportal.platform.triggers import append_only_models

HEARTBEAT = "seal"
#: Rows of one link, and links of one table in one round: a backlog is worked off over several rounds.
ROWS = 10_000
LINKS = 5
GENESIS = bytes(32)
#: Of a row's hash, enough to tell which row of a broken range it is.
MARK_BYTES = 8
#: A mark holds the row's distance from the first number in four bytes.
_WIDEST = 2**31 - 1

_TURN = "SELECT pg_try_advisory_xact_lock(hashtextextended('platform.chain', 0))"
# By the primary key. record_send is the row as it travels in binary form: no setting of a session changes it.
_HASHED = """
WITH hashed AS MATERIALIZED (
    SELECT {key} AS id, sha256(record_send(ROW({columns}))) AS hash
    FROM {table} WHERE {key} BETWEEN %(from_id)s AND %(to_id)s ORDER BY {key} LIMIT %(rows)s
)
SELECT count(*), max(id), sha256(coalesce(string_agg(hash, ''::bytea ORDER BY id), '')),
    coalesce(string_agg(int4send((id - %(from_id)s)::int) || substr(hash, 1, %(mark)s), '' ORDER BY id), '')
FROM hashed
"""


@dataclass(frozen=True, slots=True)
class Source:
    """One append-only table: its primary key and the columns that are hashed."""

    table: str
    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hashed:
    """The rows of a range as they are now."""

    count: int
    last_id: int | None
    digest: bytes
    marks: bytes


def sources() -> list[Source]:
    """Every append-only table but the chain itself, whose links hold each other."""
    models = [model for model in append_only_models() if model is not Seal]
    return [
        Source(
            table=model._meta.db_table,
            key=str(model._meta.pk.column),
            columns=tuple(str(field.column) for field in model._meta.concrete_fields),
        )
        for model in models
    ]


def hashed(source: Source, from_id: int, to_id: int, *, rows: int | None = None) -> Hashed:
    """Hash the rows of the range, or its first `rows`. Memory: some tens of bytes a row, in the server."""
    statement = sql.SQL(_HASHED).format(
        key=sql.Identifier(source.key),
        table=sql.Identifier(source.table),
        columns=sql.SQL(", ").join(map(sql.Identifier, source.columns)),
    )
    values = {"from_id": from_id, "to_id": to_id, "rows": rows, "mark": MARK_BYTES}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        count, last_id, digest, marks = cursor.fetchone()
    return Hashed(count, last_id, bytes(digest), bytes(marks))


def link_of(seal: Seal) -> bytes:
    """What `seal.link` must be. Raises DigestKeyUnusable."""
    said = [
        seal.source,
        seal.from_id,
        seal.to_id,
        seal.row_count,
        list(seal.columns),
        bytes(seal.digest).hex(),
        hashlib.sha256(bytes(seal.marks)).hexdigest(),
        int(seal.sealed_at.timestamp() * 1_000_000),
    ]
    text = json.dumps(said, separators=(",", ":"))
    return hmac.digest(digests.derived_key("chain"), bytes(seal.previous) + text.encode(), hashlib.sha256)


@transaction.atomic
def seal(now: datetime) -> list[Seal]:
    """Seal what is final, at most LINKS × ROWS rows of each table; nothing while somebody else does it."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN)
        if not cursor.fetchone()[0]:
            return []
    waiting = _waiting()
    made: list[Seal] = []
    still: dict[str, Waiting] = {}
    for source in sources():
        sealed = last_sealed(source)
        to_id, wait = finality.final(source.table, source.key, waiting.get(source.table), sealed, now)
        made += _seal_up_to(source, sealed + 1, to_id, now)
        if wait is not None:
            still[source.table] = wait
    heartbeats.beat(HEARTBEAT, now, {table: wait.told() for table, wait in still.items()})
    return made


def head() -> Seal | None:
    """The newest link, with which everything before it stands or falls."""
    return Seal.objects.order_by("-pk").first()


def waiting_since() -> dict[str, datetime]:
    """The tables whose sealing waits for a transaction to end, and since when."""
    return {table: datetime.fromisoformat(wait.since) for table, wait in _waiting().items()}


def last_sealed(source: Source) -> int:
    """The number up to which the table is sealed; 0 before the first link."""
    newest = Seal.objects.filter(source=source.table).order_by("-to_id").values_list("to_id", flat=True)
    return newest.first() or 0


def _seal_up_to(source: Source, from_id: int, final: int, now: datetime) -> list[Seal]:
    made: list[Seal] = []
    while from_id <= final and len(made) < LINKS:
        to_id = min(final, from_id + _WIDEST)
        found = hashed(source, from_id, to_id, rows=ROWS)
        if not found.count or found.last_id is None:
            break
        if found.count == ROWS:
            to_id = found.last_id
        made.append(_append(source, from_id, to_id, found, now))
        from_id = to_id + 1
    return made


def _append(source: Source, from_id: int, to_id: int, found: Hashed, now: datetime) -> Seal:
    before = head()
    link = Seal(
        source=source.table,
        from_id=from_id,
        to_id=to_id,
        row_count=found.count,
        columns=list(source.columns),
        digest=found.digest,
        marks=found.marks,
        previous=GENESIS if before is None else bytes(before.link),
        sealed_at=now,
    )
    link.link = link_of(link)
    link.save(force_insert=True)
    return link


def last_given(source: Source) -> int:
    """The last number that the table's sequence gave to anybody, committed or not; 0 before the first."""
    return finality.last_given(source.table, source.key)


def _waiting() -> dict[str, Waiting]:
    detail = Heartbeat.objects.filter(name=HEARTBEAT).values_list("detail", flat=True).first() or {}
    return {table: Waiting.of(told) for table, told in detail.items()}
