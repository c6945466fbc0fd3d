"""Pages made smaller on their way to slow phones, where nobody can learn from their size.

A packed page tells by its size how often its own words come again in what somebody else put into it (BREACH).
That somebody has to make the person's browser ask, and browsers say so: a page about a person is packed only
when the person or a page of ours asked for it. Tokens in forms are masked anew in each answer anyway, and
Django's random bytes blur the size.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

#: What people and programs read. Files are packed already or have been judged as they are.
_PACKED = ("text/html", "application/json", "application/problem+json")
#: nginx packs nothing under this address (deploy/nginx.conf), whoever asks.
_PROGRAMS = "/api/v1/"
_ASKED_BY_OURSELVES = ("same-origin", "none")
_WEAK = "W/"


class PackPages(GZipMiddleware):
    """Outside everything that decides what is personal."""

    def process_request(self, request: HttpRequest) -> None:
        """Packing makes the mark of a part weak; views compare it with the one they gave."""
        mark = request.META.get("HTTP_IF_NONE_MATCH", "")
        if mark.startswith(_WEAK):
            request.META["HTTP_IF_NONE_MATCH"] = mark.removeprefix(_WEAK)
            request.__dict__.pop("headers", None)  # Django's copy, if somebody has read a header already

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        said = response.headers.get("Content-Type", "")
        if response.streaming or not said.startswith(_PACKED) or not _may_be_packed(request, response):
            return response
        return super().process_response(request, response)


def _may_be_packed(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Public pages are nginx's to pack where there is one: it takes no time of ours."""
    if "private" not in response.headers.get("Cache-Control", ""):
        return bool(settings.SERVE_STATIC) or request.path_info.startswith(_PROGRAMS)
    return not request.COOKIES or request.headers.get("Sec-Fetch-Site") in _ASKED_BY_OURSELVES
