"""Sessions in the database, which is asked only about what can be one of its keys."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Anybody may send any cookie: with a zero byte in it, PostgreSQL would make a server error of it."""

    def _validate_session_key(self, key: object) -> bool:
        return isinstance(key, str) and 8 <= len(key) <= 40 and key.isascii() and key.isalnum()
