"""Public pages from the memory of the process: made once, shown to everybody who would see the same.

A visitor with any cookie that is not known to change nothing, or an address that asks for more than the page
knows, gets a page made for them alone. A kept page holds nothing of anybody: no cookie, no token, no name.
"""

import re
from collections.abc import Callable, Hashable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from complaints.views.public import cookies
from complaints.views.public.places import PLACE
from omsportal.platform import appearance, public_pages
from omsportal.platform.public_pages import Page, Stamp

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
TimedView = Callable[Concatenate[HttpRequest, datetime, P], HttpResponse]

LONGEST_ADDRESS = 200
_OK = 200
_PLACE = re.compile(r"[0-9]{2}\.[a-z0-9-]{0,40}|")


def kept_page(*asked: str) -> Callable[[TimedView[P]], View[P]]:
    """The view gets the database's clock; its page is kept when the address asks for nothing but `asked`."""

    def decorate(view: TimedView[P]) -> View[P]:
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = made_or_kept(request, *args, **kwargs)
            patch_vary_headers(response, ["Cookie"])
            return response

        def made_or_kept(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            now, stamp = public_pages.look()
            key = _key(request, asked)
            if key is None:
                return view(request, now, *args, **kwargs)
            found = public_pages.shelf.get(key, stamp)
            if found is not None:
                return _answer(request, found)
            public_pages.make_for_everybody(request)
            return _kept(request, key, stamp, view(request, now, *args, **kwargs))

        return page

    return decorate


def _key(request: HttpRequest, asked: tuple[str, ...]) -> Hashable | None:
    """What a page may differ by between visitors; None where it may differ by more."""
    address, place = request.get_full_path(), cookies.read(request, PLACE)
    known = {
        settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, appearance.cookie_name(),
        cookies.full(request, PLACE),
    }  # fmt: skip
    shown = appearance.current()
    plain = all(name in asked and len(values) == 1 for name, values in request.GET.lists())
    if set(request.COOKIES) - known or not plain or len(address) > LONGEST_ADDRESS or shown.typed is not None:
        return None
    return (address, get_language(), shown.look.code, place) if _PLACE.fullmatch(place) else None


def _kept(request: HttpRequest, key: Hashable, stamp: Stamp, response: HttpResponse) -> HttpResponse:
    """Only a plain good page is kept: one with a cookie or a header of its own is for its visitor."""
    page = Page(response.content, response["Content-Type"])
    if response.status_code == _OK and not response.cookies and set(response.headers) == {"Content-Type"}:
        public_pages.shelf.keep(key, stamp, page)
    if page.asks_for_token:
        response.content = page.for_visitor(get_token(request))
    return response


def _answer(request: HttpRequest, page: Page) -> HttpResponse:
    body = page.for_visitor(get_token(request)) if page.asks_for_token else page.body
    return HttpResponse(body, content_type=page.content_type)
