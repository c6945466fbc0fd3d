"""Region and insurer chosen last: a cookie, so that the right number is one tap away on the next page.

It names nobody, holds two public codes, and ends with the browser.
"""

from django.http import HttpRequest, HttpResponse

from complaints.forms.public.lookups import CallForm
from complaints.views.public import cookies
from insurers.models import Insurer, Region

PLACE = "place"


def form_of(request: HttpRequest) -> CallForm:
    """The form as asked by the address, else with what was chosen last."""
    if "region" in request.GET:
        return CallForm(request.GET)
    region, _dot, insurer = cookies.read(request, PLACE).partition(".")
    return CallForm(initial={"region": region, "insurer": insurer})


def chosen(request: HttpRequest) -> tuple[Region | None, Insurer | None]:
    """What was chosen last; nothing for whatever else the cookie may hold."""
    region, _dot, insurer = cookies.read(request, PLACE).partition(".")
    if not region:
        return None, None
    form = CallForm({"region": region, "insurer": insurer})
    return (form.cleaned_data["region"], form.cleaned_data["insurer"]) if form.is_valid() else (None, None)


def remember(request: HttpRequest, response: HttpResponse, form: CallForm) -> HttpResponse:
    if form.is_bound and form.is_valid():
        region, insurer = form.cleaned_data["region"], form.cleaned_data["insurer"]
        cookies.write(request, response, PLACE, f"{region.code}.{insurer.code if insurer else ''}")
    return response
