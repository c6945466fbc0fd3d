"""Sessions in the database, which is asked only about what can be one of its keys."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from omsportal.platform import ready_sql
from omsportal.platform.ready_sql import MOMENT

#: Stands for a key; no key has spaces.
_KEY = "the key of a session"


class SessionStore(db.SessionStore):
    """Anybody may send any cookie: with a zero byte in it, PostgreSQL would make a server error of it."""

    def _validate_session_key(self, key: object) -> bool:
        return isinstance(key, str) and 8 <= len(key) <= 40 and key.isascii() and key.isalnum()

    def _get_session_from_db(self) -> Any:
        """Of every request of staff: written and planned once."""
        found = ready_sql.objects(
            "session", {_KEY: self.session_key, MOMENT: timezone.now()},
            lambda: self.model.objects.filter(session_key=_KEY, expire_date__gt=MOMENT),
        )  # fmt: skip
        if not found:
            self._session_key = None
        return found[0] if found else None
