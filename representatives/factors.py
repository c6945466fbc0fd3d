"""The second factor of somebody who lost it."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from representatives import notices, sessions
from representatives.models import User


def has_any(user: User) -> bool:
    """Something is set up for this person."""
    return Authenticator.objects.filter(user_id=user.pk).exists()


@transaction.atomic
def reset(user: User, *, now: datetime) -> bool:
    """Take every factor and all sessions from this person and tell them; the next sign-in sets one up.

    False when there was nothing to take.
    """
    taken, _each = Authenticator.objects.filter(user_id=user.pk).delete()
    if taken:
        sessions.end_all(user, now=now)
        notices.tell_changed(user, "factor_reset", now=now)
    return bool(taken)
