"""Warnings at 50, 75 and 90 % of the tier's time: once each per hop, in working hours, withdrawn when it moves.

`warn_at` says when to look at a case, at the latest at the next level; earlier is allowed, the look then sets the
exact moment. `warned` is the level that holds now, 0 before the first. A notice that no longer holds because
the due moment moved is marked as withdrawn and not sent again in the same hop.
"""

import logging
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction

from complaints.escalation.clock import ENTRY_UNIT, ENTRY_VALUE, limit_joins
from complaints.escalation.moves import CHANGED
from insurers.working_time_sql import before_joins, before_value
from omsportal.platform import bells

log = logging.getLogger(__name__)

#: Percent of the tier's time; at the last one the head is told too. Our own proposal.
LEVELS = (50, 75, 90)
#: Kinds of the notices, by level.
KINDS = {level: f"warning_{level}" for level in LEVELS}

_COLUMNS = """id, number, tier, hop, branch_id, rule_edition_id, kind, category_id, urgency, stage, assignee_id,
    due_at, warned"""
# Partial index complaint_warning, read in its order: O(due). Rows somebody else works on wait for the next look.
_DUE = "warn_at <= %(now)s AND warn_at >= %(since)s AND warn_at IS NOT NULL"
_CLAIM = f"""SELECT {_COLUMNS} FROM complaints_complaint WHERE {_DUE}
    ORDER BY warn_at, id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED"""
_CLAIM_NAMED = f"""SELECT {_COLUMNS} FROM complaints_complaint WHERE id = %(id)s AND {_DUE}
    FOR NO KEY UPDATE SKIP LOCKED"""
# In the order of the index: a mere EXISTS would be read from the table, as long as its statistics tell of many.
_PROBE = f"""SELECT
    (SELECT id FROM complaints_complaint WHERE {_DUE} ORDER BY warn_at, id LIMIT 1) IS NOT NULL"""
_IDS = f"SELECT id FROM complaints_complaint WHERE {_DUE} ORDER BY warn_at, id LIMIT %(batch)s"
_LEAVE = "UPDATE complaints_complaint SET warn_at = NULL WHERE id = %(id)s"

_LIMIT = limit_joins(
    tier="c.tier",
    value=f"CASE c.stage WHEN 'reaction' THEN {ENTRY_VALUE} ELSE r.resolution_limit END",
    unit=f"CASE c.stage WHEN 'reaction' THEN {ENTRY_UNIT} ELSE r.resolution_unit END",
    start="c.due_at",
)
# What is left of the limit at a level, as whole seconds: the rest of one is nobody's worry.
_REST = "greatest(l.seconds * (100 - level.percent) / 100, 1)"
_REST_BEFORE = before_joins(name="rest", moment="c.due_at", seconds=_REST, schedule="b.schedule_id")
_PLAIN = f"c.due_at - {_REST} * interval '1 second'"
# The level reached, and when the next one is. Counted back from the due moment: so a pause, a return, a
# change of the rule or of the calendar need nothing of their own. A missing rule or calendar drops no row.
_MARKS = f"""CROSS JOIN LATERAL (
    SELECT coalesce(max(mark.percent) FILTER (WHERE mark.at <= %(now)s), 0) AS reached,
        min(mark.at) FILTER (WHERE mark.at > %(now)s) AS next_at
    FROM (
        SELECT level.percent,
            CASE WHEN l.always THEN {_PLAIN} ELSE coalesce({before_value("rest")}, {_PLAIN}) END AS at
        FROM (VALUES {", ".join(f"({level})" for level in LEVELS)}) AS level (percent)
        {_REST_BEFORE}
    ) AS mark
) AS marks"""
# Somebody is told only while the branch works: else the look waits for the opening, NULL when it is open.
# Unique index (schedule_id, starts_at) of the spans.
_OPENING = """CROSS JOIN LATERAL (
    SELECT CASE WHEN marks.reached > c.warned AND NOT l.always AND NOT coalesce((
        SELECT span.ends_at > %(now)s FROM insurers_workingspan span
        WHERE span.schedule_id = b.schedule_id AND span.starts_at <= %(now)s
        ORDER BY span.starts_at DESC LIMIT 1
    ), false) THEN (
        SELECT min(span.starts_at) FROM insurers_workingspan span
        WHERE span.schedule_id = b.schedule_id AND span.starts_at > %(now)s
    ) END AS opens_at
) AS opening"""
_MARKED = f"""marked AS MATERIALIZED (
    SELECT c.*, marks.reached, marks.next_at, opening.opens_at,
        marks.reached > c.warned AND opening.opens_at IS NULL AND c.due_at > %(now)s AS tells
    FROM claimed c
    {_LIMIT}
    {_MARKS}
    {_OPENING}
)"""
_LOOKED = """looked AS (
    UPDATE complaints_complaint AS row SET
        warned = CASE WHEN m.tells OR m.reached < m.warned THEN m.reached ELSE m.warned END,
        warn_at = coalesce(m.opens_at, m.next_at)
    FROM marked m WHERE row.id = m.id
)"""
# Whoever holds the case, else the tier's queue; at the last level the head of the branch too.
_NOTICES = f"""notices AS (
    INSERT INTO platform_outbox (channel, kind, subject_kind, subject_id, hop, receiver_kind, receiver_id, payload,
        created_at, available_at, sent_at)
    SELECT 'portal', 'warning_' || m.reached, 'complaint', m.id, m.hop, told.receiver_kind, told.receiver_id,
        jsonb_build_object('number', m.number, 'tier', m.tier), %(now)s, %(now)s, %(now)s
    FROM marked m CROSS JOIN LATERAL (VALUES
        (m.assignee_id IS NOT NULL, 'user', m.assignee_id),
        (m.assignee_id IS NULL, 'pool', m.branch_id),
        (m.reached = {LEVELS[-1]}, 'head', m.branch_id)
    ) AS told (wanted, receiver_kind, receiver_id)
    WHERE m.tells AND told.wanted
    ON CONFLICT DO NOTHING
    RETURNING id
)"""
# Unique index outbox_once, by case, hop and kind.
_WITHDRAWN = f"""withdrawn AS (
    UPDATE platform_outbox AS notice SET sent_at = NULL, skipped_at = %(now)s
    FROM marked m CROSS JOIN (VALUES {", ".join(f"({level}, '{KINDS[level]}')" for level in LEVELS)})
        AS level (percent, kind)
    WHERE m.reached < m.warned AND level.percent > m.reached AND notice.subject_kind = 'complaint'
        AND notice.subject_id = m.id AND notice.hop = m.hop AND notice.kind = level.kind
        AND notice.skipped_at IS NULL
    RETURNING notice.id
)"""


