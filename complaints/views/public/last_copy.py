"""Pages with phones answer also while the database is away: from the last copy, with a note of its age."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from complaints.reports.public import last_copy
from complaints.views.public import cookies
from complaints.views.public.places import PLACE

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def or_last_copy(view: View[P]) -> View[P]:
    """The view, and when it cannot reach the database, the phones as they were some minutes ago."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError):
            copy = last_copy.read()
            if copy is None:
                raise
            return _page(request, copy)

    return page


def _page(request: HttpRequest, copy: last_copy.Copy) -> HttpResponse:
    """Rendered without the request: its user would be read from the database."""
    chosen = request.GET.get("region") or cookies.read(request, PLACE).partition(".")[0]
    context = {"copy": copy, "region": copy.region(chosen), "section": "call"}
    page = render_to_string("public/last_copy.html", context)
    return HttpResponse(page, headers={"Cache-Control": "no-store"})
