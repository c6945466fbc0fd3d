"""Beside the work on a case: the same event in other appeals, no answer on the merits, its incident."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.forms.bonds import (
    ChooseIncidentForm,
    DecideLeavingForm,
    LeavingForm,
    LinkForm,
    NoticeForm,
    UnlinkForm,
)
from complaints.forms.staff import ActForm
from complaints.models import Complaint
from complaints.permissions import Act, NotAllowed, can, refusal
from complaints.reports.staff import beside_case, duplicates, leavings
from complaints.reports.staff import incidents as incident_report
from complaints.services import incidents, linking, openings, without_answer, work_drafts
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.views.staff.deeds import DECIDE_LEAVING, LEAVING, LINKING, Deed, Offer, with_kept
from complaints.views.staff.desk import Desk, staff_page, staff_view, visible_case


def done(form: Form | None, call: Callable[[], object]) -> bool:
    """One service call. What a rule refuses is said at the form; raises PermissionDenied."""
    try:
        call()
    except NotAllowed as error:
        raise PermissionDenied(error.why.label) from error
    except RuleBroken as error:
        if form is None:
            raise PermissionDenied(str(error.message)) from error
        form.add_error(None, str(error.message))
        return False
    except SomebodyWasFirst:
        if form is None:
            raise PermissionDenied(_("Somebody was first: it is decided already.")) from None
        form.add_error(None, _("The case has changed meanwhile. Look at it and decide again."))
        return False
    return True


@staff_view("GET")
def beside(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The panel beside a case that is open already; asked for after its page has been shown."""
    complaint = visible_case(desk, number)
    if not can(desk.profile, Act.OPEN, complaint):
        raise PermissionDenied(_("The case is with another tier."))
    context = {
        "complaint": complaint, "bonds": beside_case.beside(complaint, desk.profile),
        "may_leave": can(desk.profile, Act.LEAVE, complaint),
    }  # fmt: skip
    return staff_page(request, desk, "parts/bonds.html", context)


