"""Keys of other systems do not end without a word."""

from datetime import timedelta

from complaints.escalation import rounds
from representatives import key_endings

LOOK_EVERY = timedelta(hours=6)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("keys", LOOK_EVERY, key_endings.tell))
