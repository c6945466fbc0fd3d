"""A case given to somebody: to a person's desk, or for some days to a branch of another region."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.forms.people import GiveForm, HelpForm
from complaints.models import Complaint
from complaints.permissions import heads_here
from complaints.reports.staff import helping as report
from complaints.services import helping, reassigning
from complaints.views.staff.case import REFUSALS, problem_of
from complaints.views.staff.desk import Desk, staff_page, staff_view, visible_case


@staff_view("GET")
def help_page(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Which branches of other regions help with the case, from when to when."""
    return _page(request, desk, _case(desk, number))


@staff_view("POST")
def grant(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Let a branch help."""
    case = _case(desk, number)
    form = HelpForm(request.POST, branches=report.may_help(case, desk.now))
    if not form.is_valid():
        return _page(request, desk, case, form)
    try:
        helping.grant(complaint=case, **form.cleaned_data, **desk.hand)
    except REFUSALS as error:
        form.add_error(None, str(problem_of(error, case, None).text))
        return _page(request, desk, case, form)
    messages.success(request, _("The branch may read the case and leave notes. It has been told."))
    return redirect("staff:help", number=number)


@staff_view("POST")
def end(request: HttpRequest, desk: Desk, number: str, access_id: int) -> HttpResponse:
    """End the help before its day."""
    case = _case(desk, number)
    access = report.access_of(case, access_id)
    if access is None:
        raise Http404
    helping.end(complaint=case, access=access, **desk.hand)
    messages.success(request, _("The branch does not see the case any more."))
    return redirect("staff:help", number=number)


@staff_view("GET", "POST")
def give(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """A head puts a waiting case on somebody's desk."""
    case = visible_case(desk, number)
    if not heads_here(desk.profile, case):
        raise PermissionDenied(_("The head of the branch gives out waiting cases."))
    form = GiveForm(request.POST or None, serving=report.serving(case, desk.now))
    if request.method == "POST" and form.is_valid():
        try:
            reassigning.give(complaint=case, to=form.cleaned_data["to"].user, **desk.hand)
        except REFUSALS as error:
            form.add_error(None, str(problem_of(error, case, None).text))
        else:
            messages.success(request, _("The case is on their desk."))
            return redirect("staff:case", number=number)
    context = {"section": "queue", "complaint": case, "form": form}
    return staff_page(request, desk, "give.html", context, status=422 if form.errors else 200)


def _case(desk: Desk, number: str) -> Complaint:
    """404 unless visible, 403 for whoever may not give access."""
    case = visible_case(desk, number)
    if not helping.may_grant(desk.profile, case):
        raise PermissionDenied(_("The head of the branch and the fund's head decide who helps."))
    return case


def _page(request: HttpRequest, desk: Desk, case: Complaint, form: HelpForm | None = None) -> HttpResponse:
    context = {
        "section": "queue", "complaint": case, "lines": report.lines(case, desk.now),
        "zone": case.branch.time_zone,
        "form": form or HelpForm(branches=report.may_help(case, desk.now)),
    }  # fmt: skip
    return staff_page(request, desk, "help.html", context, status=422 if form else 200)
