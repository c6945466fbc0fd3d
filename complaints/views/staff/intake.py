"""Registering what comes by phone, in person or on paper; who calls; number and code for everyone."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from complaints.file_types import FileRefused
from complaints.forms.intake import CallerForm, IntakeForm
from complaints.forms.intake_card import entry_of
from complaints.permissions import NotAllowed
from complaints.reports.staff import callers, registering
from complaints.services import attachments, drafts, incoming_calls
from complaints.services import registering as desk_services
from complaints.services.drafts import RECEIPT, Receipt
from complaints.services.transitions import RuleBroken
from complaints.views.public import cookies
from complaints.views.staff import kept_cards
from complaints.views.staff.desk import Desk, staff_page, staff_view
from omsportal.platform import limits, pdf

GONE = 410
#: Of the page with number and code alone: each appeal has its own, and no other page of ours gets it.
_COOKIE = "desk_receipt"


def _at_desk(desk: Desk) -> None:
    if not desk_services.may_register(desk.profile):
        raise PermissionDenied(_("Appeals are registered by staff of a branch who may do so."))


def _form(desk: Desk, *args: Any, **options: Any) -> IntakeForm:
    lists = registering.offered(desk.profile, now=desk.now)
    return IntakeForm(
        *args, branches=lists.branches, categories=lists.categories, scripts=lists.scripts, now=desk.now,
        **options,
    )  # fmt: skip


def _page(
    request: HttpRequest, desk: Desk, form: IntakeForm, found: callers.Found, *, status: int = 200
) -> HttpResponse:
    begun = kept_cards.begun(desk) if request.method == "GET" and not form.is_bound else []
    context = {"section": "intake", "form": form, "found": found, "begun": begun}
    return staff_page(request, desk, "intake.html", context, status=status)


@staff_view("GET", "POST")
def intake(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The card: empty, one that was begun before, looked up with what is typed so far, or registered."""
    _at_desk(desk)
    if request.method != "POST" and (typed := kept_cards.typed_before(request, desk)):
        form = _form(desk, typed)
        return _page(request, desk, form, _found(desk, form.asked()))
    if request.method != "POST":
        form = _form(desk, initial={"key": desk_services.new_key()})
        return _page(request, desk, form, callers.Found())
    if "look" in request.POST:
        return _looked_up(request, desk)
    form = _form(desk, request.POST, request.FILES)
    if form.is_valid():
        answer = _registered(request, desk, form)
        if answer is not None:
            return answer
    asked = CallerForm(request.POST).asked()
    return _page(request, desk, form, _found(desk, asked), status=422)


def _found(desk: Desk, asked: callers.Asked) -> callers.Found:
    """Who it may be; nobody beyond the limit of look-ups: the card itself is never refused."""
    is_over = limits.exceeded("search.staff", desk.user.pk, desk.now)
    return callers.Found() if is_over else callers.look_up(asked, desk.profile, now=desk.now)


def _registered(request: HttpRequest, desk: Desk, form: IntakeForm) -> HttpResponse | None:
    """On the way to number and code; None: the form says why not."""
    key = form.cleaned_data["key"]
    try:
        case = desk_services.register(entry=entry_of(form), key=key, **desk.hand)
    except RuleBroken as error:
        form.add_error(None, str(error.message))
        return None
    except FileRefused as refusal:
        form.add_error("scans", attachments.explain(refusal))
        return None
    except NotAllowed as error:
        form.add_error(None, _("Not possible: %(why)s.") % {"why": error.why.label})
        return None
    kept_cards.forget(key, desk)
    response = redirect("staff:intake_registered", number=case.number)
    cookies.write_at(request, response, _COOKIE, key, path=response["Location"], age=RECEIPT)
    return response


