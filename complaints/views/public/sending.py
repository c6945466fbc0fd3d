"""The end of filing: all answers, the one press of the button, number and code."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from complaints.forms.public.steps import COUNTED, TOTAL, Step
from complaints.forms.public.summary import lines
from complaints.kinds import ForWhom
from complaints.models import Complaint
from complaints.reports.public import receipt as receipts
from complaints.reports.public.contacts import help_now, numbers_of
from complaints.reports.public.similar import is_similar
from complaints.services import drafts, intake, legal
from complaints.services.transitions import RuleBroken
from complaints.views.public import cookies
from complaints.views.public.patients import opened_case
from complaints.views.public.visits import Visit, filing_page
from omsportal.platform import pdf
from omsportal.platform.clock import database_now

GONE = 410


@filing_page
@require_safe
def check(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everything that was answered, with a way to change each line."""
    if visit.draft is None:
        return redirect("public:filing_sent")
    answers = visit.answers
    if answers.missing:
        messages.info(request, _("This is still to be answered before the appeal can be sent."))
        return redirect("public:filing_step", answers.missing[0])
    context = {
        "lines": lines(answers, list(drafts.files_of(visit.draft))),
        "branch": answers.branch,
        "verdict": answers.waiting,
        "similar": _similar(request, visit),
        "draft_key": visit.key,
        "number": TOTAL,
        "total": TOTAL,
        "step_list": [*COUNTED, "check"],
        "back_url": reverse("public:filing_step", args=[Step.CONTACTS]),
    }
    return render(request, "public/filing/check.html", context)


@filing_page
@require_POST
def send(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Register the appeal. Pressed twice, or forty times at once, it makes one."""
    if visit.draft is None:
        return redirect("public:filing_sent")
    answers = visit.answers
    if not visit.is_ours or answers.missing:
        return redirect("public:filing_check")
    try:
        crowded = intake.is_crowded(draft=visit.draft, address=visit.address, now=visit.now)
        filing = replace(answers.filing(visit.address), needs_look=crowded)
        drafts.send(token=visit.token, filing=filing, now=visit.now)
    except RuleBroken as error:
        messages.error(request, str(error.message))
        return redirect("public:filing_step", Step.INSURER)
    except drafts.NothingToSend:
        messages.warning(request, _("This appeal was sent or thrown away in another window."))
    visit.draft = None  # the cookie stays: it opens number and code for an hour
    return redirect("public:filing_sent")


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Number and code, once: in this browser, for an hour."""
    now = database_now()
    receipt = drafts.receipt(token=cookies.read(request, cookies.DRAFT), now=now)
    if receipt is None:
        return render(request, "public/filing/no_receipt.html")
    branch = receipt.complaint.branch
    context = {
        "receipt": receipt,
        "case": receipt.complaint,
        "branch": branch,
        "numbers": numbers_of(branch, now=now),
        "handed_over_by": receipts.handed_over_by(receipt.complaint),
        "answer_days": legal.answer_days(receipt.complaint.registered_on),
        "for_self": receipt.complaint.card.for_whom == ForWhom.SELF,
        "help": help_now(receipt.complaint, now=now),
        "section": "status",
    }
    return render(request, "public/filing/sent.html", context)


@never_cache
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """The same as a PDF to keep; made anew each time, stored nowhere."""
    now = database_now()
    shown = drafts.receipt(token=cookies.read(request, cookies.DRAFT), now=now)
    if shown is None:
        return render(request, "public/filing/no_receipt.html", status=GONE)
    numbers = numbers_of(shown.complaint.branch, now=now)
    made = receipts.document(shown.complaint, access_code=shown.access_code, numbers=numbers, now=now)
    response = HttpResponse(made, content_type=pdf.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{shown.number}.pdf"'
    return response


def _similar(request: HttpRequest, visit: Visit) -> Complaint | None:
    """An appeal about the same that was opened in this browser with its code."""
    opened, answers = opened_case(request, visit.now), visit.answers
    story = answers.cleaned(Step.STORY)
    if opened is None or not is_similar(
        opened, theme=answers.theme, clinic=story["clinic"], organisation=story["organisation"], now=visit.now
    ):
        return None
    return opened
