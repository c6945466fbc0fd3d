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
    """How things stand and how they went; `?branch=` narrows to one branch, `?days=` chooses the period."""
    if not desk.supervises:
        raise PermissionDenied(_("The dashboard is for heads of branches and the fund."))
    branch_id = number_in(request, "branch")
    figures = report.dashboard(desk.profile, branch_id, desk.now, length=number_in(request, "days") or 0)
    context = {
        "section": "dashboard", "figures": figures, "branch_id": branch_id,
        "drills": report.sees_all(desk.profile, figures.chosen),
    }  # fmt: skip
    return staff_page(request, desk, "dashboard.html", context)


def number_in(request: HttpRequest, name: str) -> int | None:
    """A whole number in the address; anything else is none."""
    typed = request.GET.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < LONGEST_ID else None
