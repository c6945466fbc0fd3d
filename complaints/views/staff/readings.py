"""Who read a case: for heads."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from complaints.reports import readings as report
from complaints.views.staff.desk import Desk, staff_page, staff_view, visible_case


@staff_view("GET")
def readings(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Names, roles, what and when, newest first."""
    complaint = visible_case(desk, number)
    if not report.may_see(desk.profile, complaint):
        raise PermissionDenied(_("Who read a case is shown to the head of the branch and of the fund."))
    context = {
        "section": "queue", "complaint": complaint, "zone": complaint.branch.time_zone,
        "openings": report.openings_for_head(complaint, request.GET.get("cursor", "")),
    }  # fmt: skip
    return staff_page(request, desk, "readings.html", context)
