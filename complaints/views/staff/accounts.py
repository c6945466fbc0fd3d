"""Accounts of staff: who has one, inviting, rights, closing and opening, a lost second step."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.forms.accounts import (
    DetailsForm,
    FindPersonForm,
    InviteForm,
    OwnContactForm,
    PlaceForm,
    WhyForm,
)
from complaints.reports.staff import accounts as report
from complaints.services import departures
from complaints.views.staff.dashboard import number_in
from complaints.views.staff.desk import Desk, staff_page, staff_view
from omsportal.platform import limiter
from representatives import details, invitations, rights
from representatives.models import WHY_FACTOR, WHY_OFF, WHY_ON, AccountReason
from representatives.reach import AccountRefused, Reach, reach_of
from representatives.reauthentication import identity_required

#: Invitations that one person sends in an hour, lists of staff included.
INVITATIONS = (600, 3600)
TOO_MANY = gettext_lazy("You have sent very many invitations. Wait an hour.")


@staff_view("GET", "POST")
def accounts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody of one branch, `?branch=` chooses; POST finds a name in all of them."""
    reach = within(desk)
    found = report.accounts(reach, number_in(request, "branch"), desk.now)
    if found is None:
        raise Http404
    form = FindPersonForm(request.POST or None)
    people = report.found(reach, form.cleaned_data["query"], desk.now) if form.is_valid() else None
    context = {"section": "dashboard", "accounts": found, "form": form, "people": people}
    status = 422 if form.is_bound and people is None else 200
    return staff_page(request, desk, "accounts.html", context, status=status)


