"""The bell: a NOTIFY inside the transaction, so that whoever listens hears of work once it is committed.

Losing a bell loses nothing: the work is a row, and the sweeps look every few seconds anyway.
"""

from django.db import connection

CHANNEL = "omsportal"


def ring(topic: str) -> None:
    """Announce on commit that there is work of this kind ("outbox", "jobs", …)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])
