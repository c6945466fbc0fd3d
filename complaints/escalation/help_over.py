"""Help of another region that has ended by itself: its alarm goes with it. The access itself needs no round."""

from datetime import datetime, timedelta

from django.db import connection

from complaints.escalation import rounds

ALARM = "help_asked"
# Partial index alarm_open: alarms that nobody has closed; the access by its primary key, kept in `hop`.
_CLOSE = f"""
UPDATE platform_alarm AS alarm SET closed_at = greatest(alarm.raised_at, %(now)s)
FROM representatives_helpaccess help
WHERE alarm.kind = '{ALARM}' AND alarm.closed_at IS NULL AND help.id = alarm.hop
    AND (help.ends_at <= %(now)s OR help.ended_at IS NOT NULL)"""


def look(now: datetime) -> int:
    """Close what is over; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"now": now})
        return int(cursor.rowcount)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("help_over", timedelta(minutes=10), look))
