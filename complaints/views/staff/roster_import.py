"""A duty roster as a list: its gaps and overlaps first, then the shifts."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.forms.typed_lists import ListForm, unreadable
from complaints.reports.staff import roster as report
from complaints.services import roster_lists
from complaints.services.roster_lists import Entered
from complaints.views.staff.desk import Desk, staff_page, staff_view
from insurers.models import Branch
from omsportal.platform.lists_in import TableUnreadable


@staff_view("GET", "POST")
def import_roster(request: HttpRequest, desk: Desk, branch_id: int) -> HttpResponse:
    """The first press shows what would be entered and where nobody is left; the second enters it."""
    branch = _branch(desk, branch_id)
    form = ListForm.of(request)
    is_agreed = "agreed" in request.POST
    entered = None
    if form.is_bound and form.is_valid():
        try:
            entered = roster_lists.enter(
                text=form.cleaned_data["text"], branch=branch, profile=desk.profile, is_trial=not is_agreed,
                now=desk.now,
            )  # fmt: skip
        except TableUnreadable as error:
            form.add_error(None, unreadable(error))
    if entered is None or not is_agreed:
        return _page(request, desk, branch, form, entered)
    count = len(entered.shifts)
    messages.success(request, ngettext("%d shift was entered.", "%d shifts were entered.", count) % count)
    return redirect(f"{reverse('staff:roster')}?branch={branch.pk}")


def _branch(desk: Desk, branch_id: int) -> Branch:
    """404 for a branch that is none of theirs, 403 for whoever does not head it."""
    if not desk.supervises:
        raise PermissionDenied(_("The roster is for heads of branches and the fund."))
    week = report.week(desk.profile, branch_id, desk.now)
    if week is None:
        raise Http404
    if not week.may_change:
        raise PermissionDenied(_("The head of the branch changes the roster."))
    return week.branch


def _page(
    request: HttpRequest, desk: Desk, branch: Branch, form: ListForm, entered: Entered | None
) -> HttpResponse:
    is_right = form.is_bound and form.is_valid()
    context = {
        "section": "dashboard", "branch": branch, "zone": branch.time_zone, "form": form, "entered": entered,
        "text": form.cleaned_data.get("text", "") if is_right else "",
    }  # fmt: skip
    wrong = form.is_bound and bool(form.errors)
    return staff_page(request, desk, "roster_import.html", context, status=422 if wrong else 200)
