"""Middleware that every request passes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from omsportal.platform import request_ids


class RequestIdMiddleware:
    """One number ties a request's log lines, its answer and the proxy's log together (X-Request-ID)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request_ids.begin(request.headers.get("X-Request-ID", ""))
        try:
            response = self.get_response(request)
        finally:
            request_ids.end()
        response["X-Request-ID"] = request_id
        return response
