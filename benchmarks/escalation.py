"""The sweep against bare SQL: the same table, indexes, rows and batches, a constant interval as the limit.

Bare SQL claims, updates, and inserts history and outbox in one hand-written statement; it knows no rule, no
calendar, no stage, no alarm. It is the limit of what this database can do with this table.
"""

import io
import resource
import time
from statistics import median

from django.core.management import call_command
from django.db import connection, transaction

from benchmarks.report import figure, medians
from complaints.escalation import moves
from complaints.escalation.sweep import BATCH, sweep
from omsportal.platform.clock import database_now

OPEN = {"small": (10_000,), "full": (10_000, 100_000, 1_000_000)}
SHARES = (0.01, 1.0)
IDLE_TICKS = 50

_BARE = """
WITH claimed AS MATERIALIZED (
    SELECT id, number, tier, hop, branch_id, status, due_at, assignee_id FROM complaints_complaint
    WHERE escalate_at <= %(now)s AND blocked_at IS NULL
    ORDER BY escalate_at, id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED
),
moved AS (
    UPDATE complaints_complaint AS row SET tier = c.tier + 1, hop = row.hop + 1, status = 'new', assignee_id = NULL,
        entered_at = %(now)s, due_at = %(now)s + interval '5 days', escalate_at = %(now)s + interval '5 days',
        version = row.version + 1
    FROM claimed c WHERE row.id = c.id RETURNING row.id
),
lines AS (
    INSERT INTO complaints_history (complaint_id, at, event, hop, cause, reason, from_status, to_status, from_tier,
        to_tier, from_branch_id, to_branch_id, from_assignee_id, due_before, due_after)
    SELECT id, %(now)s, 'escalated', hop + 1, 'timer', '', status, 'new', tier, tier + 1, branch_id, branch_id,
        assignee_id, due_at, %(now)s + interval '5 days' FROM claimed
),
notices AS (
    INSERT INTO platform_outbox (channel, kind, subject_kind, subject_id, hop, receiver_kind, receiver_id, payload,
        created_at, available_at, sent_at)
    SELECT 'portal', 'hop', 'complaint', id, hop + 1, 'pool', branch_id,
        jsonb_build_object('number', number, 'tier', tier + 1), %(now)s, %(now)s, %(now)s FROM claimed
)
SELECT count(*) FROM claimed
"""
_RESET = """
UPDATE complaints_complaint SET tier = 1, status = 'new', assignee_id = NULL, breached_at = NULL,
    due_at = CASE WHEN id <= %(last)s THEN %(due)s ELSE %(later)s END,
    escalate_at = CASE WHEN id <= %(last)s THEN %(due)s ELSE %(later)s END
WHERE tier <> 1 OR escalate_at IS NULL OR (escalate_at <= %(now)s) <> (id <= %(last)s)
"""
_LAST_OF = (
    "SELECT coalesce(max(id), 0) FROM (SELECT id FROM complaints_complaint ORDER BY id LIMIT %s) AS first"
)


def run(scale: str) -> None:
    loaded = 0
    for count in OPEN[scale]:
        call_command("seed_load", complaints=count - loaded, due=0, stdout=io.StringIO())
        loaded = count
        _idle(count)
        for share in SHARES:
            _sweeps(count, int(count * share))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figure("escalation", "peak memory of the process", peak, "MB", open=loaded)


def _idle(count: int) -> None:
    _make_due(0)

    def tick() -> float:
        began = time.perf_counter()
        moves.probe(now=database_now())
        return (time.perf_counter() - began) * 1000

    def whole_sweep() -> float:
        return sweep(now=database_now()).seconds * 1000

    probe = median(tick() for _ in range(IDLE_TICKS))
    whole = median(whole_sweep() for _ in range(IDLE_TICKS))
    figure("escalation", "idle probe", probe, "ms", open=count)
    figure("escalation", "idle sweep", whole, "ms", open=count)


def _sweeps(count: int, due: int) -> None:
    statements: list[int] = []

    def product() -> float:
        _make_due(due)
        began = time.perf_counter()
        swept = sweep(now=database_now())
        seconds = time.perf_counter() - began
        assert swept.escalated == due, swept
        statements.append(swept.statements)
        return due / seconds

    def bare() -> float:
        _make_due(due)
        began = time.perf_counter()
        moved = _bare_sweep()
        seconds = time.perf_counter() - began
        assert moved == due, moved
        return due / seconds

    ours, limit = medians(product, bare)
    figure("escalation", "rows per second", ours, "rows/s", baseline=limit, open=count, due=due)
    figure("escalation", "statements per sweep", median(statements), "statements", open=count, due=due)


def _bare_sweep() -> int:
    total, now = 0, database_now()
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_BARE, {"now": now, "batch": BATCH})
            (moved,) = cursor.fetchone()
        total += moved
        if moved < BATCH:
            return total


def _make_due(due: int) -> None:
    """The first `due` cases are overdue in tier 1, all others far from it; then a vacuum, as autovacuum would."""
    now = database_now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), 0) FROM (SELECT id FROM complaints_complaint ORDER BY id LIMIT %s) f",
            [due],
        )
        (last,) = cursor.fetchone()
        cursor.execute(
            "SELECT %(now)s::timestamptz - interval '1 minute', %(now)s::timestamptz + interval '90 days'",
            {"now": now},
        )
        overdue, later = cursor.fetchone()
        cursor.execute(_RESET, {"last": last, "due": overdue, "later": later, "now": now})
        cursor.execute("VACUUM ANALYZE complaints_complaint")