@identity_required
@staff_view("GET", "POST")
def invite(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new account and the e-mail with the link."""
    reach = within(desk)
    form = InviteForm(request.POST or None, reach=reach, branches=report.branches_in(reach))
    if form.is_bound and form.is_valid() and count_invitations(desk, form):
        try:
            made = invitations.invite(
                **form.person(), place=form.place(), by=desk.user, reach=reach, now=desk.now
            )
        except AccountRefused as error:
            blame(form, error)
        else:
            messages.success(request, _("Invited. The e-mail with the link is on its way."))
            return redirect("staff:account", user_id=made.user_id)
    context = {"section": "dashboard", "form": form}
    return staff_page(request, desk, "invite.html", context, status=422 if form.is_bound else 200)


@identity_required
@staff_view("GET")
def account(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    """What somebody has, what was done, and what may be done."""
    return _page(request, desk, _account(desk, user_id))


@identity_required
@staff_view("POST")
def account_rights(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    """Tier, branches, head, administrator."""
    shown, reach = _account(desk, user_id), within(desk)
    form = PlaceForm(request.POST, reach=reach, branches=report.branches_in(reach))

    def call() -> str:
        rights.change(user=shown.row.user, place=form.place(), by=desk.user, reach=reach, now=desk.now)
        return _("Saved. It holds from their next click on; what no longer fits goes back to its queue.")

    return _settled(request, desk, shown, form, "rights", call)


@identity_required
@staff_view("POST")
def account_details(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    """Name, e-mail, phone."""
    shown, form = _account(desk, user_id), DetailsForm(request.POST)

    def call() -> str:
        wanted = details.Details(**form.person())
        details.change(user=shown.row.user, details=wanted, by=desk.user, reach=within(desk), now=desk.now)
        if shown.row.invitation is not None and wanted.email != shown.row.user.email.lower():
            return _("Saved. The invitation went to the old address and opens nothing now: send a new link.")
        return _("Saved. Whoever had the old address is told by e-mail.")

    return _settled(request, desk, shown, form, "details", call)


@identity_required
@staff_view("GET", "POST")
def own_contact(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One's own e-mail and phone."""
    form = OwnContactForm(request.POST or None, initial=report.details_of(desk.user))
    if form.is_bound and form.is_valid():
        try:
            details.change_own(user=desk.user, now=desk.now, **form.contact())
        except AccountRefused as error:
            blame(form, error)
        else:
            messages.success(request, _("Saved. Whoever had the old address is told by e-mail."))
            return redirect("staff:own_contact")
    return staff_page(request, desk, "own_contact.html", {"form": form}, status=422 if form.is_bound else 200)


@identity_required
@staff_view("POST")
def account_off(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    """Close the account; the work goes back to the queues."""

    def call(reason: str, shown: report.Account) -> str:
        returned = departures.switch_off(
            user=shown.row.user, reason=reason, by=desk.user, reach=within(desk), now=desk.now
        )
        text = ngettext(
            "Closed, signed out everywhere. %d case went back to its queue.",
            "Closed, signed out everywhere. %d cases went back to their queues.",
            returned,
        )
        return text % returned

    return _with_reason(request, desk, user_id, "off", WHY_OFF, call)


@identity_required
@staff_view("POST")
def account_on(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    """Open the account again."""

    def call(reason: str, shown: report.Account) -> str:
        rights.switch_on(user=shown.row.user, reason=reason, by=desk.user, reach=within(desk), now=desk.now)
        return _("Open again, with the password and the second step from before.")

    return _with_reason(request, desk, user_id, "on", WHY_ON, call)


@identity_required
@staff_view("POST")
def account_factor(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    """Take a lost second step away."""

    def call(reason: str, shown: report.Account) -> str:
        rights.take_factor(user=shown.row.user, reason=reason, by=desk.user, reach=within(desk), now=desk.now)
        return _("Taken away. They are told by e-mail, and set up a new one at the next sign-in.")

    return _with_reason(request, desk, user_id, "factor", WHY_FACTOR, call)


@identity_required
@staff_view("POST")
def account_link(request: HttpRequest, desk: Desk, user_id: int) -> HttpResponse:
    """Send a new link, or make the open one void."""
    shown, reach = _account(desk, user_id), within(desk)
    form = Form(request.POST)
    hand: dict[str, Any] = {"user": shown.row.user, "by": desk.user, "reach": reach, "now": desk.now}

    def call() -> str:
        if "withdraw" in request.POST:
            invitations.withdraw(**hand)
            return _("The link opens nothing any more.")
        if not count_invitations(desk, form):
            raise AccountRefused("too_many", str(TOO_MANY))
        invitations.invite_again(**hand)
        return _("A new link is on its way; the one before opens nothing any more.")

    return _settled(request, desk, shown, form, "link", call)


def within(desk: Desk) -> Reach:
    """403 for whoever may give nothing to anybody."""
    reach = reach_of(desk.user, desk.profile)
    if not reach:
        raise PermissionDenied(_("Accounts are looked after by heads of branches and by administrators."))
    return reach


def count_invitations(desk: Desk, form: Form, many: int = 1) -> bool:
    """False, with the reason on the form, once the hour's number is reached."""
    try:
        for _turn in range(many):
            limiter.hit(f"invitations:{desk.user.pk}", *INVITATIONS, desk.now)
    except limiter.LimitReached:
        form.add_error(None, str(TOO_MANY))
        return False
    return True


def blame(form: Form, error: AccountRefused) -> None:
    """Beside the answer that is to blame, if this form asks for it."""
    form.add_error(error.field if error.field in form.fields else None, str(error.message))


def _account(desk: Desk, user_id: int) -> report.Account:
    found = report.account_of(reach_of(desk.user, desk.profile), user_id, desk.user, desk.now)
    if found is None:
        raise Http404
    return found


def _with_reason(
    request: HttpRequest, desk: Desk, user_id: int, name: str, reasons: Iterable[AccountReason],
    call: Callable[[str, report.Account], str],
) -> HttpResponse:  # fmt: skip
    shown = _account(desk, user_id)
    form = WhyForm(request.POST, reasons=reasons, auto_id=f"{name}_%s")
    return _settled(request, desk, shown, form, name, lambda: call(form.cleaned_data["reason"], shown))


def _settled(
    request: HttpRequest, desk: Desk, shown: report.Account, form: Form, name: str, call: Callable[[], str]
) -> HttpResponse:  # fmt: skip
    """The call and back to the page, or the page with what was chosen and why not."""
    if form.is_valid():
        try:
            messages.success(request, call())
        except AccountRefused as error:
            blame(form, error)
        else:
            return redirect("staff:account", user_id=shown.row.user.pk)
    return _page(request, desk, shown, **{name: form})


def _page(request: HttpRequest, desk: Desk, shown: report.Account, **bound: Form) -> HttpResponse:
    reach = within(desk)
    place = shown.place
    chosen = {
        "tier": place.tier, "branches": place.branch_ids, "headed": place.headed_ids,
        "administers": place.insurer_ids,
    }  # fmt: skip
    forms: dict[str, Form] = {
        "details": DetailsForm(initial=report.details_of(shown.row.user)),
        "rights": PlaceForm(initial=chosen, reach=reach, branches=report.branches_in(reach)),
        "off": WhyForm(reasons=WHY_OFF, auto_id="off_%s"),
        "on": WhyForm(reasons=WHY_ON, auto_id="on_%s"),
        "factor": WhyForm(reasons=WHY_FACTOR, auto_id="factor_%s"),
    } | bound
    context = {
        "section": "dashboard", "shown": shown, "forms": forms, "form": next(iter(bound.values()), None),
    }  # fmt: skip
    return staff_page(request, desk, "account.html", context, status=422 if bound else 200)
