"""The notice that an appeal has no answer and why (59-ФЗ, art. 11): the alarm when it has not left in time."""

from datetime import datetime, timedelta

from complaints.escalation import rounds
from omsportal.platform.kinds import Severity

NOTICE_LATE = "notice_late"

# Partial index leaving_notice_due up to the last date that can be over anywhere in the country; then by the date
# where the branch is. Each is told once (unique key of alarms); recording the letter closes the alarm.
_LATE = f"""
WITH late AS MATERIALIZED (
    SELECT c.id, c.number, c.tier, c.branch_id FROM complaints_leaving AS l
    JOIN complaints_complaint AS c ON c.id = l.complaint_id
    JOIN insurers_branch AS b ON b.id = c.branch_id
    JOIN insurers_region AS region ON region.id = b.region_id
    WHERE l.approved AND l.notified_at IS NULL AND l.notice_due_on IS NOT NULL
        AND l.notice_due_on < %(last_day)s
        AND l.notice_due_on < (%(now)s::timestamptz AT TIME ZONE region.time_zone)::date
        AND NOT EXISTS (
            SELECT 1 FROM platform_alarm AS known
            WHERE known.kind = '{NOTICE_LATE}' AND known.subject_kind = 'complaint' AND known.subject_id = c.id
                AND known.hop = 0 AND known.receiver_branch_id = c.branch_id
        )
    ORDER BY l.notice_due_on, l.id LIMIT %(batch)s
),
raised AS (
    INSERT INTO platform_alarm
        (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
    SELECT '{NOTICE_LATE}', 'complaint', id, 0, branch_id, '{Severity.WARNING.value}',
        jsonb_build_object('number', number, 'tier', tier), %(now)s
    FROM late
    ON CONFLICT DO NOTHING
    RETURNING id
)
SELECT (SELECT count(*) FROM late), (SELECT count(*) FROM raised)"""


def not_told(now: datetime) -> int:
    """Alarms to the heads of branches whose notice is late; returns how many are new."""
    # The date is the same or one later anywhere in the country than in UTC.
    return rounds.look_in_batches(_LATE, {"now": now, "last_day": now.date() + timedelta(days=1)})


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("notices", timedelta(minutes=10), not_told))
