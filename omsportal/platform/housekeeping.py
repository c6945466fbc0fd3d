"""Throwing away what nobody needs any more."""

from datetime import datetime

from omsportal.platform import idempotency, limiter


def tidy(now: datetime) -> dict[str, int]:
    """Delete expired idempotency keys and limits; returns how many of each. Idempotent and cheap."""
    return {"idempotency_keys": idempotency.purge(now), "limits": limiter.purge(now)}
