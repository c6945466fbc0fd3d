"""Throwing away what nobody needs any more."""

from datetime import datetime

from omsportal.platform import idempotency, limiter, public_pages, shared_cache


def tidy(now: datetime) -> dict[str, int]:
    """Delete expired keys, limits, cached values and changes of public pages; returns how many of each."""
    return {
        "idempotency_keys": idempotency.purge(now),
        "limits": limiter.purge(now),
        "public_changes": public_pages.purge(now),
        "shared_values": shared_cache.purge(now),
    }
