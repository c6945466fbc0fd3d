"""The door of what programs try over and over: at half of a limit a challenge, at the limit a pause."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from omsportal.platform import challenge, limits
from omsportal.platform.addresses import client_address
from omsportal.platform.challenge import Challenge, ChallengeAsked
from omsportal.platform.limiter import LimitReached

TOKEN, PROOF = "challenge", "challenge_proof"
TOO_MANY = 429


def check(request: HttpRequest, purpose: str, now: datetime, **keys: str) -> None:
    """Ask for a challenge when a limit of the purpose is half used: by the address, and by what `keys` name.

    Raises ChallengeAsked.
    """
    if _is_near(request, purpose, now, keys):
        token, proof = request.POST.get(TOKEN, ""), request.POST.get(PROOF, "")
        challenge.accept(purpose=purpose, token=token, proof=proof, now=now)


def offered(request: HttpRequest, purpose: str, now: datetime) -> Challenge | None:
    """What the form of this page will be asked for: met before files are sent, nobody chooses them twice."""
    return challenge.issue(purpose, now) if _is_near(request, purpose, now, {}) else None


def _is_near(request: HttpRequest, purpose: str, now: datetime, keys: Mapping[str, str]) -> bool:
    counted = {"address": client_address(request), **keys}
    return any(limits.is_near(f"{purpose}.{name}", key, now) for name, key in counted.items())


def explain(form: forms.BaseForm, error: LimitReached, field: str | None = None) -> None:
    """The reason and what to do, above everything that was typed."""
    form.add_error(field, pause(error) if isinstance(error, ChallengeAsked) else too_many(error))


def pause(error: ChallengeAsked) -> str:
    """What the challenge asks of a person: to press the button once more."""
    seconds = error.retry_after
    message = ngettext(
        "Press the button once more in %(seconds)d second, or as soon as “Ready” stands above it. "
        "What you typed is kept.",
        "Press the button once more in %(seconds)d seconds, or as soon as “Ready” stands above it. "
        "What you typed is kept.",
        seconds,
    )
    return message % {"seconds": seconds}


def too_many(error: LimitReached) -> str:
    """How long to wait, and who helps meanwhile."""
    minutes = ceil(error.retry_after / 60)
    message = ngettext(
        "Too many attempts. Try again in %(minutes)d minute, or call the insurer.",
        "Too many attempts. Try again in %(minutes)d minutes, or call the insurer.",
        minutes,
    )
    return message % {"minutes": minutes}


def too_many_files(error: LimitReached) -> str:
    """Files wait, the words do not."""
    if isinstance(error, ChallengeAsked):
        return pause(error) + " " + _("Choose the files once more before.")
    minutes = ceil(error.retry_after / 60)
    message = ngettext(
        "Too many files came in a short time. Go on without files and add them in %(minutes)d minute.",
        "Too many files came in a short time. Go on without files and add them in %(minutes)d minutes.",
        minutes,
    )
    return message % {"minutes": minutes}


def stamped(response: HttpResponse, error: LimitReached | None) -> HttpResponse:
    """The same for programs: 429 and when to come back."""
    if error is not None:
        response.status_code = TOO_MANY
        response["Retry-After"] = str(error.retry_after)
    return response


__all__ = [
    "PROOF", "TOKEN", "TOO_MANY", "check", "explain", "offered", "stamped", "too_many", "too_many_files",
]  # fmt: skip
