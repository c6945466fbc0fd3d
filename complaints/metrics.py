"""The engine's figures for monitoring, the same as on its page; each is one probe of a partial index."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from omsportal.platform import metrics
from omsportal.platform.metrics import Sample

# Indexes complaint_due, complaint_blocked, engine_hold_open; a hold ends by itself as escalation.hold says.
_ENGINE = """
SELECT (SELECT count(*) FROM complaints_complaint WHERE escalate_at <= %(now)s AND blocked_at IS NULL),
    (SELECT extract(epoch FROM %(now)s - min(escalate_at)) FROM complaints_complaint
        WHERE escalate_at <= %(now)s AND blocked_at IS NULL),
    (SELECT count(*) FROM complaints_complaint
        WHERE blocked_at IS NOT NULL AND resolved_at IS NULL AND closed_at IS NULL),
    (SELECT count(*) FROM complaints_enginehold
        WHERE released_at IS NULL AND held_at <= %(now)s AND held_at > %(now)s - interval '10 minutes'),
    (SELECT extract(epoch FROM %(now)s - beat_at) FROM platform_heartbeat WHERE name = 'sweep')
"""
# Index history_hops_by_time: one descent for each branch, then the hops of the hour.
_HOPS = """
SELECT event, count(*) FROM complaints_history
WHERE event IN ('escalated', 'escalated_by_hand', 'returned')
    AND to_branch_id = ANY(ARRAY(SELECT id FROM insurers_branch))
    AND at > %(now)s - interval '1 hour' AND at <= %(now)s
GROUP BY event
"""
# Index alarm_open: open alarms and no others.
_ALARMS = """
SELECT kind, severity, count(*) FROM platform_alarm WHERE closed_at IS NULL
GROUP BY kind, severity ORDER BY kind, severity
"""
# Index complaint_queue: entries of open cases, no rows.
_QUEUES = """
SELECT tier, status, count(*) FROM complaints_complaint WHERE status IN ('new', 'in_work', 'waiting')
GROUP BY tier, status ORDER BY tier, status
"""
HOPS = ("escalated", "escalated_by_hand", "returned")


def engine(now: datetime) -> Iterator[Sample]:
    """Due but not moved, the oldest of them, cases held for a person, the timer's hold, the last sweep."""
    ((due, oldest, blocked, hold, swept),) = _rows(_ENGINE, now)
    yield Sample("cases_due_not_moved", due, help="Cases whose tier time is over and that no sweep moved yet")
    yield Sample("cases_due_oldest_seconds", float(oldest or 0), help="How long the oldest of them waits")
    yield Sample("cases_blocked", blocked, help="Cases the engine could not move, held for a person")
    yield Sample("engine_hold", hold, help="1 while the timer stands still because the clock jumped")
    if swept is not None:
        yield Sample(
            "sweep_age_seconds", float(swept), help="Time since the last sweep; absent before the first"
        )


def hops(now: datetime) -> Iterator[Sample]:
    """Hops of the last hour by how they came about; none is a figure too."""
    counts = dict(_rows(_HOPS, now))
    for event in HOPS:
        help_text = "Moves between tiers in the last hour"
        yield Sample("hops_last_hour", counts.get(event, 0), {"event": event}, help=help_text)


def alarms(now: datetime) -> Iterator[Sample]:
    """Open alarms by kind and severity."""
    for kind, severity, count in _rows(_ALARMS, now):
        labels = {"kind": kind, "severity": severity}
        yield Sample("alarms_open_by_kind", count, labels, help="Open alarms by kind")


def queues(now: datetime) -> Iterator[Sample]:
    """Open cases by tier: in the queue, in work, waiting for the patient."""
    for tier, status, count in _rows(_QUEUES, now):
        yield Sample("cases_open", count, {"tier": str(tier), "status": status}, help="Open cases by tier")


def _rows(statement: str, now: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def register() -> None:
    """Called once, when the app is ready."""
    for collector in (engine, hops, alarms, queues):
        metrics.register(collector)
