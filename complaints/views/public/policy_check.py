"""Is the number right, and who insures? Asked by POST: nothing personal stands in an address."""

from math import ceil

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints.forms.public.lookups import PolicyCheckForm
from insurers.services.policies import recognise
from omsportal.platform.addresses import client_address
from omsportal.platform.clock import database_now
from omsportal.platform.limiter import LimitReached


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def policy_check(request: HttpRequest) -> HttpResponse:
    """With all three data the insurer; with the number alone only whether its digits can be right."""
    form = PolicyCheckForm(request.POST if request.method == "POST" else None)
    found, status = None, 200
    if form.is_valid():
        try:
            found = recognise(
                number=form.cleaned_data["number"],
                surname=form.cleaned_data["surname"],
                birth_on=form.cleaned_data["birth_on"],
                address_key=client_address(request),
                now=database_now(),
            )
        except LimitReached as error:
            form.add_error(None, _too_many(error))
            status = 429
    elif form.is_bound:
        status = 422
    return render(request, "public/policy_check.html", {"form": form, "found": found}, status=status)


def _too_many(error: LimitReached) -> str:
    minutes = ceil(error.retry_after / 60)
    message = ngettext(
        "Too many attempts. Try again in %(minutes)d minute, or call the insurer.",
        "Too many attempts. Try again in %(minutes)d minutes, or call the insurer.",
        minutes,
    )
    return message % {"minutes": minutes}