def _looked_up(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The same card with everything typed; with the register's data, if that was asked for."""
    limits.spend("search.staff", desk.user.pk, desk.now)
    typed = request.POST.copy()
    form = _form(desk, typed)
    asked = form.asked()
    if request.POST["look"] == "fill":
        _fill(typed, callers.insured(asked, desk.profile, now=desk.now))
    if request.POST["look"] == "script":
        typed["answer"] = _script_text(desk, typed) or typed.get("answer", "")
    return _shown(request, desk, typed)


def _shown(request: HttpRequest, desk: Desk, typed: QueryDict) -> HttpResponse:
    """As it was typed, judged by nobody, with who it may be."""
    form = _form(desk, typed)
    asked = form.asked()
    return _page(request, desk, form, callers.look_up(asked, desk.profile, now=desk.now))


def _script_text(desk: Desk, typed: QueryDict) -> str:
    return registering.script_text(desk.profile, typed.get("script", ""), by=desk.user, now=desk.now)


def _fill(typed: QueryDict, person: callers.Insured | None) -> None:
    """What the register knows of this person, in place of what was heard on the phone."""
    if person is None:
        return
    for name in ("surname", "first_name", "patronymic"):
        typed[name] = person.holder.get(name) or ""
    for part in ("day", "month", "year"):
        typed.pop(f"birth_on_{part}", None)
    typed["birth_on"] = person.holder["birth_on"]
    series, _blank, number = person.holder["number"].rpartition(" ")
    typed["policy_series"], typed["policy_number"] = series, number


@staff_view("POST")
def intake_callers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Who calls, beside the card while it is filled in."""
    _at_desk(desk)
    limits.spend("search.staff", desk.user.pk, desk.now)
    asked = CallerForm(request.POST).asked()
    context = {"found": callers.look_up(asked, desk.profile, now=desk.now), "desk": desk, "now": desk.now}
    return render(request, "staff/parts/callers.html", context)


@staff_view("GET")
def intake_script(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The text of an approved answer, in its field."""
    _at_desk(desk)
    form = _form(desk, initial={"answer": _script_text(desk, request.GET)})
    return render(request, "staff/parts/told.html", {"form": form})


@staff_view("GET")
def intake_call(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """The card of a call that the telephone software announced: for the first of the branch who opens it."""
    _at_desk(desk)
    try:
        branch_id, phone = incoming_calls.open_call(token=token, **desk.hand)
    except incoming_calls.CallGone:
        return staff_page(request, desk, "call_gone.html", {"section": "intake"}, status=GONE)
    form = _form(desk, initial={"key": desk_services.new_key(), "desk": branch_id, "phone": phone})
    asked = callers.Asked(phone=phone)
    return _page(request, desk, form, callers.look_up(asked, desk.profile, now=desk.now))


def _receipt(request: HttpRequest, desk: Desk, number: str) -> Receipt | None:
    """Number and code, in the browser of whoever registered the appeal, for an hour."""
    key = cookies.read_at(request, _COOKIE)
    token = desk_services.token_of(key, desk.user.pk)
    receipt = drafts.receipt(token=token, now=desk.now) if key else None
    return receipt if receipt is not None and receipt.number == number else None


@staff_view("GET")
def intake_registered(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    """Number and code: to dictate, to print, to send."""
    receipt = _receipt(request, desk, number)
    if receipt is None:
        return staff_page(request, desk, "no_code.html", {"section": "intake"}, status=GONE)
    context = {
        "section": "intake", "receipt": receipt, "case": receipt.complaint,
        "number": registering.spoken(receipt.number), "code": registering.spoken(receipt.access_code),
        "by_post": registering.has_address(receipt.complaint),
        "opens": registering.opens(receipt.complaint, desk.profile),
    }  # fmt: skip
    return staff_page(request, desk, "registered.html", context)


@staff_view("GET")
def intake_paper(request: HttpRequest, desk: Desk, number: str, by_post: bool) -> HttpResponse:
    """The same on paper, made anew each time and stored nowhere."""
    receipt = _receipt(request, desk, number)
    if receipt is None:
        raise Http404
    made = registering.paper(receipt, by_post=by_post, now=desk.now)
    response = HttpResponse(made, content_type=pdf.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
    return response
