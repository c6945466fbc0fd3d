"""The fund's review of its region."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from complaints.reports.staff import region as report
from complaints.views.staff.desk import Desk, staff_page, staff_view


@staff_view("GET")
def region(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One of four lists, `?list=`: late, without an insurer, passed on, help between regions."""
    if not report.is_of_fund(desk.profile):
        raise PermissionDenied(_("This page is for the staff of a fund."))
    section = report.section_of(request.GET.get("list", ""))
    listing = report.listing(desk.profile, section, request.GET.get("cursor", ""), desk.now)
    tabs = [{"name": one.value, "title": title} for one, title in report.TITLES.items()]
    context = {"section": "region", "listing": listing, "tabs": tabs, "days": report.DAYS_TO_FORWARD}
    return staff_page(request, desk, "region.html", context)
