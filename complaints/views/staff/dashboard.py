"""The head's and the fund's figures."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from complaints.reports.staff import dashboard as report
from complaints.views.staff.desk import Desk, staff_page, staff_view

#: More digits are no id, and thousands of them no number that Python reads.
LONGEST_ID = 19


@staff_view("GET")
def dashboard(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open cases by tier and age, danger, hops, load; `?branch=` narrows to one branch."""
    if not desk.supervises:
        raise PermissionDenied(_("The dashboard is for heads of branches and the fund."))
    chosen = request.GET.get("branch", "")
    branch_id = int(chosen) if chosen.isdecimal() and len(chosen) < LONGEST_ID else None
    figures = report.dashboard(desk.profile, branch_id, desk.now)
    context = {"section": "dashboard", "figures": figures, "branch_id": branch_id}
    return staff_page(request, desk, "dashboard.html", context)
