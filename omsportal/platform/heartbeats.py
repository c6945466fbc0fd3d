"""Signs of life of the processes that work in the background."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from omsportal.platform.models import Heartbeat

# A lost beat is made good by the next one: alone it need not wait for the disk. In somebody's transaction it
# changes nothing about how that is committed.
_BEAT = """
WITH hurried AS MATERIALIZED (
    SELECT CASE WHEN %(alone)s THEN set_config('synchronous_commit', 'off', true) END AS mode
)
INSERT INTO platform_heartbeat (name, beat_at, detail)
SELECT %(name)s, %(now)s, %(detail)s FROM hurried
ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at, detail = excluded.detail
"""


def beat(name: str, now: datetime, detail: dict[str, Any] | None = None) -> None:
    """Record that this process works; the latest beat replaces the one before."""
    values: dict[str, Any] = {"name": name, "now": now, "detail": json.dumps(detail or {})}
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, values | {"alone": not connection.in_atomic_block})


def age(name: str, now: datetime) -> timedelta | None:
    """How long ago this process last gave a sign of life; None if it never did."""
    beat_at = Heartbeat.objects.filter(name=name).values_list("beat_at", flat=True).first()
    return None if beat_at is None else now - beat_at


def ages(now: datetime) -> dict[str, timedelta]:
    """Every known process and the age of its last sign of life."""
    return {name: now - beat_at for name, beat_at in Heartbeat.objects.values_list("name", "beat_at")}
