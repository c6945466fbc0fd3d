"""Headers that every answer carries, also those that pass no middleware: static files, refused bodies."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: On everything, whoever answers. deploy/nginx.conf says the same for static files (tests compare them).
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: A file opened as a page of its own runs nothing.
STATIC = {**EVERYWHERE, "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
PERSONAL = "private, no-store"
#: Under these everything is about somebody, whoever asks.
PERSONAL_PATHS = ("/staff/", "/admin/", "/accounts/", "/complaints/", "/status/")
_PERSONAL_COOKIES = ("session", "patient", "draft")


def harden(response: HttpResponseBase, headers: dict[str, str] = EVERYWHERE) -> None:
    """What an answer says itself stays: a file is stricter than a page."""
    for name, value in headers.items():
        response.headers.setdefault(name, value)


def keep_private(request: HttpRequest, response: HttpResponseBase) -> None:
    """No browser and no proxy keeps what is about a person; public pages are asked for anew each time."""
    said = response.headers.get("Cache-Control", "")
    if "no-store" in said or "public" in said:
        return
    if "private" in said or _is_personal(request, response):
        response.headers["Cache-Control"] = PERSONAL
    elif not said:
        response.headers["Cache-Control"] = "no-cache"


def _is_personal(request: HttpRequest, response: HttpResponseBase) -> bool:
    names = {name.removeprefix("__Host-") for name in request.COOKIES}
    return (
        request.path_info.startswith(PERSONAL_PATHS)
        or bool(names & {*_PERSONAL_COOKIES, settings.SESSION_COOKIE_NAME})
        or bool(response.cookies)
    )
