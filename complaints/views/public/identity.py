"""Confirming who is asking, from the opened case."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints.forms.public.identity import OneTimeCodeForm, SendCodeForm
from complaints.models import Complaint
from complaints.reports.public.contacts import numbers_of
from complaints.reports.public.identity import identity_page, proven_by
from complaints.services.identity import ask_code, confirm_by_code
from complaints.services.transitions import RuleBroken
from complaints.views.public import gate
from complaints.views.public.patients import patient_page
from omsportal.platform.addresses import client_address
from omsportal.platform.limiter import LimitReached

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def identity(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """The ways to confirm it, and the field for the code."""
    form = OneTimeCodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, complaint, now, form)
    address = client_address(request)
    try:
        proof = confirm_by_code(
            complaint=complaint, typed=form.cleaned_data["code"], address=address, now=now
        )
    except RuleBroken as error:
        form.add_error("code", str(error.message))
        return _page(request, complaint, now, form)
    except LimitReached as error:
        gate.explain(form, error)
        return gate.stamped(_page(request, complaint, now, form), error)
    phone = proven_by(complaint, proof)
    to_phone = _("Confirmed by the code to the phone %(phone)s. Thank you.") % {"phone": phone}
    messages.success(request, to_phone if phone else _("Confirmed. Thank you."))
    return redirect("public:case")


@require_POST
@patient_page
def send(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """Send a code; the words are the same whether there is anywhere to send it."""
    asked = SendCodeForm(request.POST)
    if (
        not asked.is_valid()
        or asked.cleaned_data["purpose"] not in identity_page(complaint, now=now).purposes
    ):
        return redirect("public:case_identity")
    purpose = asked.cleaned_data["purpose"]
    try:
        ask_code(complaint=complaint, purpose=purpose, address=client_address(request), now=now)
    except LimitReached as error:
        form = OneTimeCodeForm()
        form.full_clean()
        messages.warning(request, gate.too_many(error))
        return gate.stamped(_page(request, complaint, now, form), error)
    return redirect("public:case_identity")


def _page(request: HttpRequest, complaint: Complaint, now: datetime, form: OneTimeCodeForm) -> HttpResponse:
    context = {"page": identity_page(complaint, now=now), "form": form, "section": "status"}
    context["numbers"] = numbers_of(complaint.branch, now=now) if form.errors else []
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "public/status/identity.html", context, status=status)
