"""The directory: who insures and who supervises in a region."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.forms.public.lookups import RegionForm
from complaints.views.public.last_copy import or_last_copy
from insurers.reports import directory
from omsportal.platform.clock import database_now


@require_safe
@or_last_copy
def insurers(request: HttpRequest) -> HttpResponse:
    """A region's insurers and its fund with phones, addresses and hours."""
    form = RegionForm(request.GET if "region" in request.GET else None)
    found = None
    if form.is_valid():
        found = directory(region=form.cleaned_data["region"], now=database_now())
    context = {"form": form, "directory": found, "section": "insurers"}
    return render(request, "public/insurers.html", context, status=422 if form.errors else 200)
