"""Nobody is at their place for longer than a session lasts without a deed."""

from datetime import datetime, timedelta

from complaints.escalation import rounds
from representatives import services, sessions


def look(now: datetime) -> int:
    """Who closed the browser without signing out is away; returns how many."""
    idle_since = now - sessions.IDLE - sessions.TOUCH_EVERY
    return services.leave_forgotten_desks(idle_since=idle_since, since=now - sessions.LONGEST)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("presence", timedelta(minutes=5), look))
