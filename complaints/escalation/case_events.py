"""What other systems hear of: every event of a branch's cases becomes a notice for each of its receivers.

The line of history, or the message, is written in the transaction of the event; this round follows both
tables and misses no row (omsportal/platform/finality.py), so the core writes nothing for receivers and does
not know whether there are any. A notice holds number, status, tier and moments: no words of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from complaints.escalation import rounds
from complaints.states import HOPS, Event
from omsportal.platform import bells, finality, outbox
from omsportal.platform.finality import Waiting
from omsportal.platform.models import Follower
from representatives.models import CaseEvent, Webhook
from representatives.webhook_log import BRANCH, FOLLOWS
from representatives.webhooks import KEPT_WHILE_OFF

#: Rows of a table that one look deals with; a crowd is worked off over several looks.
ROWS = 20_000
#: A row's moment is that of its transaction's beginning: among neighbours the numbers are not in its order.
SLACK = timedelta(minutes=10)
_OF_LINE: dict[Event, CaseEvent] = {
    Event.FILED: CaseEvent.CREATED,
    **dict.fromkeys(sorted(HOPS), CaseEvent.HOP),
    Event.RESOLVED: CaseEvent.RESOLVED,
    Event.BREACHED: CaseEvent.BREACHED,
}
_KINDS = ", ".join(f"('{event.value}', '{kind.value}')" for event, kind in _OF_LINE.items())

# Receivers and branches are some hundreds each; a receiver stands once for each branch that it hears of. A look
# may have begun before one was narrowed, whose log shows what was noted later: webhook_log.
_INTO_OUTBOX = """
WITH listens AS MATERIALIZED (
    SELECT w.id, w.hears, w.created_at, b.id AS branch_id,
        greatest(%(now)s, w.log_after + interval '1 microsecond') AS noted_at
    FROM representatives_webhook w
    JOIN insurers_branch home ON home.id = w.branch_id
    JOIN insurers_branch b ON b.id = home.id OR b.id = ANY(w.other_branch_ids)
        OR (w.everywhere AND b.insurer_id = home.insurer_id)
    WHERE w.off_at IS NULL OR w.off_at > %(kept)s
)
INSERT INTO platform_outbox (channel, kind, subject_kind, subject_id, hop, receiver_kind, receiver_id, dedup,
    payload, created_at, available_at)
"""
# By the primary key of the table that is followed, then each case by its own; the unique key outbox_once turns a
# repeated look into nothing.
_LINES = f"""{_INTO_OUTBOX}
SELECT 'webhook', known.kind, 'complaint', h.complaint_id, h.hop, 'webhook', w.id, h.id,
    jsonb_build_object('number', c.number, 'status', coalesce(nullif(h.to_status, ''), c.status),
        'tier', coalesce(h.to_tier, c.tier), 'at', h.at, 'due_at', h.due_after, '{BRANCH}', w.branch_id),
    w.noted_at, w.noted_at
FROM complaints_history h
JOIN (VALUES {_KINDS}) AS known (event, kind) ON known.event = h.event
JOIN complaints_complaint c ON c.id = h.complaint_id
JOIN listens w ON w.branch_id = coalesce(h.to_branch_id, c.branch_id)
    AND known.kind = ANY(w.hears) AND w.created_at <= h.at
WHERE h.id > %(done)s AND h.id <= %(to)s
ORDER BY h.id, w.id
ON CONFLICT DO NOTHING"""
_MESSAGES = f"""{_INTO_OUTBOX}
SELECT 'webhook', '{CaseEvent.MESSAGE.value}', 'complaint', m.complaint_id, c.hop, 'webhook', w.id, m.id,
    jsonb_build_object('number', c.number, 'status', c.status, 'tier', c.tier, 'at', m.posted_at,
        'due_at', c.due_at, '{BRANCH}', w.branch_id),
    w.noted_at, w.noted_at
FROM complaints_message m
JOIN complaints_complaint c ON c.id = m.complaint_id
JOIN listens w ON w.branch_id = c.branch_id
    AND '{CaseEvent.MESSAGE.value}' = ANY(w.hears) AND w.created_at <= m.posted_at
WHERE m.id > %(done)s AND m.id <= %(to)s AND NOT m.is_internal AND m.author_kind IN ('patient', 'staff')
ORDER BY m.id, w.id
ON CONFLICT DO NOTHING"""
# Backwards by the primary key from the newest row: as many rows as were written since the first receiver came.
_BEFORE = "SELECT coalesce((SELECT id FROM {table} WHERE {at} < %(since)s ORDER BY id DESC LIMIT 1), 0)"

_NEXT = (
    "SELECT id FROM {table} WHERE id > %(done)s AND id <= %(final)s ORDER BY id OFFSET %(rows)s - 1 LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A table whose rows are events."""

    table: str
    at: str
    statement: str


SOURCES = (
    Source("complaints_history", "at", _LINES),
    Source("complaints_message", "posted_at", _MESSAGES),
)


@transaction.atomic
def look(now: datetime) -> int:
    """Write the notices of what has happened since the last look; two small queries while nobody listens."""
    listening = Webhook.objects.listening(since=now - KEPT_WHILE_OFF)
    first = listening.order_by("created_at").values_list("created_at", flat=True).first()
    if first is None:
        Follower.objects.filter(pk__in=[_name(source) for source in SOURCES]).delete()
        return 0
    written = sum(_follow(source, first, now) for source in SOURCES)
    if written:
        bells.ring(outbox.TOPIC)
    return written


def _follow(source: Source, first: datetime, now: datetime) -> int:
    """In the caller's transaction; nothing while somebody else is at it."""
    follower = _follower(source, first)
    if follower is None:
        return 0
    wait = Waiting.of(follower.waiting) if follower.waiting else None
    final, wait = finality.final(source.table, "id", wait, follower.done_id, now)
    to_id = _reached(source, follower.done_id, final)
    written = 0
    if to_id > follower.done_id:
        values: dict[str, Any] = {
            "now": now, "kept": now - KEPT_WHILE_OFF, "done": follower.done_id, "to": to_id,
        }  # fmt: skip
        written = _run(source.statement, values)
        follower.done_id = to_id
    follower.waiting = wait.told() if wait else None
    follower.save(update_fields=["done_id", "waiting"])
    return written


def _follower(source: Source, first: datetime) -> Follower | None:
    """Where the last look ended; the first one begins shortly before the first receiver was there."""
    name = _name(source)
    if not Follower.objects.filter(pk=name).exists():
        Follower.objects.get_or_create(pk=name, defaults={"done_id": _before(source, first - SLACK)})
    return Follower.objects.select_for_update(skip_locked=True).filter(pk=name).first()


def _name(source: Source) -> str:
    return f"{FOLLOWS}{source.table}"


def _reached(source: Source, done: int, final: int) -> int:
    """Up to where this look goes: to the last of ROWS rows, or to the end. Numbers may have wide gaps."""
    if final <= done:
        return done
    with connection.cursor() as cursor:
        cursor.execute(_NEXT.format(table=source.table), {"done": done, "final": final, "rows": ROWS})
        found = cursor.fetchone()
    return final if found is None else int(found[0])


def _before(source: Source, since: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE.format(table=source.table, at=source.at), {"since": since})
        return int(cursor.fetchone()[0])


def _run(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("case_events", timedelta(), look))
