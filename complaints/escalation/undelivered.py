"""Notices that reached nobody, or perhaps nobody: an alarm to the branch and to the portal's administrators.

Raised once while there are any, closed when a person has decided about the last of them.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from complaints.escalation import rounds
from omsportal.platform.kinds import Severity

UNDELIVERED = "undelivered"
#: More than these tell a branch nothing new; the oldest are looked at.
MOST = 10_000

# Partial index outbox_for_a_person, then each case by its primary key. The administrators' alarm is about everything;
# of rows without a case only they hear.
_FOUND = """troubled AS MATERIALIZED (
    SELECT (SELECT c.branch_id FROM complaints_complaint c
        WHERE o.subject_kind = 'complaint' AND c.id = o.subject_id) AS branch_id
    FROM platform_outbox o
    WHERE left_at IS NULL AND (dead_at IS NOT NULL OR doubtful_at IS NOT NULL) ORDER BY id LIMIT %(most)s
),
found AS MATERIALIZED (
    SELECT branch_id FROM troubled GROUP BY GROUPING SETS ((branch_id), ()) HAVING count(*) > 0
)"""
_RAISE = f"""
WITH {_FOUND},
wanted AS (SELECT DISTINCT branch_id FROM found)
INSERT INTO platform_alarm (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
SELECT '{UNDELIVERED}', 'outbox', coalesce(w.branch_id, 0), %(occasion)s, w.branch_id, '{Severity.WARNING.value}',
    '{{}}', %(now)s
FROM wanted w
WHERE NOT EXISTS (SELECT FROM platform_alarm WHERE kind = '{UNDELIVERED}' AND subject_kind = 'outbox'
    AND subject_id = coalesce(w.branch_id, 0) AND closed_at IS NULL)
ON CONFLICT DO NOTHING"""
_CLOSE = f"""
WITH {_FOUND}
UPDATE platform_alarm SET closed_at = greatest(raised_at, %(now)s)
WHERE kind = '{UNDELIVERED}' AND closed_at IS NULL
    AND NOT EXISTS (SELECT FROM found WHERE coalesce(found.branch_id, 0) = subject_id)"""


def look(now: datetime) -> int:
    """Two statements over what waits for a person; returns how many alarms are new."""
    # The occasion of an alarm that may come again: the minute in which it was raised.
    values: dict[str, Any] = {"now": now, "most": MOST, "occasion": int(now.timestamp()) // 60}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, values)
        cursor.execute(_RAISE, values)
        return int(cursor.rowcount)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("undelivered", timedelta(minutes=1), look))