def _statement(claim: str) -> str:
    return f"""
WITH claimed AS MATERIALIZED ({claim}),
{_MARKED},
{_LOOKED},
{_NOTICES},
{_WITHDRAWN}
SELECT (SELECT count(*) FROM claimed), (SELECT count(*) FROM marked WHERE tells),
    (SELECT count(*) FROM marked WHERE reached < warned),
    (SELECT pg_notify('{bells.CHANNEL}', '{CHANGED}')::text FROM marked WHERE tells OR reached < warned LIMIT 1)"""


_LOOK = _statement(_CLAIM)
_LOOK_AT_ONE = _statement(_CLAIM_NAMED)
_EVER = "-infinity"


@dataclass(slots=True)
class Looked:
    """What a look did: cases somebody was warned of, cases whose warning was withdrawn."""

    statements: int = 0
    warned: int = 0
    withdrawn: int = 0


def look(*, now: datetime, batch: int, since: datetime | None = None) -> Looked:
    """Warn of every case that has reached a level, in batches of one transaction each.

    With nothing to look at it costs one index probe. What should have been looked at before `since` is left to
    another look. Any number may look at once: each warning is given once.
    """
    looked = Looked(statements=1)
    values: dict[str, Any] = {"now": now, "batch": batch, "since": since or _EVER}
    claimed = batch if _fetch(_PROBE, values)[0] else 0
    while claimed == batch:
        try:
            claimed = _look(looked, _LOOK, values)
        except OperationalError:
            raise  # no row's fault: the next look goes on
        except DatabaseError:
            log.exception("a batch of warnings failed, looking at its cases one by one")
            _one_by_one(looked, values)
            break  # what is left is due at the next look
    return looked


def _look(looked: Looked, statement: str, values: dict[str, Any]) -> int:
    looked.statements += 1
    # One statement needs no transaction around it: a process that is stopped right now keeps no row locked.
    with transaction.atomic() if connection.in_atomic_block else nullcontext():
        claimed, warned, withdrawn, _rung = _fetch(statement, values)
    looked.warned += warned
    looked.withdrawn += withdrawn
    return int(claimed)


def _one_by_one(looked: Looked, values: dict[str, Any]) -> None:
    """The good ones are looked at; one that fails goes without warnings, its timer runs on."""
    with connection.cursor() as cursor:
        cursor.execute(_IDS, values)
        ids = [row[0] for row in cursor.fetchall()]
    for complaint_id in ids:
        try:
            _look(looked, _LOOK_AT_ONE, values | {"id": complaint_id})
        except DatabaseError:
            log.exception("case %s gets no warnings", complaint_id)
            _leave_out(complaint_id)


def _leave_out(complaint_id: int) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LEAVE, {"id": complaint_id})
    except DatabaseError:
        log.exception("case %s cannot be changed at all", complaint_id)


def _fetch(statement: str, values: dict[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
