"""The patient's own case: read it, write, say whether it helped, ask again, withdraw."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.forms.public.status import MessageForm, ReopenForm, WithdrawForm
from complaints.models import Complaint
from complaints.reports.public.case import CasePage, case_dates, case_page, may_withdraw
from complaints.services import closing, drafts, legal, patient_sessions
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.views.public import cookies
from complaints.views.public.patients import note_opened, patient_page
from complaints.views.public.thread import message_form, messages_of

UNPROCESSABLE = 422
CHANGED = gettext_lazy("The appeal has changed meanwhile. See how it stands now.")


@require_safe
@patient_page
def case(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """Where it is, both dates, what happened, the thread, the answer."""
    return _page(request, case_page(complaint, now=now), message_form())


@require_safe
@patient_page
def dates(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """How the two dates were counted; read once, by the same right as the case."""
    counted = case_dates(complaint, now=now)
    context = {
        "section": "status", "complaint": complaint, "zone": complaint.branch.time_zone, "counted": counted,
        "hide_tier": not complaint.is_open,
    }  # fmt: skip
    return render(request, "public/status/dates.html", context)


@require_POST
@patient_page
def confirm(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """It helped."""
    done = _try(request, lambda: closing.confirm(complaint=complaint, now=now))
    if done:
        messages.success(request, _("Thank you. The appeal is finished. We are glad that it helped."))
    return redirect("public:case")


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def reopen(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """It did not help: a new, linked appeal with its own number and code."""
    typed = request.POST if request.method == "POST" else None
    if typed is None and not _try(request, lambda: closing.check_reopening(complaint, now=now)):
        return redirect("public:case")
    form = ReopenForm(typed, after_death=complaint.card.patient_died)
    if form.is_valid():
        try:
            token = drafts.reopen(complaint=complaint, text=form.cleaned_data["text"], now=now)
        except RuleBroken as error:
            form.add_error("text", forms.ValidationError(str(error.message), code=error.code))
        except SomebodyWasFirst:
            form.add_error("text", _("The appeal is not answered yet: write a message in it instead."))
        else:
            response = redirect("public:filing_sent")
            cookies.write(request, response, cookies.DRAFT, token)
            return response
    context = {
        "form": form, "page": case_page(complaint, now=now), "section": "status",
        "answer_days": legal.answer_days(now.astimezone(complaint.branch.zone).date()),
    }  # fmt: skip
    return render(request, "public/status/reopen.html", context, status=_judged(form))


@require_POST
@patient_page
def follow(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """To the appeal that another body made of this one: its number and code nobody has told the applicant."""
    token = patient_sessions.follow(complaint=complaint, now=now)
    response = redirect("public:case")
    if token is None:
        messages.warning(request, _("That appeal has a code of its own: open it by its number and code."))
    else:
        cookies.write(request, response, cookies.PATIENT, token)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def withdraw(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """Take the appeal back, after one more question."""
    if request.method != "POST" and not may_withdraw(complaint):
        messages.warning(request, CHANGED)
        return redirect("public:case")
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "complaint": complaint, "section": "status"}
        return render(request, "public/status/withdraw.html", context, status=_judged(form))
    sure = form.cleaned_data["sure"] == "yes"
    if sure and _try(request, lambda: closing.withdraw(complaint=complaint, now=now)):
        messages.success(request, _("The appeal is withdrawn. You can file a new one at any time."))
    return redirect("public:case")


def show_with_text(request: HttpRequest, complaint: Complaint, now: datetime, text: str) -> HttpResponse:
    """The case, opened anew, with the message that somebody was writing when it closed."""
    note_opened(request, complaint)
    return _page(request, case_page(complaint, now=now), message_form(text))


def _try(request: HttpRequest, act: Callable[[], Any]) -> bool:
    """Do it; when a rule or somebody else stands in the way, say so and show the case as it is now."""
    try:
        act()
    except RuleBroken as error:
        messages.error(request, str(error.message))
    except SomebodyWasFirst:
        messages.warning(request, CHANGED)
    else:
        return True
    return False


def _judged(form: forms.Form) -> int:
    return UNPROCESSABLE if form.is_bound else 200


def _with_form(
    request: HttpRequest, complaint: Complaint, now: datetime, form: MessageForm, status: int
) -> HttpResponse:
    return _page(request, case_page(complaint, now=now), form, status=status)


def _page(request: HttpRequest, page: CasePage, form: MessageForm, *, status: int = 200) -> HttpResponse:
    context = {"page": page, "case": page.case, "form": form, "section": "status"}
    return render(request, "public/status/case.html", context, status=status)


message = messages_of(_with_form, "public:case")
