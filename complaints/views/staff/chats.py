"""Who waits in the chat, above every page of the workplace."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from complaints.reports.staff import chats as report
from complaints.views.staff.desk import Desk, staff_view

UNCHANGED = 204


@staff_view("POST")
def chats(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The part of the page; nothing while it would be as it stands there.

    The page asks for it by itself, by POST: so the end of a session leaves alone what is typed there.
    """
    found = report.chats(desk.profile)
    if request.POST.get("known") == found.stamp:
        return HttpResponse(status=UNCHANGED)
    return render(request, "staff/parts/chats.html", {"chats": found, "desk": desk, "now": desk.now})
