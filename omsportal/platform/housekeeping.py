"""Throwing away what nobody needs any more."""

from datetime import datetime

from omsportal.platform import idempotency, limiter, public_pages, shared_cache


def tidy(now: datetime) -> dict[str, int]:
    """Delete expired idempotency keys, limits, cached values and old changes of public pages; and count them. Cheap to repeat."""
    return {
        "idempotency_keys": idempotency.purge(now),
        "limits": limiter.purge(now),
        "public_changes": public_pages.purge(now),
        "shared_values": shared_cache.purge(now),
    }
