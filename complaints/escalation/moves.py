"""The hop: one statement for a batch. It claims, moves, writes history, notices and alarms, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from complaints.escalation.clock import (
    DUE,
    ENTRY_STAGE,
    ENTRY_UNIT,
    ENTRY_VALUE,
    GAP,
    LOOK,
    REMAINING_UNIT,
    joins,
)
from complaints.escalation.prepared import Prepared
from complaints.kinds import Cause
from complaints.states import Event
from omsportal.platform import bells, outbox
from representatives.roles import Tier

#: Told to whoever shows lists: something moved.
CHANGED = "cases"
_COLUMNS = """id, number, tier, hop, branch_id, rule_edition_id, kind, category_id, urgency, status, stage,
    assignee_id, due_at, entered_at, escalate_at, notify_by_email"""

# Partial index complaint_due, read in its order: O(due), oldest first. Rows another sweeper holds are skipped.
# Nothing before `since` is looked at: while somebody holds an old snapshot, entries of moved rows stay there.
_CLAIM_DUE = f"""
    SELECT {_COLUMNS} FROM complaints_complaint
    WHERE escalate_at >= %(since)s AND escalate_at <= %(now)s AND blocked_at IS NULL
    ORDER BY escalate_at, id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED"""
# The same for named rows: a person's hop, or one half of a batch that failed.
_CLAIM_NAMED = f"""
    SELECT {_COLUMNS} FROM complaints_complaint WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE"""
_CLAIM_NAMED_DUE = f"""
    SELECT {_COLUMNS} FROM complaints_complaint
    WHERE id = ANY(%(ids)s) AND escalate_at <= %(now)s AND blocked_at IS NULL
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"""

# From the experts and from the fund there is no next tier: the alarm is the move.
_UP = f"CASE WHEN c.tier < {Tier.EXPERTS.value} THEN c.tier + 1 END"
_DOWN = "c.tier - 1"


def _told(channel: str, kind: str, receiver: str, receiver_id: str, wanted: str) -> str:
    """One receiver of each case that is `wanted`; what is shown in the portal needs no sending."""
    hop = "p.hop + 1" if kind == "hop" else "p.hop"
    sent_at = "%(now)s::timestamptz" if channel == "portal" else "NULL::timestamptz"
    return f"""SELECT '{channel}', '{kind}', 'complaint', p.id, {hop}, '{receiver}', {receiver_id},
        jsonb_build_object('number', p.number, 'tier', coalesce(p.next_tier, p.tier)),
        %(now)s::timestamptz, %(now)s::timestamptz, {sent_at}
    FROM planned p WHERE {wanted}"""


def _alarm(kind: str, severity: str, receiver_id: str, wanted: str) -> str:
    return f"""SELECT '{kind}', 'complaint', p.id, p.hop, {receiver_id}, '{severity}',
        jsonb_build_object('number', p.number, 'tier', p.tier), %(now)s::timestamptz
    FROM planned p WHERE {wanted}"""


# One tier further: nobody holds it, its stage and clock begin anew.
_MOVED = """moved AS (
    UPDATE complaints_complaint AS row SET
        tier = p.next_tier, hop = row.hop + 1, status = 'new', stage = p.next_stage, assignee_id = NULL,
        entered_at = %(now)s, due_at = p.next_due, escalate_at = p.next_due, first_reaction_at = NULL,
        paused_at = NULL, wait_until = NULL, remaining_seconds = NULL, version = row.version + 1,
        warn_at = p.next_look, warned = 0, returns_used = row.returns_used + %(returns)s
    FROM planned p WHERE row.id = p.id AND p.next_tier IS NOT NULL
    RETURNING row.id
)"""
# No tier further: the timer is disarmed, whoever holds the case keeps it.
_BREACHED = """breached AS (
    UPDATE complaints_complaint AS row SET
        breached_at = coalesce(row.breached_at, %(now)s), escalate_at = NULL, warn_at = NULL,
        version = row.version + 1
    FROM planned p WHERE row.id = p.id AND p.next_tier IS NULL
    RETURNING row.id
)"""
# History: one line each, oldest first (a join keeps no order of its own); the unique index history_one_row_per_hop forbids a double.
_LINES = f"""lines AS (
    INSERT INTO complaints_history (complaint_id, at, event, hop, cause, by_id, reason, from_status, to_status,
        from_tier, to_tier, from_branch_id, to_branch_id, from_assignee_id, to_assignee_id, due_before, due_after)
    SELECT p.id, %(now)s, CASE WHEN p.next_tier IS NULL THEN '{Event.BREACHED.value}' ELSE %(event)s END,
        CASE WHEN p.next_tier IS NULL THEN p.hop ELSE p.hop + 1 END, %(cause)s, %(by_id)s, %(reason)s, p.status,
        CASE WHEN p.next_tier IS NULL THEN p.status ELSE 'new' END, p.tier, coalesce(p.next_tier, p.tier),
        p.branch_id, p.branch_id, p.assignee_id, CASE WHEN p.next_tier IS NULL THEN p.assignee_id END, p.due_at,
        CASE WHEN p.next_tier IS NOT NULL THEN p.next_due END
    FROM planned p ORDER BY p.due_at, p.id
)"""
# Who is told: the next tier, the earlier holder, the patient; at the end head and fund. The hop's own line of
# history is unique, so no notice of it can be there already; one that is makes the row one to look at.
_NOTICES = f"""notices AS (
    INSERT INTO platform_outbox (channel, kind, subject_kind, subject_id, hop, receiver_kind, receiver_id, payload,
        created_at, available_at, sent_at)
    {_told("portal", "hop", "pool", "p.branch_id", "p.next_tier IS NOT NULL")}
    UNION ALL
    {_told("portal", "hop", "user", "p.assignee_id", "p.next_tier IS NOT NULL AND p.assignee_id IS NOT NULL")}
    UNION ALL
    {_told("email", "hop", "contact", "p.id", "p.next_tier IS NOT NULL AND p.notify_by_email")}
    UNION ALL
    {_told("portal", "breach", "head", "p.branch_id", "p.next_tier IS NULL")}
    UNION ALL
    {_told("portal", "breach", "fund", "p.fund_id", "p.next_tier IS NULL AND p.fund_id IS NOT NULL")}
    RETURNING channel
)"""
# Once for each case, hop and receiver (unique key of alarms).
_ALARMS = f"""alarms AS (
    INSERT INTO platform_alarm (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
    {_alarm("tier_breach", "critical", "p.branch_id", "p.next_tier IS NULL")}
    UNION ALL
    {_alarm("tier_breach", "critical", "p.fund_id", "p.next_tier IS NULL AND p.fund_id <> p.branch_id")}
    UNION ALL
    {_alarm("clock_gap", "warning", "p.branch_id", "p.next_tier IS NOT NULL AND p.gap")}
    ON CONFLICT DO NOTHING
    RETURNING kind
)"""
# The bells ring with the batch's own commit: whoever listens hears of nothing that was rolled back.
_COUNTS = f"""SELECT (SELECT count(*) FROM claimed), (SELECT count(*) FROM moved), (SELECT count(*) FROM breached),
    (SELECT count(*) FROM alarms WHERE kind = 'tier_breach'),
    (SELECT count(*) FROM claimed WHERE urgency = 'urgent'), (SELECT max(escalate_at) FROM claimed),
    (SELECT pg_notify('{bells.CHANNEL}', '{CHANGED}')::text FROM claimed LIMIT 1),
    (SELECT pg_notify('{bells.CHANNEL}', '{outbox.TOPIC}')::text FROM notices WHERE channel <> 'portal' LIMIT 1)"""


def _statement(claim: str, next_tier: str, due: str, stage: str, look: str = LOOK) -> str:
    return f"""
WITH claimed AS MATERIALIZED ({claim}),
planned AS MATERIALIZED (
    SELECT c.*, {next_tier} AS next_tier, {due} AS next_due, {stage} AS next_stage, {look} AS next_look,
        {GAP} AS gap,
        b.region_id, fund.id AS fund_id
    FROM claimed c
    {joins(tier=next_tier, value=ENTRY_VALUE, unit=ENTRY_UNIT)}
    LEFT JOIN insurers_branch fund ON fund.region_id = b.region_id AND fund.kind = 'fund'
),
{_MOVED},
{_BREACHED},
{_LINES},
{_NOTICES},
{_ALARMS}
{_COUNTS}"""


_MOVE_DUE = _statement(_CLAIM_DUE, _UP, DUE, ENTRY_STAGE)
_MOVE_NAMED_DUE = _statement(_CLAIM_NAMED_DUE, _UP, DUE, ENTRY_STAGE)
_MOVE_UP = _statement(_CLAIM_NAMED, _UP, DUE, ENTRY_STAGE)
# A return brings only the time that is left: the due moment stays.
_MOVE_DOWN = _statement(_CLAIM_NAMED, _DOWN, "c.due_at", "'resolution'", "%(now)s::timestamptz")

# Partial index complaint_wait_end.
_ENDED_WAIT = "status = 'waiting' AND wait_until <= %(now)s AND blocked_at IS NULL"
_CLAIM_ENDED = f"""
    SELECT {_COLUMNS}, remaining_seconds FROM complaints_complaint WHERE {_ENDED_WAIT}
    ORDER BY wait_until, id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED"""
_CLAIM_NAMED_ENDED = f"""
    SELECT {_COLUMNS}, remaining_seconds FROM complaints_complaint WHERE id = ANY(%(ids)s) AND {_ENDED_WAIT}
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"""


def _resuming(claim: str) -> str:
    """The clock goes on with the working seconds that were left."""
    return f"""
WITH claimed AS MATERIALIZED ({claim}),
planned AS MATERIALIZED (
    SELECT c.*, {DUE} AS next_due FROM claimed c
    {joins(tier="c.tier", value="greatest(c.remaining_seconds, 1)", unit=REMAINING_UNIT)}
),
resumed AS (
    UPDATE complaints_complaint AS row SET
        status = 'in_work', paused_at = NULL, wait_until = NULL, remaining_seconds = NULL,
        due_at = p.next_due, escalate_at = CASE WHEN row.breached_at IS NULL THEN p.next_due END,
        warn_at = CASE WHEN row.breached_at IS NULL THEN %(now)s::timestamptz END,
        version = row.version + 1
    FROM planned p WHERE row.id = p.id RETURNING row.id
),
lines AS (
    INSERT INTO complaints_history (complaint_id, at, event, hop, cause, reason, from_status, to_status, from_tier,
        to_tier, from_branch_id, to_branch_id, from_assignee_id, to_assignee_id, due_before, due_after)
    SELECT p.id, %(now)s, '{Event.RESUMED.value}', p.hop, '{Cause.TIMER.value}', '', 'waiting', 'in_work', p.tier,
        p.tier, p.branch_id, p.branch_id, p.assignee_id, p.assignee_id, p.due_at, p.next_due
    FROM planned p
)
SELECT count(*) FROM resumed
"""


_RESUME = _resuming(_CLAIM_ENDED)
_RESUME_NAMED = _resuming(_CLAIM_NAMED_ENDED)

# What an idle tick costs: one descent of each partial index. Asked in the order of the index, not by EXISTS, which
# forgets any order: told by old statistics that much is due, the planner would rather read the table.
_PROBE = f"""SELECT
    (SELECT id FROM complaints_complaint
        WHERE escalate_at >= %(since)s AND escalate_at <= %(now)s AND blocked_at IS NULL
        ORDER BY escalate_at, id LIMIT 1) IS NOT NULL,
    (SELECT id FROM complaints_complaint WHERE {_ENDED_WAIT} ORDER BY wait_until, id LIMIT 1) IS NOT NULL,
    (SELECT id FROM complaints_complaint
        WHERE warn_at >= %(since)s AND warn_at <= %(now)s AND warn_at IS NOT NULL
        ORDER BY warn_at, id LIMIT 1) IS NOT NULL,
    (SELECT id FROM complaints_complaint
        WHERE urgency = 'urgent' AND status = 'new' ORDER BY id LIMIT 1) IS NOT NULL,
    (SELECT id FROM complaints_complaint
        WHERE urgency = 'urgent' AND breached_at IS NOT NULL AND status IN ('new', 'in_work')
        ORDER BY id LIMIT 1) IS NOT NULL"""
_DUE_IDS = """SELECT id FROM complaints_complaint WHERE escalate_at <= %(now)s AND blocked_at IS NULL
    ORDER BY escalate_at, id LIMIT %(batch)s"""
_ENDED_WAIT_IDS = f"""SELECT id FROM complaints_complaint WHERE {_ENDED_WAIT}
    ORDER BY wait_until, id LIMIT %(batch)s"""


@dataclass(frozen=True, slots=True)
class Moved:
    """What one statement did; `last` is the youngest due moment among the claimed."""

    claimed: int
    escalated: int
    breached: int
    alarms: int
    urgent: int
    last: datetime | None


def move_due(*, now: datetime, batch: int, since: datetime | None = None) -> Moved:
    """Move up to `batch` due cases, oldest first; those due before `since` are left to another look."""
    return _moved(_move_due(batch).fetch({"now": now, "since": since or _EVER, **_BY_TIMER}))


@lru_cache
def _move_due(batch: int) -> Prepared:
    """The size of a batch is in the text: with an unknown limit the planner expects a tenth of the table."""
    return Prepared(_MOVE_DUE, _TYPES, {"batch": batch})


def move_named_due(*, ids: Sequence[int], now: datetime) -> Moved:
    """The same for named cases, those of them that are due and free."""
    return _run(_MOVE_NAMED_DUE, now=now, ids=list(ids), **_BY_TIMER)


def move_up(*, complaint_id: int, by_id: int, reason: str, now: datetime) -> Moved:
    """A person's hop to the next tier. The caller has checked rights and status under the row's lock."""
    return _run(
        _MOVE_UP, now=now, ids=[complaint_id], **_by_staff(Event.ESCALATED_BY_HAND, by_id, reason), returns=0
    )


def move_down(*, complaint_id: int, by_id: int, reason: str, now: datetime) -> Moved:
    """A return to the tier below, with the time that is left."""
    return _run(
        _MOVE_DOWN, now=now, ids=[complaint_id], **_by_staff(Event.RETURNED, by_id, reason), returns=1
    )


def resume_ended_waits(*, now: datetime, batch: int) -> int:
    """Waits whose end has come: the clock goes on by itself. Returns how many."""
    return int(_fetch(_RESUME, {"now": now, "batch": batch})[0])


def resume_named_ended_waits(*, ids: Sequence[int], now: datetime) -> int:
    """The same for named cases, those of them whose wait is over and that are free."""
    return int(_fetch(_RESUME_NAMED, {"now": now, "ids": list(ids)})[0])


@dataclass(frozen=True, slots=True)
class Waiting:
    """What there is to do."""

    due: bool
    ended_waits: bool
    warnings: bool
    urgent: bool
    urgent_late: bool


def probe(*, now: datetime, since: datetime | None = None) -> Waiting:
    """One statement, whatever the size of the table."""
    return Waiting(*_fetch(_PROBE, {"now": now, "since": since or _EVER}))


def due_ids(*, now: datetime, batch: int) -> list[int]:
    return _ids(_DUE_IDS, now, batch)


def ended_wait_ids(*, now: datetime, batch: int) -> list[int]:
    return _ids(_ENDED_WAIT_IDS, now, batch)


def _ids(statement: str, now: datetime, batch: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, "batch": batch})
        return [row[0] for row in cursor.fetchall()]


_EVER = "-infinity"
_TYPES = {
    "now": "timestamptz",
    "since": "timestamptz",
    "event": "text",
    "cause": "text",
    "by_id": "bigint",
    "reason": "text",
    "returns": "int",
}
_BY_TIMER: dict[str, Any] = {
    "event": Event.ESCALATED.value,
    "cause": Cause.TIMER.value,
    "by_id": None,
    "reason": "",
    "returns": 0,
}


def _by_staff(event: Event, by_id: int, reason: str) -> dict[str, Any]:
    return {"event": event.value, "cause": Cause.STAFF.value, "by_id": by_id, "reason": str(reason)}


def _run(statement: str, **parameters: Any) -> Moved:
    return _moved(_fetch(statement, parameters))


def _moved(row: tuple[Any, ...]) -> Moved:
    *counts, _rung, _rung_too = row
    return Moved(*counts)


def _fetch(statement: str, parameters: dict[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
