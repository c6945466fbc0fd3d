"""A row that cannot be moved is held for a person, so that the others go on; its alarm says why."""

import json
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection

# The unique key of alarms knows this hop already when the row was tried again and failed: the alarm opens anew,
# unseen. One that is still open stays as it is.
_BLOCK = """
WITH held AS (
    UPDATE complaints_complaint SET blocked_at = %(now)s WHERE id = %(id)s AND blocked_at IS NULL
    RETURNING id, hop, branch_id, number
)
INSERT INTO platform_alarm AS known
    (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
SELECT 'blocked', 'complaint', id, hop, branch_id, 'critical',
    jsonb_build_object('number', number) || %(why)s::jsonb, %(now)s
FROM held
ON CONFLICT (kind, subject_kind, subject_id, hop, receiver_branch_id) DO UPDATE SET
    raised_at = excluded.raised_at, payload = excluded.payload, severity = excluded.severity,
    acknowledged_at = NULL, acknowledged_by_id = NULL, closed_at = NULL
WHERE known.closed_at IS NOT NULL"""


def block(*, complaint_id: int, now: datetime, error: DatabaseError | None = None) -> None:
    """Take the row out of the engine's way and raise its alarm, also when an earlier one was closed."""
    values: dict[str, Any] = {"id": complaint_id, "now": now, "why": json.dumps(why(error))}
    with connection.cursor() as cursor:
        cursor.execute(_BLOCK, values)


def why(error: DatabaseError | None) -> dict[str, str]:
    """What the database refused, by code and name of the rule; never its message, which may quote the row."""
    cause = error.__cause__ if error is not None else None
    if cause is None:
        return {}
    diagnosis = getattr(cause, "diag", None)
    known = {
        "code": getattr(cause, "pgcode", None),
        "rule": getattr(diagnosis, "constraint_name", None),
        "table": getattr(diagnosis, "table_name", None),
    }
    return {name: str(value) for name, value in known.items() if value}
