"""Personal data: the page of rules for everybody, a person's own data of one case, consents taken back."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints.models import Complaint
from complaints.reports.public import privacy as report
from complaints.services import consents, erasure
from complaints.services.transitions import RuleBroken
from complaints.views.public.patients import patient_page
from insurers.reports import today_in
from omsportal.platform.clock import database_now


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Who processes what on which ground and how long; the terms are those that the erasing goes by."""
    today = today_in(None, database_now())
    context = {
        "terms": report.keeping_on(today), "insurers": report.insurers_on(today), "since": report.POLICY_FROM,
    }  # fmt: skip
    return render(request, "public/privacy.html", context)


@require_safe
@patient_page
def data(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:  # noqa: ARG001  see gate
    """What the person agreed to, and what became of their request."""
    context = {
        "section": "status", "case": complaint, "page": report.data_page(complaint),
        "zone": complaint.branch.time_zone,
    }  # fmt: skip
    return render(request, "public/status/data.html", context)


@require_POST
@patient_page
def revoke(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """Take one consent back."""
    if consents.revoke(complaint=complaint, purpose=request.POST.get("purpose", ""), now=now):
        messages.success(request, _("The consent is taken back. The work on the appeal goes on as before."))
    else:
        messages.info(request, _("This consent was taken back already."))
    return redirect("public:case_data")


@require_POST
@patient_page
def erase(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """Ask that the personal data be erased; a person decides."""
    try:
        erasure.ask(complaint=complaint, now=now)
    except RuleBroken as error:
        messages.info(request, str(error.message))
    else:
        messages.success(request, _("The request is registered. The decision will stand on this page."))
    return redirect("public:case_data")
