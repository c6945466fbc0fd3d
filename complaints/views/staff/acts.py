"""One address per act: POST does it, GET opens its form on the case page. Nothing typed is ever lost."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.forms.staff_people import DeathForm
from complaints.models import Complaint, Reclassification
from complaints.services import (
    access_codes,
    closing,
    contact_changes,
    deaths,
    hops,
    identity,
    looks,
    reclassify,
    thread,
    waiting,
    work,
)
from complaints.services.access_codes import NewAccess
from complaints.views.staff.case import REFUSALS, case_page, problem_of
from complaints.views.staff.deeds import BY_NAME
from complaints.views.staff.desk import Desk, staff_page, staff_view, visible_case

Call = Callable[[Complaint, dict[str, Any]], Any]
#: What is said afterwards, or the page that is shown instead; it may depend on what the service made.
Done = str | Callable[[Any], str | HttpResponse]


def perform(
    request: HttpRequest, desk: Desk, number: str, name: str, call: Call, *, done: Done
) -> HttpResponse:
    """The deed's form, one service call, the case page again; or the page with what was typed and why not."""
    complaint = visible_case(desk, number)
    if request.method != "POST":
        return case_page(request, desk, complaint, opened=name)
    deed = BY_NAME[name]
    form = deed.form(request.POST, complaint=complaint, profile=desk.profile, auto_id=f"{name}_%s")
    if not form.is_valid():
        return case_page(request, desk, complaint, bound={name: form})
    try:
        made = call(complaint, form.cleaned_data)
    except REFUSALS as error:
        now_it_is = visible_case(desk, number)
        problem = problem_of(error, now_it_is, form.cleaned_data["seen"])
        return case_page(request, desk, now_it_is, bound={name: form}, problem=problem)
    said = done(made) if callable(done) else done
    if isinstance(said, HttpResponse):
        return said
    messages.success(request, said)
    return redirect("staff:case", number=number)


@staff_view("GET", "POST")
def claim(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, _data: dict[str, Any]) -> object:
        return work.claim(complaint=case, **desk.hand)

    return perform(request, desk, number, "claim", call, done=_("The case is yours."))


@staff_view("GET", "POST")
def release(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, _data: dict[str, Any]) -> object:
        return work.release(complaint=case, **desk.hand)

    return perform(request, desk, number, "release", call, done=_("The case is in the queue again."))


@staff_view("GET", "POST")
def look(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, _data: dict[str, Any]) -> object:
        return looks.looked_at(complaint=case, **desk.hand)

    return perform(request, desk, number, "look", call, done=_("The mark is taken off."))


@staff_view("GET", "POST")
def message(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return thread.post_by_staff(
            complaint=case, text=data["text"], no_health_facts=data["no_health_facts"], token=data["token"],
            **desk.hand,
        )  # fmt: skip

    return perform(request, desk, number, "message", call, done=_("The message is sent."))


@staff_view("GET", "POST")
def note(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return thread.post_by_staff(
            complaint=case, text=data["text"], is_internal=True, is_call=data["is_call"],
            token=data["token"], **desk.hand,
        )  # fmt: skip

    return perform(request, desk, number, "note", call, done=_("The note is saved."))


@staff_view("GET", "POST")
def wait(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return waiting.wait(
            complaint=case, question=data["text"], working_days=data["working_days"],
            no_health_facts=data["no_health_facts"], token=data["token"], **desk.hand,
        )  # fmt: skip

    return perform(request, desk, number, "wait", call, done=_("The question is sent, the clock is paused."))


@staff_view("GET", "POST")
def resume(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, _data: dict[str, Any]) -> object:
        return waiting.resume(complaint=case, **desk.hand)

    return perform(request, desk, number, "resume", call, done=_("The clock runs again."))


@staff_view("GET", "POST")
def escalate(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return hops.escalate(complaint=case, reason=data["reason"], note=data["text"], **desk.hand)

    return perform(request, desk, number, "escalate", call, done=_("The case is with the next tier."))


@staff_view("GET", "POST")
def return_(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return hops.return_to_lower_tier(
            complaint=case, reason=data["reason"], note=data["text"], **desk.hand
        )

    return perform(request, desk, number, "return", call, done=_("The case is with the tier below."))


@staff_view("GET", "POST")
def resolve(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return closing.resolve(
            complaint=case, outcome=data["outcome"], text=data["text"],
            no_health_facts=data["no_health_facts"], sum_claimed=data.get("sum_claimed"),
            sum_refunded=data.get("sum_refunded"), **desk.hand,
        )  # fmt: skip

    return perform(request, desk, number, "resolve", call, done=_("The decision is recorded."))


@staff_view("GET", "POST")
def dispatch(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return closing.record_dispatch(
            complaint=case, way=data["way"], outgoing_number=data["outgoing_number"], **desk.hand
        )

    return perform(request, desk, number, "dispatch_answer", call, done=_("The dispatch is recorded."))


@staff_view("GET", "POST")
def forward(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return closing.forward(complaint=case, to=data["to"], reason=data["reason"], **desk.hand)

    return perform(request, desk, number, "forward", call, done=_("The appeal is forwarded."))


@staff_view("GET", "POST")
def hand_over(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return work.hand_over(
            complaint=case, to=data["to"].user, reason=data["reason"], note=data["text"], **desk.hand
        )

    return perform(request, desk, number, "hand_over", call, done=_("The case is handed over."))


@staff_view("GET", "POST")
def identify(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return identity.confirm_by_document(complaint=case, proof=data["proof"], **desk.hand)

    return perform(request, desk, number, "identify", call, done=_("It is confirmed who is asking."))


@staff_view("GET", "POST")
def renew_code(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The code is on this one page only: it is kept nowhere, not even for a redirect."""

    def call(case: Complaint, data: dict[str, Any]) -> NewAccess:
        return access_codes.renew_by_document(complaint=case, proof=data["proof"], **desk.hand)

    def shown(made: NewAccess) -> HttpResponse:
        return staff_page(request, desk, "new_code.html", {"section": "queue", "made": made})

    return perform(request, desk, number, "renew_code", call, done=shown)


@staff_view("GET", "POST")
def change_contact(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return contact_changes.change_by_document(
            complaint=case, way=data["way"], new=data["new"], proof=data["proof"], **desk.hand
        )

    return perform(request, desk, number, "change_contact", call, done=_("The contact is changed."))


@staff_view("GET", "POST")
def death(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        if data["source"] == DeathForm.MISTAKE:
            return deaths.take_back(complaint=case, **desk.hand)
        return deaths.note(complaint=case, source=data["source"], **desk.hand)

    return perform(request, desk, number, "death", call, done=_("It is noted."))


@staff_view("GET", "POST")
def reclassify_case(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return reclassify.propose(
            complaint=case, kind=data["kind"], category=data["category"], urgency=data["urgency"],
            reason=data["reason"], note=data["text"], **desk.hand,
        )  # fmt: skip

    def done(change: Reclassification) -> str:
        if change.decided_at is None:
            return _("The change is proposed. A colleague or the head decides; until then nothing changes.")
        return _("The classification is changed.")

    return perform(request, desk, number, "reclassify", call, done=done)


@staff_view("GET", "POST")
def decide_reclassification(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return reclassify.decide(
            complaint=case, approve=data["verdict"] == "approve", proposal_id=data["proposal"],
            note=data["text"], **desk.hand,
        )  # fmt: skip

    def done(change: Reclassification) -> str:
        return _("The change holds from now on.") if change.approved else _("The change is refused.")

    return perform(request, desk, number, "decide_reclassification", call, done=done)
