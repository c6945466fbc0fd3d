"""The banner for programs: a header on every answer of the API while one is shown."""

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request

from omsportal.platform import outages

HEADER = "Portal-Notice"


class OutageHeaderMiddleware:
    """`Portal-Notice: warning; until="…"; text*=UTF-8''…` (RFC 8187); pages show the words themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/api/") and (outage := outages.current()) is not None:
            text, _language = outage.text(get_language_from_request(request))
            until = outage.until.isoformat(timespec="seconds")
            response[HEADER] = f"{outage.severity}; until=\"{until}\"; text*=UTF-8''{quote(text, safe='')}"
        return response
