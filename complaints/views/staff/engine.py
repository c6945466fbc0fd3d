"""The engine for those who answer for it: how it stands, what it holds, what comes next, and who games it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.reports.staff import engine as report
from complaints.reports.staff import fairness as fairness_report
from complaints.reports.staff import machinery
from complaints.reports.staff.watch import Watch, may_watch, watch_of
from complaints.services import engine as service
from complaints.services.engine import NotWatched, Tried
from complaints.views.staff.dashboard import LONGEST_ID
from complaints.views.staff.desk import Desk, staff_page, staff_view
from omsportal.platform.alarms import acknowledge as acknowledge_alarm

#: What became of a case that was tried again, in words.
SAID = {
    Tried.MOVED: (messages.SUCCESS, gettext_lazy("The case has moved on.")),
    Tried.FREE: (messages.SUCCESS, gettext_lazy("The case is with the timer again.")),
    Tried.FAILED: (messages.ERROR, gettext_lazy("The case could not be moved again. A new alarm is raised.")),
    Tried.NOTHING: (messages.INFO, gettext_lazy("Somebody was first: the case is with the timer already.")),
}


@staff_view("GET")
def engine(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The whole page; asked again by htmx, only what changes by itself, or "unchanged"."""
    watch = _watch(desk)
    standing = report.standing(watch, desk.now)
    etag = f'"{standing.stamp}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    context: dict[str, Any] = {"section": "engine", "standing": standing, "watch": watch, "etag": etag}
    if request.headers.get("HX-Request"):
        response = staff_page(request, desk, "parts/engine_now.html", context)
    else:
        response = staff_page(request, desk, "engine.html", context | _rest(request, desk, watch))
    response["ETag"] = etag
    return response


def _rest(request: HttpRequest, desk: Desk, watch: Watch) -> dict[str, Any]:
    zone = report.zone_of(watch)
    alarms = report.page_of_alarms(watch, request.GET.get("alarms", ""))
    blocked = report.page_of_blocked(watch, request.GET.get("blocked", ""))
    return {
        "zone": str(zone),
        "hop_bars": report.hop_bars(report.hops_by_hour(watch, desk.now), zone),
        "alarms_page": alarms, "alarms": report.described(alarms.rows, watch),
        "blocked_page": blocked, "blocked": report.held(blocked.rows, watch),
        "preview": report.preview(watch, desk.now),
        "holds": report.holds(desk.now),
        "rounds": machinery.rounds_made(desk.now), "jobs": machinery.under_way(),
    }  # fmt: skip


@staff_view("POST")
def try_again(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Give one held case back to the timer."""
    watch = _watch(desk)
    case = report.blocked_case(watch, number)
    if case is None:
        raise Http404
    tried = service.try_again(complaint=case, watch=watch, by=desk.user, now=desk.now)
    messages.add_message(request, *SAID[tried])
    return redirect("staff:engine")


@staff_view("POST")
def try_all(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give all held cases back, the oldest first; what is left after many is a second press."""
    watch = _watch(desk)
    cases = report.blocked_cases(watch)
    tried = service.try_all(complaints=cases, watch=watch, by=desk.user, now=desk.now)
    given, failed = tried[Tried.MOVED] + tried[Tried.FREE], tried[Tried.FAILED]
    if given:
        text = ngettext("%d case is with the timer again.", "%d cases are with the timer again.", given)
        messages.success(request, text % given)
    if failed:
        text = ngettext("%d case could not be moved again.", "%d cases could not be moved again.", failed)
        messages.error(request, text % failed)
    return redirect("staff:engine")


@staff_view("POST")
def release(request: HttpRequest, desk: Desk, hold_id: int) -> HttpResponse:
    """Let the timer go on before the ten minutes are over."""
    try:
        released = service.release_hold(hold_id=hold_id, watch=_watch(desk), by=desk.user, now=desk.now)
    except NotWatched:
        raise PermissionDenied(_("Only an administrator of the portal lets the timer go on.")) from None
    if released:
        messages.success(request, _("The timer goes on."))
    else:
        messages.info(request, _("The timer was let go already."))
    return redirect("staff:engine")


@staff_view("POST")
def acknowledge(_request: HttpRequest, desk: Desk, alarm_id: int) -> HttpResponse:
    """Somebody has seen it; the first one stays on record."""
    watch = _watch(desk)
    alarm = report.alarm_of(watch, alarm_id)
    if alarm is None:
        raise Http404
    if not report.answers_for(watch, alarm):
        raise PermissionDenied
    acknowledge_alarm(alarm=alarm, by_id=desk.user.pk, now=desk.now)
    return redirect("staff:engine")


@staff_view("GET")
def fairness(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Pauses, reclassifications, closings and hops by branch and person; `?branch=`, `?period=2026-03`."""
    typed = request.GET.get("branch", "")
    branch_id = int(typed) if typed.isdecimal() and len(typed) < LONGEST_ID else None
    figures = fairness_report.fairness(_watch(desk), branch_id, request.GET.get("period", ""), desk.now)
    return staff_page(request, desk, "fairness.html", {"section": "engine", "figures": figures})


def _watch(desk: Desk) -> Watch:
    if not may_watch(desk.user, desk.profile):
        raise PermissionDenied(_("The engine is for heads of branches and administrators."))
    return watch_of(desk.user, desk.profile)
