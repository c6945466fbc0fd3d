"""Nobody is at their place who closed the browser, nor for longer than a session lasts without a deed."""

from datetime import datetime, timedelta

from complaints.escalation import rounds
from representatives import services, sessions

#: Open pages say every two minutes that they are there; two words that did not come are silence.
SILENCE = timedelta(minutes=5)


def look(now: datetime) -> int:
    """Who closed the browser without signing out is away; returns how many."""
    return services.leave_forgotten_desks(
        silent_since=now - SILENCE,
        idle_since=now - sessions.IDLE - sessions.TOUCH_EVERY,
        since=now - sessions.LONGEST,
    )


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("presence", timedelta(minutes=1), look))
