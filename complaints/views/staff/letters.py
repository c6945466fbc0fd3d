"""Letters that no program could take in: a person reads them in the mailbox and says so."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.reports.staff import letters as report
from complaints.services import mail_in
from complaints.views.staff.desk import Desk, staff_page, staff_view


@staff_view("GET")
def letters(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What waits for a person, the oldest first."""
    if not report.may_see(desk.profile):
        raise PermissionDenied
    page = report.page_of(desk.profile, request.GET.get("cursor", ""), desk.now)
    return staff_page(request, desk, "letters.html", {"section": "call_backs", "page": page})


@staff_view("POST")
def letter_done(request: HttpRequest, desk: Desk, letter_id: int) -> HttpResponse:
    """A person has dealt with it: registered it by hand, or found that nothing is to be done."""
    if not report.may_see(desk.profile):
        raise PermissionDenied
    letter = report.letter_of(desk.profile, letter_id)
    if letter is None:
        raise Http404
    mail_in.attend(received=letter, by=desk.user, now=desk.now)
    messages.success(request, _("The letter is off the list."))
    return redirect("staff:letters")
