"""Which number to call now."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.views.public import places
from complaints.views.public.kept import kept_page
from complaints.views.public.last_copy import or_last_copy
from insurers.reports import numbers_to_call


@require_safe
@or_last_copy
@places.remembered
@kept_page("region", "insurer")
def call(request: HttpRequest, now: datetime) -> HttpResponse:
    """Region and insurer → numbers, those that answer at this moment first. Names nobody: a plain address."""
    form = places.form_of(request)
    context = {"form": form, "section": "call"}
    if form.is_valid():
        asked = form.cleaned_data
        numbers = numbers_to_call(region=asked["region"], insurer=asked["insurer"], now=now)
        context |= {
            "region": asked["region"],
            "insurer": asked["insurer"],
            "numbers": numbers,
            "from_fund": bool(numbers) and numbers[0].hotline.branch_id and not numbers[0].hotline.insurer_id,
            "nobody_now": not any(number.answers_now for number in numbers),
        }
    return render(request, "public/call.html", context, status=422 if form.errors else 200)
