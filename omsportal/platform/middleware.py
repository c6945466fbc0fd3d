"""Middleware that every request passes."""

import logging
from collections.abc import Callable
from math import ceil

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from omsportal.platform import away, headers, request_ids
from omsportal.platform.limiter import LimitReached

log = logging.getLogger(__name__)


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


class LastingAnswers(SessionMiddleware):
    """A session that was ended while its request was under way is not written again, nor is its cookie.

    What the request did is done: Django would say "malformed" (400) of it, and somebody would send it twice.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            answer: HttpResponse = super().process_response(request, response)
        except SessionInterrupted:
            log.info("a session ended while its request was under way")
            return response
        return answer


class StrictHeadersMiddleware:
    """Around everything that may answer: also errors, redirects and what other middleware refuses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers.harden(response)
        headers.keep_private(request, response)
        return response


class NoZeroByteMiddleware:
    """No page has a zero byte in its address, and PostgreSQL keeps none: such a request is malformed (400).

    The API says which of its parameters it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") and not request.path.startswith("/api/"):
            raise BadRequest("a zero byte in the query")
        return self.get_response(request)


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

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The API tells it as a problem of its own; what other middleware ran into comes to handler500."""
        if not away.is_away(exception) or request.path.startswith("/api/"):
            return None
        return away.answer(request, exception)
