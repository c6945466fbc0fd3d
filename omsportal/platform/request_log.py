"""One line and one count for every request: route, status, how long; never the address, never a name."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from omsportal.platform import log_lines, tally

logger = logging.getLogger("omsportal.requests")

#: Asked every few seconds by machines: counted, and a line only when they go wrong.
QUIET = {"healthz", "readyz", "metrics"}


class RequestLogMiddleware:
    """Inside the request's number, around all else; a case named on the way is forgotten at the end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        log_lines.about(None)
        try:
            response = self.get_response(request)
            _tell(request, response.status_code, time.monotonic() - began)
        finally:
            log_lines.about(None)
        return response


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    route, method = log_lines.route_of(request), _method(request)
    labels = {"route": route, "status": f"{status // 100}xx"}
    tally.count("requests_total", **labels, method=method)
    tally.observe("request_seconds", seconds, **labels)
    if route in QUIET and status < 400:
        return
    details: dict[str, Any] = {
        "method": method, "route": route, "status": status, "duration_ms": round(seconds * 1000),
        "user": _user_id(request),
    }  # fmt: skip
    logger.info("request", extra=details)


def _method(request: HttpRequest) -> str:
    """Anybody may invent methods; monitoring keeps each label for ever."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return request.method if request.method in known else "other"


def _user_id(request: HttpRequest) -> int | None:
    """Whoever is signed in, if somebody has asked already: the log itself asks the database nothing."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = request.__dict__.get("_cached_user")
    return getattr(user, "pk", None)
