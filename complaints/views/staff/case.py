"""One case on one screen: the card for everybody who sees it, the content for those who work it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.forms.staff import ActForm
from complaints.models import Complaint, History
from complaints.permissions import Act, NotAllowed, can
from complaints.reports.staff import dates as counting
from complaints.reports.staff import proposals
from complaints.reports.staff.calls import calls_of
from complaints.reports.staff.content import content, stamp, talk
from complaints.reports.staff.timeline import since, timeline
from complaints.services import openings
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Event
from complaints.views.staff.deeds import decision_form, offers
from complaints.views.staff.desk import Desk, staff_page, staff_view, visible_case

#: What services raise when an act cannot happen.
REFUSALS = (RuleBroken, SomebodyWasFirst, NotAllowed)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an act did not happen, and what changed since the person looked."""

    status: int
    title: str | Promise
    text: object
    changes: list[History] = field(default_factory=list)


def problem_of(error: Exception, complaint: Complaint, seen: int | None) -> Problem:
    """422 a rule, 409 somebody was first, 403 not allowed; not allowed any more counts as 409."""
    if isinstance(error, RuleBroken):
        return Problem(422, _("This cannot be done like that"), error.message)
    changes = since(complaint, seen)
    text = error.why.label if isinstance(error, NotAllowed) else _("Look at what changed and decide again.")
    if isinstance(error, NotAllowed) and not changes:
        return Problem(403, _("You may not do this"), text)
    return Problem(409, _("The case has changed meanwhile"), text, changes)


def case_page(
    request: HttpRequest, desk: Desk, complaint: Complaint, *, opened: str = "",
    bound: Mapping[str, ActForm] | None = None, problem: Problem | None = None, unmasked: bool = False,
) -> HttpResponse:  # fmt: skip
    """Log the opening, then show what this person may see. What was typed comes back in `bound`."""
    may_open = openings.open_case(complaint=complaint, **desk.hand)
    lines = timeline(complaint)
    seen = lines[-1].history.pk if lines else 0
    made = list(offers(complaint, desk.profile, opened=opened, bound=bound or {}, seen=seen))
    has_refused = any(line.history.event == Event.CONTACT_REFUSED for line in lines)
    words = content(complaint, desk.profile, has_refused=has_refused) if may_open else None
    context = {
        "section": "queue", "complaint": complaint, "zone": complaint.branch.time_zone, "content": words,
        "lines": lines, "seen": seen, "offers": made, "problem": problem, "unmasked": unmasked,
        "proposal": proposals.waiting(complaint, desk.profile, words),
        "decision": decision_form(complaint, desk.profile, bound or {}),
        "form": next(iter((bound or {}).values()), None), "calls": calls_of(complaint, desk.profile),
    }  # fmt: skip
    failed = 422 if bound else 200
    return staff_page(request, desk, "case.html", context, status=problem.status if problem else failed)


@staff_view("GET")
def case(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The case page."""
    return case_page(request, desk, visible_case(desk, number))


@staff_view("GET", "HEAD")
def thread(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The messages alone, or "unchanged". Opening them anew is logged like the page.

    HEAD, of a page that nobody looks at, tells no more than that there is news: it counts as read by nobody.
    """
    complaint = visible_case(desk, number)
    if not can(desk.profile, Act.OPEN, complaint):
        return HttpResponse(status=403)
    etag = f'"{stamp(complaint)}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    if request.method == "HEAD":
        return HttpResponse(headers={"ETag": etag})
    openings.open_case(complaint=complaint, **desk.hand)
    said = talk(complaint)
    context = {
        "complaint": complaint, "card": complaint.card, "talk": said, "zone": complaint.branch.time_zone,
    }  # fmt: skip
    response = render(request, "staff/parts/thread.html", context)
    response["ETag"] = f'"{said.stamp}"'
    return response


@staff_view("GET", "POST")
def unmask(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Show policy number and phone in full; who did it and when is logged."""
    complaint = visible_case(desk, number)
    if request.method != "POST":
        return case_page(request, desk, complaint)
    try:
        openings.unmask(complaint=complaint, **desk.hand)
    except NotAllowed as error:
        return case_page(request, desk, complaint, problem=problem_of(error, complaint, None))
    return case_page(request, desk, complaint, unmasked=True)


@staff_view("GET")
def dates(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """How the tier's moment and the date of the answer were counted."""
    complaint = visible_case(desk, number)
    context = {
        "section": "queue", "complaint": complaint, "zone": complaint.branch.time_zone,
        "counted": counting.how_counted(complaint),
    }  # fmt: skip
    return staff_page(request, desk, "dates.html", context)
