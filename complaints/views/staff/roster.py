"""The duty roster: heads read the next seven days of their branches and mend their own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.forms.roster import ShiftForm
from complaints.reports.staff import roster as report
from complaints.views.staff.dashboard import number_in
from complaints.views.staff.desk import Desk, staff_page, staff_view
from representatives import services
from representatives.services import ShiftRefused


@staff_view("GET")
def roster(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who is on duty, by tier and day, with the gaps; `?branch=` chooses one of several branches."""
    return _page(request, desk, _week(desk, number_in(request, "branch")))


@staff_view("POST")
def add(request: HttpRequest, desk: Desk, branch_id: int) -> HttpResponse:
    """Put a person on duty."""
    week = _week(desk, branch_id)
    if not week.may_change:
        raise PermissionDenied(_("The head of the branch changes the roster."))
    form = ShiftForm(request.POST, branch=week.branch)
    if form.is_valid():
        try:
            services.add_shift(branch=week.branch, profile=desk.profile, now=desk.now, **form.cleaned_data)
        except ShiftRefused as error:
            form.add_error(error.field, str(error.message))
        else:
            messages.success(request, _("The shift is in the roster."))
            return redirect(_address(branch_id))
    return _page(request, desk, week, form)


@staff_view("POST")
def remove(request: HttpRequest, desk: Desk, shift_id: int) -> HttpResponse:
    """Take a shift out; one that runs ends now."""
    shift = report.shift_of(desk.profile, shift_id)
    if shift is None:
        raise Http404
    try:
        services.remove_shift(shift=shift, profile=desk.profile, now=desk.now)
    except ShiftRefused as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("The shift is out of the roster. Look whether a gap is left."))
    return redirect(_address(shift.branch_id))


def _week(desk: Desk, branch_id: int | None) -> report.Week:
    """404 for a branch that is none of theirs, 403 for whoever heads and supervises nothing."""
    if not desk.supervises:
        raise PermissionDenied(_("The roster is for heads of branches and the fund."))
    week = report.week(desk.profile, branch_id, desk.now)
    if week is None:
        raise Http404
    return week


def _page(request: HttpRequest, desk: Desk, week: report.Week, form: ShiftForm | None = None) -> HttpResponse:
    context = {
        "section": "dashboard", "week": week, "zone": week.branch.time_zone,
        "form": form or (ShiftForm(branch=week.branch) if week.may_change else None),
    }  # fmt: skip
    return staff_page(request, desk, "roster.html", context, status=422 if form else 200)


def _address(branch_id: int) -> str:
    return f"{reverse('staff:roster')}?branch={branch_id}"
