"""Heads and their people: how much each takes, who is away when, and moving what somebody holds."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.forms.people import LeaveForm, LimitsForm, LoadForm
from complaints.reports.staff import people as report
from complaints.reports.staff import person_readings as read_by
from complaints.reports.staff.themes import themes_on
from complaints.services import reassigning
from complaints.services.reassigning import Moved
from complaints.views.staff.dashboard import number_in
from complaints.views.staff.desk import Desk, staff_page, staff_view
from representatives import people as service
from representatives.models import Representative
from representatives.people import PersonRefused


@staff_view("GET")
def people(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody of one branch; `?branch=` chooses one of several."""
    found = report.people(desk.profile, _branch(request, desk), desk.now)
    if found is None:
        raise Http404
    return staff_page(request, desk, "people.html", {"section": "dashboard", "people": found})


@staff_view("GET")
def leaves(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The month of a branch: who is away, and how many of each tier are left."""
    found = report.month(desk.profile, _branch(request, desk), request.GET.get("month", ""), desk.now)
    if found is None:
        raise Http404
    return staff_page(request, desk, "leaves.html", {"section": "dashboard", "month": found})


@staff_view("GET")
def person(request: HttpRequest, desk: Desk, person_id: int) -> HttpResponse:
    """What a head sets about one person, and what this person holds."""
    return _page(request, desk, _person(desk, person_id))


@staff_view("GET")
def person_readings(request: HttpRequest, desk: Desk, person_id: int) -> HttpResponse:
    """What this person has opened; `?day=` begins with that day and goes back."""
    asked = request.GET
    read = read_by.readings(
        desk.profile, _person(desk, person_id), asked.get("cursor", ""), asked.get("day", "")
    )
    return staff_page(request, desk, "person_readings.html", {"section": "dashboard", "read": read})


@staff_view("POST")
def limits(request: HttpRequest, desk: Desk, person_id: int) -> HttpResponse:
    """Ceiling and themes."""
    who = _person(desk, person_id)
    form = LimitsForm(request.POST, themes=themes_on(desk.now.date()))

    def call() -> str:
        service.set_limits(
            person=who, ceiling=form.cleaned_data["ceiling"], competences=form.slugs(), profile=desk.profile
        )
        return _("Saved. It holds from the next case on.")

    return _settled(request, desk, who, form, "limits", call)


@staff_view("POST")
def add_leave(request: HttpRequest, desk: Desk, person_id: int) -> HttpResponse:
    """Enter days of leave."""
    who = _person(desk, person_id)
    form = LeaveForm(request.POST)

    def call() -> str:
        today = report.one(desk.profile, who, desk.now).today
        service.add_leave(person=who, today=today, profile=desk.profile, **form.cleaned_data)
        return _("The leave is in the calendar. Look at the duty roster of these days.")

    return _settled(request, desk, who, form, "leave", call)


@staff_view("POST")
def end_leave(request: HttpRequest, desk: Desk, leave_id: int) -> HttpResponse:
    """Take a leave out, or end one that runs."""
    leave = report.leave_of(desk.profile, leave_id)
    if leave is None:
        raise Http404
    today = report.one(desk.profile, leave.representative, desk.now).today
    try:
        service.end_leave(leave=leave, today=today, profile=desk.profile)
    except PersonRefused as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The leave is out of the calendar."))
    return redirect("staff:person", person_id=leave.representative_id)


@staff_view("POST")
def move_load(request: HttpRequest, desk: Desk, person_id: int) -> HttpResponse:
    """Give what somebody holds to a colleague, or back to the queues."""
    who = _person(desk, person_id)
    form = LoadForm(request.POST, colleagues=report.one(desk.profile, who, desk.now).colleagues)

    def call() -> str:
        moved = reassigning.move_load(
            holder=who.user, to=form.receiver(), reason=form.cleaned_data["reason"], **desk.hand
        )
        return told(moved)

    return _settled(request, desk, who, form, "load", call)


def told(moved: Moved) -> str:
    """What became of the load, in a sentence for each part of it."""
    parts = [ngettext("%d case moved.", "%d cases moved.", moved.moved) % moved.moved]
    if moved.waiting:
        text = ngettext(
            "%d case waits for the patient and stays: give it to a colleague.",
            "%d cases wait for the patient and stay: give them to a colleague.",
            moved.waiting,
        )
        parts.append(text % moved.waiting)
    if moved.refused:
        parts.append(_("Not for this colleague: %(numbers)s.") % {"numbers": ", ".join(moved.refused)})
    if moved.gone:
        text = ngettext("%d case had moved on meanwhile.", "%d cases had moved on meanwhile.", moved.gone)
        parts.append(text % moved.gone)
    return " ".join(parts)


def _branch(request: HttpRequest, desk: Desk) -> int | None:
    """403 for whoever heads and supervises nothing."""
    if not desk.supervises:
        raise PermissionDenied(_("The people of a branch are shown to its head and to the fund."))
    return number_in(request, "branch")


def _person(desk: Desk, person_id: int) -> Representative:
    found = report.person_of(desk.profile, person_id)
    if found is None:
        raise Http404
    return found


def _settled(
    request: HttpRequest, desk: Desk, who: Representative, form: Form, name: str, call: Callable[[], str]
) -> HttpResponse:
    """The call and back to the page, or the page with what was typed and why not."""
    if form.is_valid():
        try:
            messages.success(request, call())
        except PersonRefused as error:
            form.add_error(error.field, str(error.message))
        else:
            return redirect("staff:person", person_id=who.pk)
    return _page(request, desk, who, **{name: form})


def _page(request: HttpRequest, desk: Desk, who: Representative, **bound: Form) -> HttpResponse:
    shown = report.one(desk.profile, who, desk.now)
    chosen = {"ceiling": who.ceiling, "competences": who.competences}
    forms: dict[str, Any] = {
        "limits": LimitsForm(initial=chosen, themes=themes_on(desk.now.date()), auto_id="limits_%s"),
        "leave": LeaveForm(auto_id="leave_%s"),
        "load": LoadForm(colleagues=shown.colleagues, auto_id="load_%s"),
    } | bound
    context = {
        "section": "dashboard",
        "shown": shown,
        "forms": forms,
        "form": next(iter(bound.values()), None),
    }
    return staff_page(request, desk, "person.html", context, status=422 if bound else 200)
