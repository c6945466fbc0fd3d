"""One case on one screen: the card for everybody who sees it, the content for those who work it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.file_types import FileRefused
from complaints.forms.staff import ActForm
from complaints.models import Complaint, History
from complaints.permissions import Act, NotAllowed, can, may_call_clinics
from complaints.reports.staff import dates as counting
from complaints.reports.staff import proposals
from complaints.reports.staff.beside import beside
from complaints.reports.staff.calls import calls_of
from complaints.reports.staff.content import Content, content, stamp, talk
from complaints.reports.staff.replies import scripts
from complaints.reports.staff.timeline import since, timeline
from complaints.services import attachments, openings
from complaints.services.meanwhile import ApplicantWrote
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Event
from complaints.views.staff.deeds import DECISION, REVIEW, Screen, offer_beside, offers
from complaints.views.staff.desk import Desk, staff_page, staff_view, visible_case

#: What services raise when an act cannot happen.
REFUSALS = (RuleBroken, SomebodyWasFirst, NotAllowed, FileRefused)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an act did not happen, and what changed since the person looked."""

    status: int
    title: str | Promise
    text: object
    changes: list[History] = field(default_factory=list)


_CHANGED = _("Look at what changed. If what you typed still fits, press the button once more.")
_WROTE = _("Read the new message below. If your text still fits, press the button once more.")


def problem_of(error: Exception, complaint: Complaint, seen: int | None) -> Problem:
    """422 a rule, 409 somebody was first, 403 not allowed; not allowed any more counts as 409."""
    if isinstance(error, RuleBroken):
        return Problem(422, _("This cannot be done like that"), error.message)
    if isinstance(error, FileRefused):
        return Problem(422, _("This cannot be done like that"), attachments.explain(error))
    changes = since(complaint, seen)
    if isinstance(error, ApplicantWrote):
        return Problem(409, _("The applicant has written meanwhile"), _WROTE, changes)
    if isinstance(error, NotAllowed) and not changes:
        return Problem(403, _("You may not do this"), error.why.label)
    text = error.why.label if isinstance(error, NotAllowed) else _CHANGED
    return Problem(409, _("The case has changed meanwhile"), text, changes)


def case_page(
    request: HttpRequest, desk: Desk, complaint: Complaint, *, opened: str = "",
    bound: Mapping[str, ActForm] | None = None, problem: Problem | None = None, unmasked: bool = False,
) -> HttpResponse:  # fmt: skip
    """Log the opening, then show what this person may see. What was typed comes back in `bound`."""
    may_open = openings.open_case(complaint=complaint, **desk.hand)
    lines = timeline(complaint)
    has_refused = any(line.history.event == Event.CONTACT_REFUSED for line in lines)
    words = content(complaint, has_refused=has_refused) if may_open else None
    screen = Screen(
        opened=opened or _next_step(complaint, desk),
        bound=bound or {},
        seen=lines[-1].history.pk if lines else 0,
        read=words.talk.last_id if words else 0,
        draft=request.GET.get("draft", ""),
    )
    screen.renew()
    context = {
        "section": "queue", "complaint": complaint, "zone": complaint.branch.time_zone, "content": words,
        "lines": lines, "seen": screen.seen, "problem": problem, "unmasked": unmasked,
        "form": next(iter(screen.bound.values()), None), "calls": calls_of(complaint, desk.profile),
    }  # fmt: skip
    context |= _what_can_be_done(desk, complaint, screen, words)
    failed = 422 if bound else 200
    return staff_page(request, desk, "case.html", context, status=problem.status if problem else failed)


def _what_can_be_done(
    desk: Desk, complaint: Complaint, screen: Screen, words: Content | None
) -> dict[str, object]:
    """Forms, proposals, texts and cases beside: for those who open the content, all of it."""
    around = beside(complaint, complaint.card, desk.profile, desk.now) if words else None
    drafts = around.drafts_first(screen.draft) if around else []
    shared = (complaint, desk.profile, screen)
    spoken = None
    if around and may_call_clinics(desk.profile):
        spoken = scripts(complaint, complaint.card, around.texts, by=desk.user, now=desk.now)
    return {
        "offers": list(offers(complaint, desk.profile, screen, drafts=drafts)),
        "proposal": proposals.waiting(complaint, desk.profile, words),
        "answer_proposal": proposals.answer_waiting(complaint, desk.profile) if words else None,
        "decision": offer_beside(DECISION, *shared, drafts=drafts),
        "review": offer_beside(REVIEW, *shared, drafts=drafts),
        "beside": around,
        "scripts": spoken,
        "may_wait": can(desk.profile, Act.WAIT, complaint),
        "may_change_people": can(desk.profile, Act.IDENTIFY, complaint),
    }


def _next_step(complaint: Complaint, desk: Desk) -> str:
    """What a decided case waits for stands open already."""
    return "dispatch_answer" if can(desk.profile, Act.DISPATCH, complaint) else ""


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
