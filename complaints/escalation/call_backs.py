"""The promise to call back: when it ends, and the alarm when nobody has called by then.

It belongs to the case and not to a tier: a hop neither ends nor renews it, and the tier's clock runs beside it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from complaints.call_windows import Window
from complaints.escalation import promises_sql, rounds
from omsportal.platform.kinds import Severity

CALL_BACK_LATE = "call_back_late"

# Partial index complaint_call_back: promises not yet kept, those that are over. Each is told once (unique key of
# alarms); the call closes the alarm. A call in vain makes a new promise: the occasion is how many there were.
_LATE = f"""
WITH late AS MATERIALIZED (
    SELECT c.id, c.number, c.tier, c.branch_id, tried.times FROM complaints_complaint AS c
    CROSS JOIN LATERAL (
        SELECT count(*) AS times FROM complaints_callattempt AS a WHERE a.complaint_id = c.id
    ) AS tried
    WHERE c.call_back_until IS NOT NULL AND c.call_back_until <= %(now)s AND NOT EXISTS (
        SELECT 1 FROM platform_alarm AS known
        WHERE known.kind = '{CALL_BACK_LATE}' AND known.subject_kind = 'complaint' AND known.subject_id = c.id
            AND known.hop = tried.times AND known.receiver_branch_id = c.branch_id
    )
    ORDER BY c.call_back_until, c.id LIMIT %(batch)s
),
raised AS (
    INSERT INTO platform_alarm
        (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
    SELECT '{CALL_BACK_LATE}', 'complaint', id, times, branch_id, '{Severity.WARNING.value}',
        jsonb_build_object('number', number, 'tier', tier), %(now)s
    FROM late
    ON CONFLICT DO NOTHING
    RETURNING id
)
SELECT (SELECT count(*) FROM late), (SELECT count(*) FROM raised)"""


def until(*, received_at: datetime, days: int, schedule_id: int) -> datetime:
    """So many working days after the message; beyond the computed calendar in plain days."""
    values: dict[str, Any] = {"received_at": received_at, "days": days, "schedule": schedule_id}
    with connection.cursor() as cursor:
        cursor.execute(promises_sql.UNTIL_CALL, values)
        row: tuple[datetime] = cursor.fetchone()
    return row[0]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Working time of a branch in which somebody wants to be called. The call is promised until its end."""

    starts_at: datetime
    ends_at: datetime


def meeting(*, received_at: datetime, days: int, branch_id: int, window: Window) -> Meeting | None:
    """The first hours, from that many working days after the wish on, in which the branch works and the person
    wants to be called; None when there are none within four weeks."""
    values: dict[str, Any] = {
        "received_at": received_at, "days": days, "branch": branch_id, "weekdays": window.mask,
        "starts": window.starts, "ends": window.ends, "time_zone": window.time_zone,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(promises_sql.MEETING, values)
        starts_at, ends_at = cursor.fetchone()
    return Meeting(starts_at, ends_at) if ends_at else None


def not_called_back(now: datetime) -> int:
    """Alarms to the heads of branches whose promise is over; returns how many are new."""
    return rounds.look_in_batches(_LATE, {"now": now})


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("call_backs", timedelta(minutes=1), not_called_back))
