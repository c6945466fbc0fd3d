"""A limit was reached: the same form again, in words that say how long and what to do meanwhile."""

from math import ceil

from django import forms
from django.http import HttpResponse
from django.utils.translation import ngettext

from omsportal.platform.limiter import LimitReached

TOO_MANY = 429


def say(form: forms.Form, error: LimitReached) -> None:
    """Add the words to the form."""
    form.add_error(None, words(error))


def words(error: LimitReached) -> str:
    minutes = ceil(error.retry_after / 60)
    message = ngettext(
        "Too many attempts. Try again in %(minutes)d minute, or call the insurer.",
        "Too many attempts. Try again in %(minutes)d minutes, or call the insurer.",
        minutes,
    )
    return message % {"minutes": minutes}


def refused(response: HttpResponse, error: LimitReached) -> HttpResponse:
    """The page with what 429 needs."""
    response.status_code = TOO_MANY
    response["Retry-After"] = str(error.retry_after)
    return response
