"""Was my waiting time broken?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.forms.public.lookups import TermForm
from complaints.reports.public.terms import terms_on, verdict
from insurers.reports import today_in
from omsportal.platform.clock import database_now


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Kind of care, date and region → the limit and its last day. No name is asked, so a plain address."""
    now = database_now()
    rows = terms_on(today_in(None, now))
    form = TermForm(request.GET if "kind" in request.GET else None, terms=rows)
    context: dict[str, Any] = {"form": form, "terms": [row for row in rows if row.region_id is None]}
    if form.is_valid():
        asked = form.cleaned_data
        context["verdict"] = verdict(
            code=asked["kind"],
            since=asked["since"],
            region=asked["region"],
            terms=rows,
            today=today_in(asked["region"], now),
        )
    return render(request, "public/terms.html", context, status=422 if form.errors else 200)
