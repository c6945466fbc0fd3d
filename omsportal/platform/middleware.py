"""Middleware that every request passes."""

import logging
from collections.abc import Callable
from math import ceil

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from omsportal.platform import headers, request_ids
from omsportal.platform.limiter import LimitReached

logger = logging.getLogger(__name__)


class RequestIdMiddleware:
    """One number ties a request's log lines, its answer and the proxy's log together (X-Request-ID)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request_ids.begin(request.headers.get("X-Request-ID", ""))
        # Django writes its line about a 4xx when all middleware is done: the number is found on the request.
        request.__dict__["request_id"] = request_id
        try:
            response = self.get_response(request)
        finally:
            request_ids.end()
        response["X-Request-ID"] = request_id
        return response


class StrictHeadersMiddleware:
    """Around everything that may answer: also errors, redirects and what other middleware refuses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers.harden(response)
        headers.keep_private(request, response)
        return response


class TooManyMiddleware:
    """A limit that a page did not explain itself: how long to wait, and whom to call meanwhile (429)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The API tells it as a problem of its own."""
        if not isinstance(exception, LimitReached) or request.path.startswith("/api/"):
            return None
        page = render_to_string("errors/429.html", {"minutes": ceil(exception.retry_after / 60)}, request)
        return HttpResponse(page, status=429, headers={"Retry-After": str(exception.retry_after)})


class DatabaseAwayMiddleware:
    """While PostgreSQL is away a page says so (503, with phones to call); it comes back by itself."""

    RETRY_AFTER_SECONDS = 10

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Lost connections only: every other error of the database is a mistake of ours, a 500."""
        if not isinstance(exception, OperationalError | InterfaceError) or request.path.startswith("/api/"):
            return None
        logger.warning("the database is away: %s", type(exception).__name__)
        # Without the request: its user would be read from the database.
        page = render_to_string("errors/503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": str(self.RETRY_AFTER_SECONDS)})
