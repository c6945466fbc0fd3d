"""One address per act: POST does it, GET opens its form on the case page. Nothing typed is ever lost."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.forms.staff import ActForm
from complaints.forms.staff_people import DeathForm
from complaints.models import AnswerProposal, Complaint, Reclassification
from complaints.reports.staff.following import next_of_mine
from complaints.services import (
    access_codes,
    attachments,
    clinics,
    closing,
    contact_changes,
    deaths,
    dispatching,
    extending,
    hops,
    identity,
    looks,
    naming,
    reclassify,
    second_eyes,
    waiting,
    work,
    work_drafts,
)
from complaints.services.access_codes import NewAccess
from complaints.services.filing import Filed
from complaints.services.meanwhile import unless_changed
from complaints.views.staff.case import REFUSALS, case_page, problem_of
from complaints.views.staff.deeds import BY_NAME
from complaints.views.staff.desk import Desk, staff_page, staff_view, visible_case

Call = Callable[[Complaint, dict[str, Any]], Any]
#: What is said afterwards, or the page that is shown instead; it may depend on what the service made.
Done = str | Callable[[Any], str | HttpResponse]


def perform(
    request: HttpRequest, desk: Desk, number: str, name: str, call: Call, *, done: Done, guarded: bool = True
) -> HttpResponse:
    """The deed's form, one service call, the case page again; or the page with what was typed and why not.

    A guarded act does not happen on a case that others changed since the page was made.
    """
    complaint = visible_case(desk, number)
    if request.method != "POST":
        return case_page(request, desk, complaint, opened=name)
    form = BY_NAME[name].form(
        request.POST, request.FILES, complaint=complaint, profile=desk.profile, auto_id=f"{name}_%s"
    )
    if not form.is_valid():
        return case_page(request, desk, complaint, bound={name: form})
    try:
        made = _made(desk, complaint, form.cleaned_data, call, guarded=guarded)
    except REFUSALS as error:
        now_it_is = visible_case(desk, number)
        problem = problem_of(error, now_it_is, form.cleaned_data["seen"])
        return case_page(request, desk, now_it_is, bound={name: form}, problem=problem)
    return _after(request, desk, complaint, form, done(made) if callable(done) else done)


def _made(desk: Desk, complaint: Complaint, data: dict[str, Any], call: Call, *, guarded: bool) -> Any:
    if not guarded:
        return call(complaint, data)
    return unless_changed(
        complaint=complaint, seen=data["seen"], read=data.get("read"), by=desk.user,
        act=partial(call, complaint, data),
    )  # fmt: skip


def _after(
    request: HttpRequest, desk: Desk, complaint: Complaint, form: ActForm, said: str | HttpResponse
) -> HttpResponse:
    """The unsent text is sent now; then the page of the service, the next case or this one again."""
    if "draft" in form.cleaned_data:
        name = str(form.auto_id).removesuffix("_%s")
        reference = form.cleaned_data["draft"]
        work_drafts.sent(complaint=complaint, act=name, reference=reference, by=desk.user)
    if isinstance(said, HttpResponse):
        return said
    messages.success(request, said)
    if request.POST.get("then") == "next":
        return next_case(request, desk, complaint)
    return redirect("staff:case", number=complaint.number)


def next_case(request: HttpRequest, desk: Desk, complaint: Complaint) -> HttpResponse:
    """The next of the queue; none to take: of the own ones; none either: the queue, and it says so."""
    taken = work.take_next(**desk.hand)
    following = taken or next_of_mine(desk.profile, complaint)
    if following is None:
        messages.info(request, _("That was the last one: nothing waits in the queue or in your hands."))
        return redirect("staff:queue")
    said = _("You have taken the next case.") if taken else _("This is the next of your cases.")
    messages.info(request, said)
    return redirect("staff:case", number=following.number)


@staff_view("GET", "POST")
def claim(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, _data: dict[str, Any]) -> object:
        return work.claim(complaint=case, **desk.hand)

    return perform(request, desk, number, "claim", call, done=_("The case is yours."), guarded=False)


@staff_view("GET", "POST")
def release(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, _data: dict[str, Any]) -> object:
        return work.release(complaint=case, **desk.hand)

    return perform(request, desk, number, "release", call, done=_("The case is in the queue again."))


@staff_view("GET", "POST")
def look(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, _data: dict[str, Any]) -> object:
        return looks.looked_at(complaint=case, **desk.hand)

    return perform(request, desk, number, "look", call, done=_("The mark is taken off."), guarded=False)


@staff_view("GET", "POST")
def message(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Write; pressed as "send and wait", the message is the question of a pause."""
    waits = request.POST.get("then") == "wait"

    def call(case: Complaint, data: dict[str, Any]) -> object:
        sent = attachments.post_by_staff(
            complaint=case, files=data["attached"], text=data["text"], token=data["token"],
            no_health_facts=data["no_health_facts"], **desk.hand,
        )  # fmt: skip
        return (
            waiting.pause(complaint=case, working_days=data["working_days"], **desk.hand) if waits else sent
        )

    said = _("The question is sent, the clock is paused.") if waits else _("The message is sent.")
    return perform(request, desk, number, "message", call, done=said)


