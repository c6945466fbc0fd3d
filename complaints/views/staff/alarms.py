"""Alarms of the own branches: what a person must look at."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from complaints.reports.staff import alarms as report
from complaints.reports.staff import lists
from complaints.views.staff.desk import Desk, staff_page, staff_view
from complaints.views.staff.tabs import tabs_of
from omsportal.platform.alarms import acknowledge as acknowledge_alarm


@staff_view("GET")
def alarms(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open alarms, newest first."""
    summary = lists.summary(lists.Tab.ALARMS, desk.profile, {}, desk.now)
    page = report.page_of_alarms(desk.profile, request.GET.get("cursor", ""))
    context = {
        "section": "queue", "tab": lists.Tab.ALARMS, "tabs": tabs_of(summary), "page": page,
        "alarms": report.described(page.rows, desk.profile),
    }  # fmt: skip
    return staff_page(request, desk, "alarms.html", context)


@staff_view("POST")
def acknowledge(_request: HttpRequest, desk: Desk, alarm_id: int) -> HttpResponse:
    """Somebody has seen it; the first one stays on record."""
    alarm = lists.alarm_of(desk.profile, alarm_id)
    if alarm is None:
        raise Http404
    if not report.answers_for(desk.profile, alarm):
        raise PermissionDenied
    acknowledge_alarm(alarm=alarm, by_id=desk.user.pk, now=desk.now)
    return redirect("staff:alarms")
