"""What a page answers while PostgreSQL is away: words, phones, and everything that was typed."""

import logging
from typing import Any, TypeGuard

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 10
#: Never written into a page, not even for the one who typed it.
_SECRET = ("password", "csrfmiddlewaretoken")
_SIGN_IN = "/accounts/"


def is_away(error: BaseException | None) -> TypeGuard[Exception]:
    """A lost or refused connection: every other error of the database is a mistake of ours, a 500."""
    return isinstance(error, OperationalError | InterfaceError)


def answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """503. What somebody sent is in hidden fields of a form with one button, so that it is sent once more."""
    logger.warning("the database is away: %s", type(error).__name__)
    # Without the request: its user would be read from the database.
    page = render_to_string("errors/503.html", _context(request))
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(page, status=503, headers=headers)


def _context(request: HttpRequest) -> dict[str, Any]:
    address = request.get_full_path()
    if request.method != "POST" or address.startswith(_SIGN_IN):
        return {"address": address if request.method in {"GET", "HEAD"} else ""}
    kept, had_files = _typed(request)
    token = get_token(request)
    return {"address": address, "again": True, "kept": kept, "had_files": had_files, "csrf_token": token}


def _typed(request: HttpRequest) -> tuple[list[tuple[str, str]], bool]:
    """Names and values in the order of the form; nothing if what was sent cannot be read any more."""
    try:
        sent = [(name, value) for name, values in request.POST.lists() for value in values]
        had_files = bool(request.FILES)
    # Whatever is wrong with the body, this page is still the answer.
    except Exception as error:
        logger.warning("what was sent cannot be shown again: %s", type(error).__name__)
        return [], False
    return [(name, str(value)) for name, value in sent if not _is_secret(name)], had_files


def _is_secret(name: str) -> bool:
    return any(word in name for word in _SECRET)
