"""Rules of time: an insurer's administrator tries a change out and puts it in force; funds agree or not."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.forms.rules import ConsentForm, RuleForm
from complaints.reports.staff import rules as report
from complaints.reports.staff.region import is_of_fund
from complaints.reports.staff.themes import themes_on
from complaints.services import rule_proposals as service
from complaints.services.rule_proposals import ProposalRefused
from complaints.views.staff.dashboard import number_in
from complaints.views.staff.desk import Desk, staff_page, staff_view
from representatives.reauthentication import identity_required


@staff_view("GET")
def rules(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The rules of one insurer in words, and changes under way."""
    _require(desk, funds_too=True)
    found = report.rules(desk.profile, number_in(request, "insurer"), desk.now)
    if found is None:
        raise Http404
    return staff_page(request, desk, "rules.html", {"section": "dashboard", "rules": found})


@identity_required
@staff_view("GET", "POST")
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Write a change; sending it counts what it would do. `?rule=` begins with a rule that is there."""
    _require(desk, funds_too=False)
    form = _form(request, desk)
    if form.is_bound and form.is_valid():
        try:
            made = service.try_out(
                insurer=form.cleaned_data["insurer"], values=form.values(), starts_at=form.starts_at(),
                **desk.hand,
            )  # fmt: skip
        except ProposalRefused as error:
            form.add_error("starts_on" if error.code == "past" else None, str(error.message))
        else:
            return redirect("staff:rule_proposal", proposal_id=made.pk)
    context = {"section": "dashboard", "form": form}
    return staff_page(request, desk, "rule_new.html", context, status=422 if form.is_bound else 200)


@staff_view("GET")
def proposal(request: HttpRequest, desk: Desk, proposal_id: int) -> HttpResponse:
    """What a change would do, and what may be done about it; renews itself while it is counted."""
    return _page(request, desk, _shown(desk, proposal_id), ConsentForm())


@identity_required
@staff_view("POST")
def settle(request: HttpRequest, desk: Desk, proposal_id: int) -> HttpResponse:
    """Put it in force, ask the funds, or take it back."""
    shown = _shown(desk, proposal_id)
    acts = {"in_force": service.put_in_force, "ask": service.ask_funds, "drop": service.take_back}
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        return _page(request, desk, shown, ConsentForm(), status=422)
    try:
        act(proposal=shown.proposal, **desk.hand)
    except ProposalRefused as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Done. Open appeals follow within minutes."))
    return redirect("staff:rule_proposal", proposal_id=proposal_id)


@identity_required
@staff_view("POST")
def decide(request: HttpRequest, desk: Desk, proposal_id: int) -> HttpResponse:
    """The fund agrees or refuses."""
    shown = _shown(desk, proposal_id)
    if not shown.own_funds:
        raise PermissionDenied(_("The head of the fund decides about this."))
    form = ConsentForm(request.POST)
    if form.is_valid():
        try:
            service.decide(
                proposal=shown.proposal, fund=shown.own_funds[0], agreed="agree" in request.POST,
                reason=form.cleaned_data["reason"], **desk.hand,
            )  # fmt: skip
        except ProposalRefused as error:
            form.add_error("reason" if error.code == "reason" else None, str(error.message))
        else:
            messages.success(request, _("Noted. The insurer sees it at once."))
            return redirect("staff:rule_proposal", proposal_id=proposal_id)
    return _page(request, desk, shown, form, status=422)


def _form(request: HttpRequest, desk: Desk) -> RuleForm:
    insurers = report.insurers_of(desk.profile)
    themes = themes_on(desk.now.date())
    if request.method == "POST":
        return RuleForm(request.POST, insurers=insurers, themes=themes)
    rule_id = number_in(request, "rule")
    rule = report.rule_of(desk.profile, rule_id) if rule_id else None
    return RuleForm(initial=RuleForm.starting_from(rule) if rule else {}, insurers=insurers, themes=themes)


def _require(desk: Desk, *, funds_too: bool) -> None:
    is_fund = funds_too and bool(desk.profile.headed_branch_ids) and is_of_fund(desk.profile)
    if not (desk.profile.insurer_ids or is_fund):
        raise PermissionDenied(_("Rules of time are for administrators of insurers and for heads of funds."))


def _shown(desk: Desk, proposal_id: int) -> report.Shown:
    found = report.shown(desk.profile, proposal_id, desk.now)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, desk: Desk, shown: report.Shown, form: ConsentForm, *, status: int = 200
) -> HttpResponse:
    context = {"section": "dashboard", "shown": shown, "form": form}
    return staff_page(request, desk, "rule_proposal.html", context, status=status)
