"""Notices that did not arrive, for those who answer for it: send again, or leave it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.reports.staff import engine as engine_report
from complaints.reports.staff import sending as report
from complaints.reports.staff.watch import Watch, may_watch, watch_of
from complaints.services import sending as service
from complaints.views.staff.desk import Desk, staff_page, staff_view


@staff_view("GET")
def sending(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What was given up and what perhaps arrived, newest first."""
    watch = _watch(desk)
    page = report.page_of_failed(watch, request.GET.get("cursor", ""))
    context = {
        "section": "engine", "page": page, "rows": report.described(page.rows, watch),
        "zone": str(engine_report.zone_of(watch)),
    }  # fmt: skip
    return staff_page(request, desk, "sending.html", context)


@staff_view("POST")
def send_again(request: HttpRequest, desk: Desk, notice_id: int) -> HttpResponse:
    """Try one anew."""
    ids = _own(_watch(desk), notice_id)
    _say_sent(request, service.send_again(notice_ids=ids, now=desk.now))
    return redirect("staff:sending")


@staff_view("POST")
def send_all_again(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Try all of them anew, the oldest first; what is left after many is a second press."""
    ids = report.failed_ids(_watch(desk))
    _say_sent(request, service.send_again(notice_ids=ids, now=desk.now))
    return redirect("staff:sending")


@staff_view("POST")
def leave(request: HttpRequest, desk: Desk, notice_id: int) -> HttpResponse:
    """No further copy."""
    if service.leave(notice_ids=_own(_watch(desk), notice_id), by=desk.user, now=desk.now):
        messages.success(request, _("The notice is left as it is. Nothing more is sent."))
    else:
        messages.info(request, _("Somebody was first: it is decided already."))
    return redirect("staff:sending")


def _say_sent(request: HttpRequest, count: int) -> None:
    if count:
        text = ngettext("%d notice is sent again now.", "%d notices are sent again now.", count)
        messages.success(request, text % count)
    else:
        messages.info(request, _("Somebody was first: it is decided already."))


def _own(watch: Watch, notice_id: int) -> list[int]:
    """Empty when somebody has decided meanwhile; what is not this person's does not exist."""
    if not report.was_theirs(watch, notice_id):
        raise Http404
    return report.failed_ids(watch, notice_id)


def _watch(desk: Desk) -> Watch:
    if not may_watch(desk.user, desk.profile):
        raise PermissionDenied(_("Sending is for heads of branches and administrators."))
    return watch_of(desk.user, desk.profile)
