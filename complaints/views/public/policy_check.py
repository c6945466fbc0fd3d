"""Is the number right, and who insures? Asked by POST: nothing personal stands in an address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints.forms.public.lookups import PolicyCheckForm
from complaints.views.public import gate
from insurers.models import Region
from insurers.services.policies import Recognition, recognise
from omsportal.platform.addresses import client_address
from omsportal.platform.clock import database_now
from omsportal.platform.limiter import LimitReached


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def policy_check(request: HttpRequest) -> HttpResponse:
    """With all three data the insurer; with the number alone only whether its digits can be right."""
    form = PolicyCheckForm(request.POST if request.method == "POST" else None)
    found, limit = None, None
    if form.is_valid():
        try:
            found = _found(request, form)
        except LimitReached as error:
            gate.explain(form, error)
            limit = error
    context = {
        "form": form,
        "found": found,
        "region_code": _region_code(found),
        "challenge": getattr(limit, "challenge", None),
    }
    status = 422 if form.is_bound and form.errors else 200
    return gate.stamped(render(request, "public/policy_check.html", context, status=status), limit)


def _found(request: HttpRequest, form: PolicyCheckForm) -> Recognition:
    """Raises LimitReached."""
    asked, now = form.cleaned_data, database_now()
    if asked["surname"] and asked["birth_on"]:  # the number alone is judged by its digits: nothing to guess
        gate.check(request, "policy", now)
    return recognise(
        number=asked["number"],
        surname=asked["surname"],
        birth_on=asked["birth_on"],
        address_key=client_address(request),
        now=now,
    )


def _region_code(found: Recognition | None) -> str:
    """The region that the number itself names, when there is such a region: its fund knows more."""
    code = found.number.region_code if found and found.number else None
    region = Region.objects.by_code(code) if code else None
    return region.code if region else ""
