"""The engine's figures for monitoring; each is one probe of a partial index."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from omsportal.platform import metrics
from omsportal.platform.metrics import Sample

# Indexes complaint_due, complaint_blocked.
_ENGINE = """
SELECT (SELECT count(*) FROM complaints_complaint WHERE escalate_at <= %(now)s AND blocked_at IS NULL),
    (SELECT extract(epoch FROM %(now)s - min(escalate_at)) FROM complaints_complaint
        WHERE escalate_at <= %(now)s AND blocked_at IS NULL),
    (SELECT count(*) FROM complaints_complaint WHERE blocked_at IS NOT NULL)
"""


def engine(now: datetime) -> Iterator[Sample]:
    """Due but not moved, the oldest of them, and cases held for a person."""
    with connection.cursor() as cursor:
        cursor.execute(_ENGINE, {"now": now})
        due, oldest, blocked = cursor.fetchone()
    yield Sample("cases_due_not_moved", due, help="Cases whose tier time is over and that no sweep moved yet")
    yield Sample("cases_due_oldest_seconds", float(oldest or 0), help="How long the oldest of them waits")
    yield Sample("cases_blocked", blocked, help="Cases the engine could not move, held for a person")


def register() -> None:
    """Called once, when the app is ready."""
    metrics.register(engine)
