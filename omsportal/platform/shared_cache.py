"""Django's cache in one unlogged table: what one process remembers, all of them know, without Redis.

Meant for small things of minutes: allauth's counters of tries and the codes that were used. Only keyed
digests of the keys are stored, values are JSON. `add` is atomic: of simultaneous ones exactly one succeeds.
The clock is the database's own, so several machines agree.
"""

import json
from datetime import datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

from omsportal.platform import digests

#: "For ever" in a cache.
_LONG = 365 * 24 * 3600.0

_PUT = """
INSERT INTO platform_sharedvalue AS kept (key, value, expires_at)
VALUES (%(key)s, %(value)s, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
"""
_ONLY_OVER_OLD = "WHERE kept.expires_at <= clock_timestamp()"
_GET = "SELECT value::text FROM platform_sharedvalue WHERE key = %(key)s AND expires_at > clock_timestamp()"
_TOUCH = """
UPDATE platform_sharedvalue SET expires_at = clock_timestamp() + make_interval(secs => %(seconds)s)
WHERE key = %(key)s AND expires_at > clock_timestamp()
"""
_DELETE = "DELETE FROM platform_sharedvalue WHERE key = %(key)s"


class SharedCache(BaseCache):
    """The cache backend; `LOCATION` is not used."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Put it unless something is there; True if that was this call."""
        return self._write(_PUT + _ONLY_OVER_OLD, key, value, timeout, version)

    def set(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._write(_PUT, key, value, timeout, version)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(_GET, {"key": self._digest(key, version)})
            row = cursor.fetchone()
        return default if row is None else json.loads(row[0])

    def touch(self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(_TOUCH, {"key": self._digest(key, version), "seconds": self._seconds(timeout)})
            return bool(cursor.rowcount)

    def delete(self, key: Any, version: int | None = None) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(_DELETE, {"key": self._digest(key, version)})
            return bool(cursor.rowcount)

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM platform_sharedvalue")

    def _write(
        self, statement: str, key: Any, value: Any, timeout: float | None, version: int | None
    ) -> bool:
        values: dict[str, Any] = {
            "key": self._digest(key, version),
            "value": json.dumps(value),
            "seconds": self._seconds(timeout),
        }
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return bool(cursor.rowcount)

    def _digest(self, key: Any, version: int | None) -> str:
        return digests.blind(self.make_key(key, version), "shared cache").hex()

    def _seconds(self, timeout: float | None) -> float:
        chosen = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return _LONG if chosen is None else float(chosen)


def purge(now: datetime) -> int:
    """Delete what is over; returns how much."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM platform_sharedvalue WHERE expires_at <= %s", [now])
        return int(cursor.rowcount)
