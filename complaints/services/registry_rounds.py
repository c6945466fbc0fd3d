"""Files of registries that nobody decided about do not stay."""

from datetime import timedelta

from complaints.escalation import rounds
from insurers.services import registry_imports

LOOK_EVERY = timedelta(hours=1)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("imports", LOOK_EVERY, registry_imports.forget_old))
