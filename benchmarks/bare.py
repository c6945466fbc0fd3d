"""The limit: hand-written SQL on the product's tables and indexes, which knows no rule, calendar, stage or alarm."""

from django.db import connection, transaction

from complaints.escalation.sweep import BATCH
from omsportal.platform.clock import database_now

_HOP = """
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
_SHIFT = """
WITH claimed AS MATERIALIZED (
    SELECT id FROM complaints_complaint WHERE id > %(after)s AND escalate_at IS NOT NULL
    ORDER BY id LIMIT %(batch)s FOR NO KEY UPDATE
),
moved AS (
    UPDATE complaints_complaint AS row SET due_at = row.due_at + interval '1 hour',
        escalate_at = row.escalate_at + interval '1 hour', version = row.version + 1
    FROM claimed c WHERE row.id = c.id
)
SELECT count(*), max(id) FROM claimed
"""


def sweep() -> int:
    """Move everything that is due one tier up, by a constant interval; returns how many."""
    total, now = 0, database_now()
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_HOP, {"now": now, "batch": BATCH})
            (moved,) = cursor.fetchone()
        total += moved
        if moved < BATCH:
            return total


def shift_all() -> int:
    """Move every due moment by an hour, in the same batches as a recount; returns how many."""
    total, after = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_SHIFT, {"after": after, "batch": BATCH})
            moved, last = cursor.fetchone()
        total += moved
        if moved < BATCH:
            return total
        after = last