@staff_view("GET", "POST")
def note(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return attachments.post_by_staff(
            complaint=case, files=data["attached"], text=data["text"], token=data["token"], is_internal=True,
            is_call=data["is_call"], **desk.hand,
        )  # fmt: skip

    return perform(request, desk, number, "note", call, done=_("The note is saved."), guarded=False)


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
            sum_refunded=data.get("sum_refunded"), files=data["attached"], **desk.hand,
        )  # fmt: skip

    def done(case: Complaint) -> str:
        if case.resolved_at is None:
            return _("The answer waits for a second person. Until they agree nothing is sent.")
        return _("The decision is recorded.")

    return perform(request, desk, number, "resolve", call, done=done)


@staff_view("GET", "POST")
def review_answer(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return second_eyes.decide(
            complaint=case, proposal_id=data["proposal"], approve=data["verdict"] == "approve",
            reason=data["text"], **desk.hand,
        )  # fmt: skip

    def done(proposal: AnswerProposal) -> str:
        if proposal.approved:
            return _("The answer is given.")
        return _("The answer is with its author again, with your words.")

    return perform(request, desk, number, "review_answer", call, done=done)


@staff_view("GET", "POST")
def dispatch(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return dispatching.record_dispatch(
            complaint=case, way=data["way"], outgoing_number=data["outgoing_number"],
            signatory=data["signatory"], sent_on=data["sent_on"], files=data["attached"], **desk.hand,
        )  # fmt: skip

    return perform(request, desk, number, "dispatch_answer", call, done=_("The dispatch is recorded."))


@staff_view("GET", "POST")
def forward(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return closing.forward(complaint=case, to=data["to"], reason=data["reason"], **desk.hand)

    def done(filed: Filed) -> str:
        said = _("The appeal is forwarded. There it is No. %(number)s: the applicant opens it from this one.")
        return said % {"number": filed.number}

    return perform(request, desk, number, "forward", call, done=done)


@staff_view("GET", "POST")
def extend(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> Complaint:
        return extending.extend(
            complaint=case, days=data["days"], reason=data["reason"], text=data["text"], **desk.hand
        )

    def done(case: Complaint) -> str:
        due = date_format(case.answer_due_on or "", "j E Y")
        return _("The answer is due by %(day)s now. The applicant reads why.") % {"day": due}

    return perform(request, desk, number, "extend", call, done=done)


@staff_view("GET", "POST")
def reopen(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Number and code of the new appeal are on this one page only."""

    def call(case: Complaint, data: dict[str, Any]) -> Filed:
        return closing.reopen(complaint=case, text=data["text"], **desk.hand)

    def shown(filed: Filed) -> HttpResponse:
        return staff_page(request, desk, "reopened.html", {"section": "queue", "filed": filed})

    return perform(request, desk, number, "reopen", call, done=shown)


@staff_view("GET", "POST")
def note_naming(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return naming.note(complaint=case, allowed=data["allowed"], **desk.hand)

    return perform(request, desk, number, "naming", call, done=_("It is noted."))


@staff_view("GET", "POST")
def name_clinic(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    def call(case: Complaint, data: dict[str, Any]) -> object:
        return clinics.name(
            complaint=case, organisation=data["organisation"], words=data["clinic"], **desk.hand
        )

    return perform(request, desk, number, "clinic", call, done=_("The clinic is named."))


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

    # A proposal that no longer fits lapses, and that stays though the decision is refused: no guard.
    return perform(request, desk, number, "decide_reclassification", call, done=done, guarded=False)
