"""A changed calendar or schedule moves the due moments of open cases, in batches, old and new in history.

Cases that were paused or returned keep their moment: it was counted from what was left, not from the entry.
"""

from typing import Any

from django.db import connection, transaction

from complaints.escalation.clock import DUE, ENTRY_UNIT, ENTRY_VALUE, joins
from complaints.kinds import Cause
from complaints.states import Event
from insurers.services.calendar import CALENDAR_CHANGED
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job

BATCH = 1000

_OPEN = """row.status IN ('new', 'in_work') AND row.escalate_at IS NOT NULL AND row.blocked_at IS NULL
    AND row.pauses_used = 0 AND row.returns_used = 0
    AND row.branch_id IN (SELECT id FROM insurers_branch WHERE schedule_id = ANY(%(schedules)s))"""
# Read by primary key in steps: the table grows, the steps do not.
_RECOUNT = f"""
WITH claimed AS MATERIALIZED (
    SELECT row.* FROM complaints_complaint AS row
    WHERE row.id > %(after)s AND {_OPEN} ORDER BY row.id LIMIT %(batch)s FOR NO KEY UPDATE
),
planned AS MATERIALIZED (
    SELECT c.*, {DUE} AS next_due FROM claimed c
    {
    joins(
        tier="c.tier",
        value=f"CASE c.stage WHEN 'reaction' THEN {ENTRY_VALUE} ELSE r.resolution_limit END",
        unit=f"CASE c.stage WHEN 'reaction' THEN {ENTRY_UNIT} ELSE r.resolution_unit END",
        start="c.entered_at",
    )
}
),
moved AS (
    UPDATE complaints_complaint AS row SET due_at = p.next_due, escalate_at = p.next_due, version = row.version + 1
    FROM planned p WHERE row.id = p.id AND p.next_due <> p.due_at RETURNING row.id
),
lines AS (
    INSERT INTO complaints_history (complaint_id, at, event, hop, cause, reason, from_status, to_status, from_tier,
        to_tier, from_branch_id, to_branch_id, from_assignee_id, to_assignee_id, due_before, due_after)
    SELECT p.id, %(now)s, '{Event.RECOUNTED.value}', p.hop, '{
    Cause.SYSTEM.value
}', '', p.status, p.status, p.tier,
        p.tier, p.branch_id, p.branch_id, p.assignee_id, p.assignee_id, p.due_at, p.next_due
    FROM planned p WHERE p.next_due <> p.due_at
)
SELECT (SELECT count(*) FROM claimed), (SELECT max(id) FROM claimed), (SELECT count(*) FROM moved)
"""
_COUNT = f"SELECT count(*) FROM complaints_complaint AS row WHERE {_OPEN}"


def recount(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The job `calendar.changed`: recount open cases of these schedules. Running it again changes nothing."""
    schedules = list(job.arguments["schedules"])
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"schedules": schedules})
        (total,) = cursor.fetchone()
    seen, moved, after = 0, 0, 0
    while True:
        claimed, last, changed = _step(schedules, after)
        seen, moved = seen + claimed, moved + changed
        progress.report(min(seen, total), total)
        if claimed < BATCH:
            return {"seen": seen, "moved": moved}
        after = last


def _step(schedules: list[int], after: int) -> tuple[int, int, int]:
    now = database_now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RECOUNT, {"schedules": schedules, "after": after, "batch": BATCH, "now": now})
        row: tuple[int, int, int] = cursor.fetchone()
    return row


def register() -> None:
    """Called once, when the app is ready."""
    jobs.register(CALENDAR_CHANGED, recount)
