"""Alarms that stand as long as their cause: one row of a branch, or of each occasion there, opened and closed
by looking.

What is looked at are reference rows, some thousands at most, read whole.
"""

from datetime import datetime
from typing import Any

from django.db import connection

SUBJECT = "branch"
_LOOK = """
WITH found AS MATERIALIZED ({found}),
raised AS (
    INSERT INTO platform_alarm AS old (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload,
        raised_at)
    SELECT '{kind}', '{subject}', branch_id, {occasion}, branch_id, 'warning', payload, %(now)s
    FROM found
    ON CONFLICT (kind, subject_kind, subject_id, hop, receiver_branch_id) DO UPDATE SET
        payload = excluded.payload, closed_at = NULL, acknowledged_at = NULL, acknowledged_by_id = NULL,
        raised_at = excluded.raised_at
    WHERE old.closed_at IS NOT NULL
    RETURNING 1
),
closed AS (
    UPDATE platform_alarm AS old SET closed_at = greatest(old.raised_at, %(now)s)
    WHERE old.kind = '{kind}' AND old.closed_at IS NULL
        AND NOT EXISTS (SELECT FROM found WHERE found.branch_id = old.subject_id AND {occasion} = old.hop)
    RETURNING 1
)
SELECT (SELECT count(*) FROM raised), (SELECT count(*) FROM closed)"""


def statement(kind: str, found: str, *, subject: str = SUBJECT, occasion: str = "0") -> str:
    """Raises the alarm `kind` in each branch that `found` (branch_id, payload) names, and closes the others.

    An alarm that is open stays as it was raised. `subject`: what they are about, told by the branch's id.
    `occasion`: the column of `found` that tells several of one branch apart, a number.
    """
    return _LOOK.format(kind=kind, found=found, subject=subject, occasion=occasion)


def look(statement: str, now: datetime, **values: Any) -> tuple[int, int]:
    """How many were raised, and how many closed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, **values})
        raised, closed = cursor.fetchone()
    return raised, closed
