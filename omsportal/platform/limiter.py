"""How often somebody may try. Counters live in PostgreSQL: limits hold across processes and without Redis.

Call it before a transaction opens, not inside: a rollback would forget the hit, and a busy key (a global
limit) would make every such transaction wait for the one before.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from django.db import connection
from django.db.models import F

from omsportal.platform import digests
from omsportal.platform.models import Limit

# Of simultaneous hits none is lost: the row is locked. A window that is over starts anew with this hit.
_AGAIN = """ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN kept.expires_at <= %(now)s THEN 1 ELSE kept.hits + 1 END,
    window_started_at = CASE WHEN kept.expires_at <= %(now)s THEN %(now)s ELSE kept.window_started_at END,
    expires_at = CASE WHEN kept.expires_at <= %(now)s THEN EXCLUDED.expires_at ELSE kept.expires_at END"""

# One atomic statement; the primary key serves it.
_HIT = f"""
INSERT INTO platform_limit AS kept (key, window_started_at, expires_at, hits)
VALUES (%(key)s, %(now)s, %(expires_at)s, 1)
{_AGAIN}
RETURNING hits, expires_at
"""  # noqa: S608  our own constant

# A key that everybody hits is spread over several rows: nobody waits for the row that another one has locked.
# The others' hits are read as they stand, so that simultaneous ones may pass a little beyond the limit.
_HIT_SPREAD = """
WITH own AS (
    INSERT INTO platform_limit AS kept (key, window_started_at, expires_at, hits)
    VALUES (%(key)s, %(now)s, %(expires_at)s, 1)
    ON CONFLICT (key) DO UPDATE SET hits = kept.hits + 1
    RETURNING hits
)
SELECT own.hits + coalesce((SELECT sum(hits) FROM platform_limit WHERE key = ANY(%(others)s)), 0) FROM own
"""

# One attempt that is counted on a second key only when the first key sees it for the first time. Both rows
# are always locked in this order, and nobody locks the second one before the first.
_HIT_FIRST = f"""
WITH own AS (
    INSERT INTO platform_limit AS kept (key, window_started_at, expires_at, hits)
    VALUES (%(once)s, %(now)s, %(once_expires_at)s, 1)
    {_AGAIN}
    RETURNING hits
), counted AS (
    INSERT INTO platform_limit AS kept (key, window_started_at, expires_at, hits)
    SELECT %(key)s, %(now)s, %(expires_at)s, 1 FROM own WHERE own.hits = 1
    {_AGAIN}
    RETURNING hits
)
SELECT coalesce((SELECT hits FROM counted),
    (SELECT hits FROM platform_limit WHERE key = %(key)s AND expires_at > %(now)s), 0)
FROM own
"""  # noqa: S608  our own constant


@dataclass(frozen=True)
class Allowed:
    """The hit counted; so many more are left until the window ends, in so many seconds."""

    remaining: int
    retry_after: int


class LimitReached(Exception):
    """Too many hits in this window; the next one is welcome after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many attempts; try again in {retry_after} s.")
        self.retry_after = retry_after


def hit(key: str, limit: int, window_seconds: int, now: datetime) -> Allowed:
    """Count one attempt on a key such as "policy-check:address:192.0.2.1"; only its keyed digest is stored.

    Refused attempts count too, but the window does not grow. Raises LimitReached.
    """
    hits, expires_at = _count(key, now, now + timedelta(seconds=window_seconds))
    retry_after = max(1, ceil((expires_at - now).total_seconds()))
    if hits > limit:
        raise LimitReached(retry_after)
    return Allowed(remaining=limit - hits, retry_after=retry_after)


def hit_spread(key: str, limit: int, window_seconds: int, rows: int, now: datetime) -> Allowed:
    """As `hit`, for a key that everybody hits at once; windows begin by the clock. Raises LimitReached."""
    window = int(now.timestamp()) // window_seconds
    expires_at = datetime.fromtimestamp((window + 1) * window_seconds, tz=UTC)
    digests_of_rows = [_digest(f"{key}:{window}:{row}") for row in range(rows)]
    own = digests_of_rows.pop(secrets.randbelow(rows))
    values: dict[str, Any] = {"key": own, "others": digests_of_rows, "now": now, "expires_at": expires_at}
    with connection.cursor() as cursor:
        cursor.execute(_HIT_SPREAD, values)
        hits = int(cursor.fetchone()[0])
    retry_after = max(1, ceil((expires_at - now).total_seconds()))
    if hits > limit:
        raise LimitReached(retry_after)
    return Allowed(remaining=limit - hits, retry_after=retry_after)


def hit_first(once: str, once_seconds: int, key: str, window_seconds: int, now: datetime) -> int:
    """How often `key` was hit in its window, this attempt counted if `once` sees it for the first time in its
    own window. Refuses nothing."""
    values: dict[str, Any] = {
        "once": _digest(once),
        "once_expires_at": now + timedelta(seconds=once_seconds),
        "key": _digest(key),
        "expires_at": now + timedelta(seconds=window_seconds),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HIT_FIRST, values)
        (hits,) = cursor.fetchone()
    return int(hits)


def used(key: str, now: datetime) -> int:
    """How often the key was hit in its present window; counts nothing."""
    row = Limit.objects.filter(key=_digest(key), expires_at__gt=now).values_list("hits", flat=True).first()
    return row or 0


def _count(key: str, now: datetime, expires_at: datetime) -> tuple[int, datetime]:
    values: dict[str, Any] = {"key": _digest(key), "now": now, "expires_at": expires_at}
    with connection.cursor() as cursor:
        cursor.execute(_HIT, values)
        row: tuple[int, datetime] = cursor.fetchone()
    return row


def refund(key: str) -> None:
    """Take one attempt back that proved to be no guess; others' attempts on the key stay counted."""
    counted = Limit.objects.filter(key=_digest(key))
    if not counted.filter(hits__gt=1).update(hits=F("hits") - 1):
        counted.filter(hits=1).delete()


def forget(key: str) -> None:
    """Start the key's window anew, for instance after a successful sign-in."""
    Limit.objects.filter(key=_digest(key)).delete()


def purge(now: datetime) -> int:
    """Delete the windows that are over; returns how many."""
    return Limit.objects.filter(expires_at__lte=now).delete()[0]


def _digest(key: str) -> str:
    return digests.blind(key, "limit").hex()
