"""What follows from a sign-in, a new password and a changed second factor."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import signals as auth_signals
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.timezone import now

from omsportal.platform import limiter
from representatives import notices, sessions
from representatives.middleware import SIGNED_OUT
from representatives.models import User

#: Spare codes alone are no second factor: they stand in for one.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
#: Wrong codes within an hour that may be slips.
FEW_TRIES = (4, 3600)


@receiver(auth_signals.user_logged_in)
def begin_session(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """A session says from its first moment how complete the sign-in was."""
    used = any(record["method"] == "mfa" for record in get_authentication_records(request, user))
    sessions.begin(request.session, with_second_factor=used, now=now())


@receiver(auth_signals.user_logged_out)
def mark_sign_out(request: HttpRequest, **_kwargs: Any) -> None:
    """The answer will tell the browser to forget what it keeps."""
    setattr(request, SIGNED_OUT, True)


@receiver(account_signals.authentication_step_completed)
def remember_proof(request: HttpRequest, **kwargs: Any) -> None:
    if kwargs.get("reauthenticated"):
        sessions.prove(request.session, now())


@receiver(
    [mfa_signals.authenticator_added, mfa_signals.authenticator_removed, mfa_signals.authenticator_reset]
)
def end_other_sessions(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Whoever came in by the old ways signs in anew; this session goes on with what it has now."""
    sessions.end_others(request, User.objects.get(pk=user.pk), now=now())
    request.session[sessions.SECOND_FACTOR] = is_mfa_enabled(user, FACTORS)


@receiver(mfa_signals.authentication_failed)
def warn_of_guesses(user: User, **_kwargs: Any) -> None:
    """Whoever tries codes knows the password: after a few the person hears of it, once a day."""
    moment = now()
    try:
        limiter.hit(f"second-factor:tries:{user.pk}", *FEW_TRIES, moment)
    except limiter.LimitReached:
        if cache.add(f"second-factor:told:{user.pk}", 1, 24 * 3600):
            notices.tell_changed(user, "codes_tried", now=moment)


@receiver(account_signals.password_changed)
def end_sessions_of_old_password(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    sessions.end_others(request, User.objects.get(pk=user.pk), now=now())


@receiver(account_signals.password_reset)
def end_sessions_of_lost_password(user: User, **_kwargs: Any) -> None:
    sessions.end_all(User.objects.get(pk=user.pk), now=now())
