"""What a page answers while PostgreSQL is away, or when we made a mistake: words, phones, and everything that
was typed."""

import logging
from typing import Any, TypeGuard

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.http import escape_leading_slashes

from omsportal.platform.typed import is_from_elsewhere, typed_in

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 10
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


def broken(request: HttpRequest) -> HttpResponse | None:
    """500 with the same form and button; None when nothing was sent that may be shown. Tried again it often
    works: somebody was changing the same, a disk was full, a new version is on its way."""
    context = _context(request)
    if not context.get("again"):
        return None
    page = render_to_string("errors/500.html", context)
    return HttpResponse(page, status=500, headers={"Cache-Control": "no-store"})


def _context(request: HttpRequest) -> dict[str, Any]:
    address = escape_leading_slashes(request.get_full_path())
    # What fails before the token of a form is looked at must not get one for what another site has typed.
    if request.method != "POST" or address.startswith(_SIGN_IN) or is_from_elsewhere(request):
        return {"address": address if request.method in {"GET", "HEAD"} else ""}
    found, token = typed_in(request), get_token(request)
    return {
        "address": address, "again": True, "kept": found.fields, "had_files": found.had_files,
        "csrf_token": token,
    }  # fmt: skip
