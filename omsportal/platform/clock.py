"""The one clock: everybody who acts asks the database once, at the edge, and passes `now` on."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The start of the current transaction by the database's clock, aware, UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        row = cursor.fetchone()
    now: datetime = row[0]
    return now
