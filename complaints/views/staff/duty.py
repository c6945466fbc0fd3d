"""A duty person's answer to a call."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.services import duty
from complaints.views.staff.case import REFUSALS, case_page, problem_of
from complaints.views.staff.desk import Desk, staff_view, visible_case


@staff_view("POST")
def acknowledge_call(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """ "I take this call": the line stops calling; the case itself is still to be taken."""
    complaint = visible_case(desk, number)
    try:
        duty.acknowledge(complaint=complaint, by=desk.user, now=desk.now)
    except REFUSALS as error:
        now_it_is = visible_case(desk, number)
        return case_page(request, desk, now_it_is, problem=problem_of(error, now_it_is, None))
    text = _("The call is yours. Take the case now: in %(minutes)s minutes the calls go on.")
    messages.success(request, text % {"minutes": settings.DUTY_CALL_MINUTES})
    return redirect("staff:case", number=number)
