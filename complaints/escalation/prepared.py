"""A statement that each connection parses and plans once: for the one that is large and sent all day.

Planning the hop takes as long as moving a hundred cases. Only processes that sweep use it; they hold their own
connections, so nothing stands between them and the server's session.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Prepared:
    """`sql` with named parameters `%(name)s`, whose types are SQL; what is in `fixed` becomes part of the text."""

    def __init__(self, sql: str, types: Mapping[str, str], fixed: Mapping[str, int]) -> None:
        places = {name: f"${place}" for place, name in enumerate(types, 1)}
        body = sql % {**places, **fixed}
        # The name follows the text: new code never meets an old plan.
        self._name = "engine_" + sha256(body.encode()).hexdigest()[:16]
        self._prepare = f"PREPARE {self._name} ({', '.join(types.values())}) AS {body}"
        self._execute = f"EXECUTE {self._name} ({', '.join(f'%({name})s' for name in types)})"

    def fetch(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The statement's one row."""
        with connection.cursor() as cursor:  # from here on it is known whether the connection still lives
            known = _known.setdefault(connection.connection, set())
            if self._name not in known:
                cursor.execute(self._prepare)
                known.add(self._name)
            cursor.execute(self._execute, values)
            row: tuple[Any, ...] = cursor.fetchone()
        return row
