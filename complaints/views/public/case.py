"""The patient's own case: read it, write, say whether it helped, ask again, withdraw."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.file_types import FileRefused
from complaints.forms.public.status import MessageForm, ReopenForm, WithdrawForm
from complaints.models import Complaint
from complaints.reports.public.case import CasePage, case_dates, case_page
from complaints.services import attachments, closing, drafts
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.views.public import cookies, gate, uploads
from complaints.views.public.patients import patient_page
from omsportal.platform.addresses import client_address
from omsportal.platform.limiter import LimitReached

UNPROCESSABLE = 422


@require_safe
@patient_page
def case(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """Where it is, both dates, what happened, the thread, the answer."""
    return _page(request, case_page(complaint, now=now), _message_form())


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


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest) -> HttpResponse:
    """A message with files. The limit of a file's size is set before anybody reads the body.

    The page of mistakes stands at this address: whoever reloads it or changes its language sees the case.
    """
    if request.method != "POST":
        return redirect("public:case")
    return _message(request, uploads.limit(request))


@csrf_protect
@require_POST
@patient_page
def _message(
    request: HttpRequest, complaint: Complaint, now: datetime, limit: uploads.LimitHandler
) -> HttpResponse:
    form = MessageForm(request.POST, request.FILES)
    if limit.refused:
        return _refused(request, complaint, now, form, limit.refused)
    if not form.is_valid():
        return _page(request, case_page(complaint, now=now), form, status=UNPROCESSABLE)
    try:
        _post(request, complaint, form, now)
    except FileRefused as refusal:
        return _refused(request, complaint, now, form, [refusal])
    except LimitReached as error:
        form.add_error("documents", gate.too_many_files(error))
        return gate.stamped(_page(request, case_page(complaint, now=now), form), error)
    except RuleBroken as error:
        form.add_error("text", str(error.message))
        return _page(request, case_page(complaint, now=now), form, status=UNPROCESSABLE)
    messages.success(request, _("The message was sent. You will see the reply here."))
    return redirect("public:case")


def _post(request: HttpRequest, complaint: Complaint, form: MessageForm, now: datetime) -> None:
    """Raises LimitReached, FileRefused, RuleBroken."""
    typed = form.cleaned_data
    files = typed["documents"]
    address = client_address(request)
    attachments.admit(uploads=files, address=address, target="case", key=complaint.pk, now=now)
    attachments.post_by_patient(
        complaint=complaint, text=typed["text"], uploads=files, token=typed["token"], now=now
    )


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
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            token = drafts.reopen(complaint=complaint, text=form.cleaned_data["text"], now=now)
        except RuleBroken as error:
            form.add_error("text", str(error.message))
        except SomebodyWasFirst:
            form.add_error("text", _("The appeal is not answered yet: write a message in it instead."))
        else:
            response = redirect("public:filing_sent")
            cookies.write(request, response, cookies.DRAFT, token)
            return response
    context = {"form": form, "page": case_page(complaint, now=now), "section": "status"}
    return render(request, "public/status/reopen.html", context, status=_judged(form))


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def withdraw(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """Take the appeal back, after one more question."""
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
    return _page(request, case_page(complaint, now=now), _message_form(text))


def _try(request: HttpRequest, act: Callable[[], Any]) -> bool:
    """Do it; when a rule or somebody else stands in the way, say so and show the case as it is now."""
    try:
        act()
    except RuleBroken as error:
        messages.error(request, str(error.message))
    except SomebodyWasFirst:
        messages.warning(request, _("The appeal has changed meanwhile. See how it stands now."))
    else:
        return True
    return False


def _judged(form: forms.Form) -> int:
    return UNPROCESSABLE if form.is_bound else 200


def _message_form(text: str = "") -> MessageForm:
    return MessageForm(initial={"token": secrets.token_urlsafe(24), "text": text})


def _refused(
    request: HttpRequest,
    complaint: Complaint,
    now: datetime,
    form: MessageForm,
    refusals: list[FileRefused],
) -> HttpResponse:
    """Nothing was posted: the text stays, the files must be chosen once more (browsers keep none)."""
    form.is_valid()
    for refusal in refusals:
        form.add_error("documents", attachments.explain(refusal))
    form.add_error("documents", _("Your text is kept. Choose the files once more and send."))
    return _page(request, case_page(complaint, now=now), form, status=UNPROCESSABLE)


def _page(request: HttpRequest, page: CasePage, form: MessageForm, *, status: int = 200) -> HttpResponse:
    context = {"page": page, "case": page.case, "form": form, "section": "status"}
    return render(request, "public/status/case.html", context, status=status)
