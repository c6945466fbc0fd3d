"""Personal data of a case: consents, holds, the register of requests for erasure; the head decides."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.models import ErasureRequest, LegalHold
from complaints.permissions import Act, NotAllowed, can, require
from complaints.reports.staff.privacy import open_request, staff_data_page
from complaints.services import erasure
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.views.staff.desk import Desk, staff_page, staff_view, visible_case


@staff_view("GET")
def data(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """For those who read the case; buttons of the head for the head only."""
    complaint = visible_case(desk, number)
    if not can(desk.profile, Act.OPEN, complaint):
        raise PermissionDenied(_("The case is with another tier."))
    context = {
        "section": "queue", "complaint": complaint, "zone": complaint.branch.time_zone,
        "page": staff_data_page(complaint), "may_decide": can(desk.profile, Act.DECIDE_ERASURE, complaint),
        "grounds": ErasureRequest.Ground.choices, "holds": LegalHold.Ground.choices,
    }  # fmt: skip
    return staff_page(request, desk, "data.html", context)


@staff_view("POST")
def ask(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Write a request down for the person who made it by phone, by letter or in the office."""
    complaint = visible_case(desk, number)

    def call() -> object:
        require(desk.profile, Act.NOTE, complaint)
        return erasure.ask(complaint=complaint, by=desk.user, now=desk.now)

    return _done(request, number, call, _("The request is in the register."))


@staff_view("POST")
def decide(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Erase now, or refuse with a ground."""
    complaint = visible_case(desk, number)
    ground = request.POST.get("ground", "")

    def call() -> object:
        require(desk.profile, Act.DECIDE_ERASURE, complaint)
        asked = open_request(complaint)
        if asked is None:
            raise SomebodyWasFirst
        return erasure.decide(request=asked, ground=ground, **desk.hand)

    return _done(request, number, call, _("The decision is in the register."))


@staff_view("POST")
def hold(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Nothing of this case is erased from now on."""
    complaint = visible_case(desk, number)
    ground = request.POST.get("ground", "")

    def call() -> object:
        return erasure.hold(complaint=complaint, ground=ground, **desk.hand)

    return _done(request, number, call, _("Nothing of this appeal is erased until you lift the hold."))


@staff_view("POST")
def lift(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The terms count again."""
    complaint = visible_case(desk, number)
    return _done(
        request, number, lambda: erasure.lift(complaint=complaint, **desk.hand), _("The hold is lifted.")
    )


def _done(request: HttpRequest, number: str, call: Callable[[], object], said: str) -> HttpResponse:
    """Do it and show the page again, with what was done or why not."""
    try:
        call()
    except NotAllowed as error:
        raise PermissionDenied(error.why.label) from error
    except RuleBroken as error:
        messages.error(request, str(error.message))
    except SomebodyWasFirst:
        messages.info(request, _("Somebody was first: it is decided already."))
    else:
        messages.success(request, said)
    return redirect("staff:data", number=number)
