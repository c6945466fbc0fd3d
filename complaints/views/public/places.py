"""Region and insurer chosen last: a cookie, so that the right number is one tap away on the next page.

It names nobody, holds two public codes, and ends with the browser.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from complaints.forms.public.fields import UNKNOWN
from complaints.forms.public.lookups import CallForm
from complaints.views.public import cookies
from insurers.models import Insurer, Region

PLACE = "place"
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
_OK = 200


def form_of(request: HttpRequest) -> CallForm:
    """The form as asked by the address, else with what was chosen last."""
    if "region" in request.GET:
        return CallForm(request.GET)
    region, _dot, insurer = cookies.read(request, PLACE).partition(".")
    return CallForm(initial={"region": region, "insurer": insurer})


def known(request: HttpRequest) -> CallForm:
    """The form as asked by the address, else already answered with what was chosen last."""
    region, insurer = codes(request)
    form = CallForm({"region": region, "insurer": insurer})
    return form if "region" in request.GET or form.is_valid() else CallForm()


def codes(request: HttpRequest) -> tuple[str, str]:
    """Codes of region and insurer as the address brings them, else those chosen last; not judged."""
    if "region" in request.GET:
        return request.GET["region"], request.GET.get("insurer", "")
    region, _dot, insurer = cookies.read(request, PLACE).partition(".")
    return region, insurer


def chosen(request: HttpRequest) -> tuple[Region | None, Insurer | None]:
    """What was chosen last; nothing for whatever else the cookie may hold."""
    region, _dot, insurer = cookies.read(request, PLACE).partition(".")
    if not region:
        return None, None
    form = CallForm({"region": region, "insurer": insurer})
    return (form.cleaned_data["region"], form.cleaned_data["insurer"]) if form.is_valid() else (None, None)


def remembered(view: View[P]) -> View[P]:
    """The view; region and insurer of its address are remembered once its form has accepted them."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        region, insurer = request.GET.get("region", ""), request.GET.get("insurer", "")
        if region and response.status_code == _OK:
            _write(request, response, region, "" if insurer == UNKNOWN else insurer)
        return response

    return page


def remember(request: HttpRequest, response: HttpResponse, form: CallForm) -> HttpResponse:
    if form.is_bound and form.is_valid():
        region, insurer = form.cleaned_data["region"], form.cleaned_data["insurer"]
        _write(request, response, region.code, insurer.code if insurer else "")
    return response


def _write(request: HttpRequest, response: HttpResponse, region: str, insurer: str) -> None:
    place = f"{region}.{insurer}"
    if cookies.read(request, PLACE) != place:
        cookies.write(request, response, PLACE, place)
