"""Incidents, for heads and the fund: open one, gather, ask the clinic, answer everybody, close it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.forms.bonds import (
    ChangeIncidentForm,
    IncidentForm,
    InquiryForm,
    JointAnswerForm,
    ReplyForm,
)
from complaints.models import Complaint, Incident, Inquiry
from complaints.permissions import leads_incidents
from complaints.reports.staff import incidents as report
from complaints.reports.staff.inquiry_letter import letter_of
from complaints.services import incident_inquiries, joint_answers
from complaints.services import incidents as service
from complaints.views.staff.desk import Desk, staff_page, staff_view
from complaints.views.staff.linking import done
from insurers.models import Branch
from omsportal.platform import pdf, read_log
from omsportal.platform.kinds import Reader, Reading

#: No id of ours has so many digits.
LONGEST_ID = 18


@staff_view("GET")
def incidents(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open ones, or with `?closed=1` the others; above them what rises and has none yet."""
    _supervises(desk)
    closed = request.GET.get("closed") == "1"
    context = {
        "section": "incidents", "closed": closed,
        "page": report.incidents(desk.profile, request.GET.get("cursor", ""), closed=closed),
        "rises": [] if closed else report.rises(desk.profile),
        "may_open": bool(report.led_branches(desk.profile)),
    }  # fmt: skip
    return staff_page(request, desk, "incidents.html", context)


