"""Pages that are the same for everybody, kept in the memory of each process for as long as they are right.

The tables that such pages read are watched: a trigger writes into platform_publicchange that this
transaction has changed one of them. All rows that are there together are the state of what is public, so one
query tells whether a kept page is still right, in every process and at once. Each transaction has a row of
its own: nobody waits for a lock, and those that commit in another order than they began are told apart.
Whatever else a page depends on, the minute or the banner, belongs to its stamp; what differs between visitors
belongs to its key.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import InterfaceError, OperationalError, connection, connections
from django.http import HttpRequest

from omsportal.platform import outages
from omsportal.platform.outages import Outage
from omsportal.platform.triggers import without_trigger

#: Stands in a kept page where the token of whoever asks comes in; nobody outside this process can know it.
TOKEN: Final = secrets.token_hex(32)
_FOR_EVERYBODY: Final = "page_for_everybody"
#: So many bytes of pages stay in the memory of a process; the longest unused go first.
MOST_BYTES = 16 * 1024 * 1024
#: A page shows what answers at this minute; older rows than this tell nothing new about any kept page.
KEEP_ROWS = timedelta(hours=1)
TRIGGER = "public_pages_changed"

# The key has the transaction's start too: a restored database counts its transactions anew.
_CHANGE = """
INSERT INTO platform_publicchange (transaction_id, begun_at)
VALUES (pg_current_xact_id()::text::bigint, now())
ON CONFLICT (transaction_id, begun_at) DO UPDATE SET change = excluded.change
"""
_CHANGED = f"""
CREATE OR REPLACE FUNCTION platform_public_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {_CHANGE}; RETURN NULL; END $$
"""
_STATE = "SELECT now(), (SELECT bit_xor(hashint8extended(change, 0)) FROM platform_publicchange)"
# The newest row stays: without any row nothing is kept, because nobody watches.
_PURGE = """
DELETE FROM platform_publicchange
WHERE begun_at < %s AND change < (SELECT max(change) FROM platform_publicchange)
"""

_watched: set[str] = set()


def watch(*tables: str) -> None:
    """Pages that everybody sees the same read these tables; called when an application is ready."""
    _watched.update(tables)


def watched() -> list[str]:
    return sorted(_watched)


def install(using: str = "default", **_signal: Any) -> None:
    """After each `migrate`: every watched table has its trigger, and the state is a new one. Idempotent."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass('platform_publicchange') IS NOT NULL")
        if not cursor.fetchone()[0]:  # migrated back
            return
        unwatched = without_trigger(cursor, watched(), TRIGGER)
        if unwatched:
            cursor.execute(_CHANGED)
        for table in unwatched:
            cursor.execute(
                f"CREATE TRIGGER {TRIGGER} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION platform_public_changed()"
            )
        cursor.execute(_CHANGE)


def make_for_everybody(request: HttpRequest) -> None:
    """From here on the templates of this request write TOKEN where forms would have this visitor's token."""
    request.__dict__[_FOR_EVERYBODY] = True


def is_made_for_everybody(request: HttpRequest) -> bool:
    return _FOR_EVERYBODY in request.__dict__


def purge(now: datetime) -> int:
    """Forget changes that no kept page can be older than; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_PURGE, [now - KEEP_ROWS])
        return int(cursor.rowcount)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a page was made from: right as long as all of it is the same."""

    state: int | None
    minute: datetime
    banner: Outage | None


def look() -> tuple[datetime, Stamp]:
    """The database's clock and the stamp of this moment; one query. What is read afterwards is not older."""
    now, state = _asked()
    return now, Stamp(state, now.replace(second=0, microsecond=0), outages.current())


def _asked() -> tuple[datetime, int | None]:
    """The query is itself the check of whether the connection lives: one way to the database, not two."""
    connection.health_check_done = True  # type: ignore[attr-defined]  # the stubs do not know it
    try:
        return _state()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
    return _state()


def _state() -> tuple[datetime, int | None]:
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        now, state = cursor.fetchone()
    return now, state


@dataclass(frozen=True, slots=True)
class Page:
    """A kept body; where a form asks for a token it has TOKEN."""

    body: bytes
    content_type: str

    def for_visitor(self, token: str) -> bytes:
        return self.body.replace(TOKEN.encode(), token.encode())

    @property
    def asks_for_token(self) -> bool:
        return TOKEN.encode() in self.body


class Shelf:
    """Pages by what differs between visitors. A page is given only with the stamp that it was kept with."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._pages: OrderedDict[Hashable, tuple[Stamp, Page]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, stamp: Stamp) -> Page | None:
        with self._lock:
            kept = self._pages.get(key)
            if kept is None or kept[0] != stamp:
                return None
            self._pages.move_to_end(key)
            return kept[1]

    def keep(self, key: Hashable, stamp: Stamp, page: Page) -> None:
        """In place of an earlier one. Nothing is kept where nobody watches, and nothing too big for it."""
        if stamp.state is None or len(page.body) > self._most_bytes:
            return
        with self._lock:
            self._drop(key)
            self._pages[key] = (stamp, page)
            self._bytes += len(page.body)
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._pages)))

    def forget(self) -> None:
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def _drop(self, key: Hashable) -> None:
        dropped = self._pages.pop(key, None)
        if dropped is not None:
            self._bytes -= len(dropped[1].body)


#: The pages of this process.
shelf: Final = Shelf()
