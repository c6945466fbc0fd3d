"""Who opened the patient's appeal."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.models import Complaint
from complaints.reports.readings import openings_for_patient
from complaints.views.public.patients import patient_page


@require_safe
@patient_page
def readings(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """In plain words and without names, newest first."""
    context = {
        "section": "status", "complaint": complaint, "zone": complaint.branch.time_zone,
        "openings": openings_for_patient(complaint, request.GET.get("cursor", ""), now=now),
    }  # fmt: skip
    return render(request, "public/status/readings.html", context)
