"""The directory: who insures and who supervises in a region."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.forms.public.lookups import DirectoryForm
from complaints.views.public.kept import kept_page
from complaints.views.public.last_copy import or_last_copy
from insurers.reports import look_up


@require_safe
@or_last_copy
@kept_page("region")
def insurers(request: HttpRequest, now: datetime) -> HttpResponse:
    """A region's insurers and its fund with phones, addresses and hours; or what has the typed name."""
    form = DirectoryForm(request.GET if {"region", "name"} & request.GET.keys() else None)
    found = None
    if form.is_valid():
        asked = form.cleaned_data
        found = look_up(region=asked["region"], name=asked["name"], now=now)
    context = {"form": form, "found": found, "section": "insurers"}
    return render(request, "public/insurers.html", context, status=422 if form.errors else 200)