@staff_view("GET", "POST")
def links(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """What is linked, what looks like the same event, and a form for any other number."""
    complaint = _opened(desk, number)
    form = LinkForm(request.POST or None, complaint=complaint, profile=desk.profile)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        other = incident_report.card_by_number(desk.profile, wanted["number"])
        if other is None:
            form.add_error("number", _("You see no appeal with this number. Ask for it once more."))
        elif done(
            form,
            lambda: linking.link(complaint=complaint, other=other, reason=wanted["reason"], **desk.hand),
        ):
            _sent(desk, complaint, LINKING, form)
            messages.success(request, _("The appeals are linked. The earliest date counts for both."))
            return redirect("staff:links", number=number)
    linked = duplicates.linked(complaint, desk.profile)
    return _page(request, desk, complaint, "links.html", form, {
        "linked": linked, "form": form, "unlink_form": UnlinkForm(auto_id=False),
        "typed": _kept(request, desk, complaint, LINKING, form),
        "likely": duplicates.likely(complaint, desk.profile, known=[each.case.pk for each in linked]),
        "may_unlink": refusal(desk.profile, Act.UNLINK, complaint) is None,
    })  # fmt: skip


@staff_view("POST")
def unlink(request: HttpRequest, desk: Desk, number: str, link_id: int) -> HttpResponse:
    """It was another event."""
    complaint = _opened(desk, number)
    link = duplicates.link_of(complaint, link_id)
    if link is None:
        raise Http404
    form = UnlinkForm(request.POST)
    if form.is_valid() and done(
        form,
        lambda: linking.unlink(
            link=link, complaint=complaint, reason=form.cleaned_data["reason"], **desk.hand
        ),
    ):
        messages.success(request, _("The link is ended. Each appeal has the date of its own registration."))
    else:
        messages.error(request, _("Choose why they are not one event."))
    return redirect("staff:links", number=number)


@staff_view("GET", "POST")
def without(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Propose to leave it without an answer; or what was proposed, decided, and told."""
    complaint = _opened(desk, number)
    form = _leaving_form(request.POST or None, desk, complaint)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        if done(
            form,
            lambda: without_answer.propose(
                complaint=complaint, ground=asked["ground"], urgency_looked=asked["urgency_looked"],
                note=asked["text"], **desk.hand,
            ),
        ):  # fmt: skip
            _sent(desk, complaint, LEAVING, form)
            messages.success(request, _("A colleague or the head decides now. Until then nothing changes."))
            return redirect("staff:without_answer", number=number)
    return _leaving_page(request, desk, complaint, form=form)


@staff_view("POST")
def decide_without(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The second person agrees or refuses."""
    complaint = _opened(desk, number)
    form = DecideLeavingForm(request.POST, complaint=complaint, profile=desk.profile)
    if form.is_valid():
        said = form.cleaned_data
        if done(
            form,
            lambda: without_answer.decide(
                complaint=complaint, leaving_id=said["leaving"], approve=said["verdict"] == "approve",
                urgency_looked=said["urgency_looked"], note=said["text"], **desk.hand,
            ),
        ):  # fmt: skip
            _sent(desk, complaint, DECIDE_LEAVING, form)
            messages.success(request, _("The decision is recorded."))
            return redirect("staff:without_answer", number=number)
    return _leaving_page(request, desk, complaint, decision=form)


@staff_view("POST")
def notice(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """The letter with the ground left."""
    complaint = _opened(desk, number)
    form = NoticeForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        if done(form, lambda: without_answer.record_notice(complaint=complaint, **said, **desk.hand)):
            messages.success(request, _("The dispatch is recorded."))
            return redirect("staff:without_answer", number=number)
    return _leaving_page(request, desk, complaint, notice=form)


@staff_view("GET", "POST")
def incident(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Put the case into an open incident of its branch, or take it out."""
    complaint = _opened(desk, number)
    open_ones = incident_report.open_of_branch(complaint)
    form = ChooseIncidentForm(request.POST or None, incidents=open_ones)
    if request.method == "POST" and "leave" in request.POST:
        done(None, lambda: incidents.set_apart(complaint=complaint, **desk.hand))
        messages.success(
            request, _("The case is taken out of the incident. Nothing gathers it again by itself.")
        )
        return redirect("staff:case", number=number)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["incident"]
        if done(form, lambda: incidents.add_case(incident=chosen, complaint=complaint, **desk.hand)):
            messages.success(request, _("The case belongs to the incident now."))
            return redirect("staff:case", number=number)
    context = {"form": form, "fitting": incident_report.offered_to(complaint)}
    return _page(request, desk, complaint, "incident_of_case.html", form, context)


def _opened(desk: Desk, number: str) -> Complaint:
    """These pages show what the case is about: only for who opens it, and each opening is logged."""
    complaint = visible_case(desk, number)
    if not openings.open_case(complaint=complaint, **desk.hand):
        raise PermissionDenied(_("The case is with another tier."))
    return complaint


def _leaving_form(sent: QueryDict | None, desk: Desk, complaint: Complaint) -> LeavingForm:
    grounds = leavings.grounds(complaint, desk.now)
    return LeavingForm(sent, grounds=grounds, complaint=complaint, profile=desk.profile)


def _kept(request: HttpRequest, desk: Desk, complaint: Complaint, deed: Deed, form: ActForm) -> Offer:
    """The form with what this person has typed into it before and not sent."""
    kept = work_drafts.of_act(complaint=complaint, act=deed.name, by=desk.user)
    return with_kept(deed, form, kept, request.GET.get("draft", ""))


def _sent(desk: Desk, complaint: Complaint, deed: Deed, form: ActForm) -> None:
    """Its unsent text ends."""
    if reference := form.cleaned_data["draft"]:
        work_drafts.sent(complaint=complaint, act=deed.name, reference=reference, by=desk.user)


def _leaving_page(
    request: HttpRequest, desk: Desk, complaint: Complaint, *, form: LeavingForm | None = None,
    decision: DecideLeavingForm | None = None, notice: NoticeForm | None = None,
) -> HttpResponse:  # fmt: skip
    page = leavings.leaving_page(complaint, desk.profile)
    asked = {"leaving": page.waiting.pk if page.waiting else None}
    proposal = form or _leaving_form(None, desk, complaint)
    verdict = decision or DecideLeavingForm(complaint=complaint, profile=desk.profile, initial=asked)
    deed, typed = (DECIDE_LEAVING, verdict) if page.waiting else (LEAVING, proposal)
    context: dict[str, Any] = {
        "page": page, "form": proposal, "decision": verdict, "notice_form": notice or NoticeForm(),
        "typed": _kept(request, desk, complaint, deed, typed),
    }  # fmt: skip
    bound = next((each for each in (form, decision, notice) if each is not None and each.is_bound), None)
    return _page(request, desk, complaint, "without_answer.html", bound, context)


def _page(
    request: HttpRequest, desk: Desk, complaint: Complaint, template: str, form: Form | None,
    context: dict[str, Any],
) -> HttpResponse:  # fmt: skip
    shared = {
        "section": "queue", "complaint": complaint, "zone": complaint.branch.time_zone, "bound": form,
    }  # fmt: skip
    status = 422 if form is not None and form.is_bound else 200
    return staff_page(request, desk, template, shared | context, status=status)