@staff_view("GET", "POST")
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Begin one; `?case=`, or `?clinic=` and `?theme=`, fill in what is common."""
    _supervises(desk)
    branch = _led_branch(desk, request.GET.get("branch", ""))
    known = report.known_from(desk.profile, branch, request.GET, desk.now)
    form = _form(IncidentForm, request, initial=known, branch=branch, themes=report.themes(desk.now))
    if request.method == "POST" and form.is_valid():
        made: list[Incident] = []
        if done(
            form,
            lambda: made.append(service.open_incident(branch=branch, plan=form.plan(), **desk.hand)),
        ):
            messages.success(request, _("The incident is open. Gather its appeals now."))
            return redirect("staff:incident", incident_id=made[0].pk)
    context = {
        "section": "incidents",
        "form": form,
        "branch": branch,
        "branches": report.led_branches(desk.profile),
    }
    return staff_page(request, desk, "incident_new.html", context, status=_status(form))


@staff_view("GET")
def incident(request: HttpRequest, desk: Desk, incident_id: int) -> HttpResponse:
    """One of them with its cases."""
    return _page(request, desk, _incident(desk, incident_id))


@staff_view("GET", "POST")
def change(request: HttpRequest, desk: Desk, incident_id: int) -> HttpResponse:
    """Other words, period, rule, banner."""
    row = _led(desk, incident_id)
    form = _form(
        ChangeIncidentForm, request, initial=report.as_typed(row), branch=row.branch, incident=row,
        themes=report.themes(desk.now),
    )  # fmt: skip
    if form.is_valid() and done(form, lambda: service.change(incident=row, plan=form.plan(), **desk.hand)):
        messages.success(request, _("It is saved."))
        return redirect("staff:incident", incident_id=row.pk)
    context = {"section": "incidents", "form": form, "incident": row, "branch": row.branch}
    return staff_page(request, desk, "incident_new.html", context, status=_status(form))


@staff_view("POST")
def gather(request: HttpRequest, desk: Desk, incident_id: int) -> HttpResponse:
    """A worker gathers what fits."""
    row = _led(desk, incident_id)
    done(None, lambda: service.ask_to_gather(incident=row, **desk.hand))
    messages.success(request, _("Appeals are being gathered. This page shows how far it is."))
    return redirect("staff:incident", incident_id=row.pk)


@staff_view("POST")
def ask(request: HttpRequest, desk: Desk, incident_id: int) -> HttpResponse:
    """Record the letter to the clinic."""
    row, form = _led(desk, incident_id), InquiryForm(request.POST)
    said = _("The inquiry is recorded. Print the letter with the names of those who allowed it.")
    return _act(
        request, desk, row, "inquiry_form", form,
        lambda: incident_inquiries.ask(incident=row, **form.cleaned_data, **desk.hand), said,
    )  # fmt: skip


@staff_view("GET")
def inquiry(request: HttpRequest, desk: Desk, incident_id: int, inquiry_id: int) -> HttpResponse:
    """The letter to print. Each name in it is a reading of that case."""
    row = _led(desk, incident_id)
    asked, named = _asked(desk, row, inquiry_id)
    context = {
        "section": "incidents", "incident": row, "inquiry": asked, "named": named,
        "reply_form": ReplyForm(), "zone": row.branch.time_zone,
    }  # fmt: skip
    return staff_page(request, desk, "incident_inquiry.html", context)


@staff_view("GET")
def inquiry_letter(request: HttpRequest, desk: Desk, incident_id: int, inquiry_id: int) -> HttpResponse:  # noqa: ARG001  (a view)
    """The same letter as a PDF, to sign and to send."""
    asked, named = _asked(desk, _led(desk, incident_id), inquiry_id)
    content = pdf.render("inquiry", letter_of(asked, named), now=asked.asked_at)
    answer = HttpResponse(content, content_type=pdf.CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="inquiry-{asked.pk}.pdf"'
    return answer


def _asked(desk: Desk, row: Incident, inquiry_id: int) -> tuple[Inquiry, list[Complaint]]:
    """The inquiry and the cases it names: each is written down as a reading before it is shown."""
    asked = report.inquiry_of(row.pk, inquiry_id)
    if asked is None:
        raise Http404
    named = report.named_in(asked, desk.profile)
    read_log.record_many(
        reader_kind=Reader.USER, reader_id=desk.user.pk, subject_kind="complaint",
        subject_ids=[case.pk for case in named], what=Reading.EXPORT, now=desk.now,
    )  # fmt: skip
    return asked, named


@staff_view("POST")
def reply(request: HttpRequest, desk: Desk, incident_id: int, inquiry_id: int) -> HttpResponse:
    """What the clinic wrote back."""
    row = _led(desk, incident_id)
    asked = report.inquiry_of(row.pk, inquiry_id)
    if asked is None:
        raise Http404
    form = ReplyForm(request.POST)
    return _act(
        request, desk, row, "reply_form", form,
        lambda: incident_inquiries.record_reply(inquiry=asked, text=form.cleaned_data["text"], **desk.hand),
        _("The reply is recorded."),
    )  # fmt: skip


@staff_view("POST")
def answer(request: HttpRequest, desk: Desk, incident_id: int) -> HttpResponse:
    """Everybody gets an answer of their own, from one text."""
    row, form = _led(desk, incident_id), JointAnswerForm(request.POST)
    said = _("The answers are being made. This page shows how far it is, and what is left for a person.")
    return _act(
        request, desk, row, "answer_form", form,
        lambda: joint_answers.answer_all(incident=row, **form.cleaned_data, **desk.hand), said,
    )  # fmt: skip


@staff_view("POST")
def close(request: HttpRequest, desk: Desk, incident_id: int) -> HttpResponse:
    """It is over."""
    row, form = _led(desk, incident_id), Form(request.POST)
    return _act(
        request, desk, row, "close_form", form,
        lambda: service.close(incident=row, **desk.hand), _("The incident is closed."),
    )  # fmt: skip


def _supervises(desk: Desk) -> None:
    if not desk.supervises:
        raise PermissionDenied(_("Incidents are for heads of branches and the fund."))


def _incident(desk: Desk, incident_id: int) -> Incident:
    """404 for one that is none of theirs."""
    _supervises(desk)
    row = report.incident_of(desk.profile, incident_id)
    if row is None:
        raise Http404
    return row


def _led(desk: Desk, incident_id: int) -> Incident:
    """404 for one that is none of theirs, 403 for one that others lead."""
    row = _incident(desk, incident_id)
    if not leads_incidents(desk.profile, row.branch_id):
        raise PermissionDenied(_("The head of the branch leads the incident."))
    return row


def _led_branch(desk: Desk, typed: str) -> Branch:
    led = report.led_branches(desk.profile)
    if not led:
        raise PermissionDenied(_("The head of the branch opens incidents."))
    wanted = int(typed) if typed.isdecimal() and len(typed) <= LONGEST_ID else None
    return next((branch for branch in led if branch.pk == wanted), led[0])


def _form(kind: type[Any], request: HttpRequest, **options: Any) -> Any:
    return kind(request.POST if request.method == "POST" else None, **options)


def _status(form: Form) -> int:
    return 422 if form.is_bound else 200


def _act(
    request: HttpRequest, desk: Desk, row: Incident, name: str, form: Form, call: Callable[[], object],
    said: str,
) -> HttpResponse:  # fmt: skip
    """Do it and show the page again; what was typed comes back with the reason why not."""
    if form.is_valid() and done(form, call):
        messages.success(request, said)
        return redirect("staff:incident", incident_id=row.pk)
    return _page(request, desk, row, bound={name: form})


def _page(
    request: HttpRequest, desk: Desk, row: Incident, *, bound: dict[str, Form] | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "section": "incidents", "incident": row, "zone": row.branch.time_zone,
        "page": report.incident_page(desk.profile, row, request.GET.get("cursor", "")),
        "inquiry_form": InquiryForm(), "answer_form": JointAnswerForm(), "close_form": Form(),
    } | (bound or {})  # fmt: skip
    context["bound"] = next(iter((bound or {}).values()), None)
    return staff_page(request, desk, "incident.html", context, status=422 if bound else 200)
