"""Who does the same thing at the same moment waits for whoever was first, where there is no row to lock yet.

A turn is an advisory lock of the transaction: it is given back with it, also by a process that dies.
"""

from django.db import connection

_TAKE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_SHARE = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"


def take(what: str) -> None:
    """Wait for the turn of this kind of act, named like "complaints.linking", and hold it until the caller's
    transaction ends. A statement after it sees what whoever was first has committed."""
    _execute(_TAKE, what)


def share(what: str) -> None:
    """The same beside others who share it; whoever takes it waits for all of them, and they for that one."""
    _execute(_SHARE, what)


def _execute(statement: str, what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [what])
