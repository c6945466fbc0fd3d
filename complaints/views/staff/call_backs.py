"""Calls that people wait for: the list, one call with its recording, and what came of it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.forms.voices import FailedCallForm, ReachedForm, WriteDownForm
from complaints.models import Complaint
from complaints.permissions import Act, can
from complaints.reports.staff import call_backs as report
from complaints.reports.staff import letters
from complaints.reports.staff.lists import count_text
from complaints.services import call_attempts, openings, thread, work, writing_down
from complaints.states import Status
from complaints.views.staff.case import REFUSALS, problem_of
from complaints.views.staff.desk import Desk, staff_page, staff_view, visible_case


@staff_view("GET")
def call_backs(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who waits for a call, the oldest promise first."""
    page = report.page_of(desk.profile, request.GET.get("cursor", ""))
    context = {
        "section": "call_backs", "page": page, "rows": report.described(page.rows, desk.now),
        "count": count_text(report.count_for(desk.profile)), "sees_letters": letters.may_see(desk.profile),
    }  # fmt: skip
    return staff_page(request, desk, "call_backs.html", context)


@staff_view("GET", "POST")
def call(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """One call: GET shows it; POST takes the case and shows the phone, which is logged."""
    complaint = visible_case(desk, number)
    if request.method != "POST":
        return _page(request, desk, complaint)
    try:
        if complaint.status == Status.NEW:
            work.claim(complaint=complaint, **desk.hand)
        openings.unmask(complaint=complaint, **desk.hand)
    except REFUSALS as error:
        return _refused(request, desk, number, error)
    return _page(request, desk, visible_case(desk, number), unmasked=True)


@staff_view("POST")
def call_failed(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Nobody answered: the next call is promised, or a letter."""
    form = FailedCallForm(request.POST)

    def made(case: Complaint) -> HttpResponse:
        attempt = call_attempts.failed(complaint=case, result=form.cleaned_data["result"], **desk.hand)
        if attempt.place < call_attempts.MOST_CALLS:
            messages.success(request, _("The call is written down. The next one is promised."))
            return redirect("staff:call_backs")
        messages.info(request, _("That was the last call. Read the note in the case: what to do instead."))
        return redirect("staff:case", number=number)

    return _perform(request, desk, number, form, made, failed_form=form)


@staff_view("POST")
def call_reached(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Somebody answered: what was said is noted, the promise is kept."""
    form = ReachedForm(request.POST)

    def made(case: Complaint) -> HttpResponse:
        data = form.cleaned_data
        thread.post_by_staff(
            complaint=case, text=data["text"], is_internal=True, is_call=True, token=data["token"],
            **desk.hand,
        )  # fmt: skip
        messages.success(request, _("The call is written down."))
        return redirect("staff:case", number=number)

    return _perform(request, desk, number, form, made, reached_form=form)


@staff_view("GET", "POST")
def write_down(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """What was said becomes an appeal. Number and code stand on the one page that follows."""
    if request.method != "POST":
        return _page(request, desk, visible_case(desk, number))
    themes, case = report.themes_on(desk.now.date()), visible_case(desk, number)
    form = WriteDownForm(request.POST, categories=themes, complaint=case, auto_id="write_%s")

    def made(case: Complaint) -> HttpResponse:
        done = writing_down.write_down(complaint=case, words=form.words(), **desk.hand)
        if done.access is None:
            messages.success(request, _("It is written down."))
            return redirect("staff:case", number=number)
        return staff_page(request, desk, "first_code.html", {"section": "call_backs", "made": done.access})

    return _perform(request, desk, number, form, made, write_form=form)


Made = Callable[[Complaint], HttpResponse]


def _perform(
    request: HttpRequest, desk: Desk, number: str,
    form: FailedCallForm | ReachedForm | WriteDownForm, made: Made, **bound: object,
) -> HttpResponse:  # fmt: skip
    """The form, one service call, the next page; or this page again with what was typed, and why not."""
    complaint = visible_case(desk, number)
    if not form.is_valid():
        return _page(request, desk, complaint, status=422, form=form, **bound)
    try:
        return made(complaint)
    except REFUSALS as error:
        return _refused(request, desk, number, error, **bound)


def _refused(
    request: HttpRequest, desk: Desk, number: str, error: Exception, **bound: object
) -> HttpResponse:
    complaint = visible_case(desk, number)
    problem = problem_of(error, complaint, None)
    return _page(request, desk, complaint, status=problem.status, problem=problem, **bound)


def _page(
    request: HttpRequest, desk: Desk, complaint: Complaint, *, status: int = 200, **more: object
) -> HttpResponse:
    """Log the opening, then show recording, hours and forms to who may read the case."""
    may_open = openings.open_case(complaint=complaint, **desk.hand)
    themes = report.themes_on(desk.now.date())
    context = {
        "section": "call_backs", "complaint": complaint, "zone": complaint.branch.time_zone,
        "waiting": report.described([complaint], desk.now)[0], "may_open": may_open,
        "may_write": can(desk.profile, Act.MESSAGE, complaint),
        "attempts": report.attempts_of(complaint) if may_open else (),
        "failed_form": FailedCallForm(auto_id="failed_%s"), "reached_form": ReachedForm(auto_id="reached_%s"),
    }  # fmt: skip
    if may_open and "write_form" not in more:
        context["write_form"] = WriteDownForm(categories=themes, complaint=complaint, auto_id="write_%s")
    return staff_page(request, desk, "call.html", context | more, status=status)
