"""Signs of life of the processes that work in the background."""

from datetime import datetime, timedelta
from typing import Any

from omsportal.platform.models import Heartbeat


def beat(name: str, now: datetime, detail: dict[str, Any] | None = None) -> None:
    """Record that this process works; the latest beat replaces the one before."""
    row = Heartbeat(name=name, beat_at=now, detail=detail or {})
    Heartbeat.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["name"], update_fields=["beat_at", "detail"]
    )


def age(name: str, now: datetime) -> timedelta | None:
    """How long ago this process last gave a sign of life; None if it never did."""
    beat_at = Heartbeat.objects.filter(name=name).values_list("beat_at", flat=True).first()
    return None if beat_at is None else now - beat_at


def ages(now: datetime) -> dict[str, timedelta]:
    """Every known process and the age of its last sign of life."""
    return {name: now - beat_at for name, beat_at in Heartbeat.objects.values_list("name", "beat_at")}
