"""How we reach the applicant: seen masked, changed with codes, notices switched on and off."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.forms.public.contacts import AnswerChannelForm, CodesForm, ContactForm
from complaints.models import Complaint, Consent, ContactChange
from complaints.reports.public import contact_page as report
from complaints.services import consents, contact_changes
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.views.public import cookies, gate
from complaints.views.public.patients import patient_page
from omsportal.platform.addresses import client_address
from omsportal.platform.limiter import LimitReached

UNPROCESSABLE = 422


@require_safe
@patient_page
def contacts(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:  # noqa: ARG001  see gate
    """What we have, and what can be changed."""
    return _contacts(request, complaint, AnswerChannelForm(initial={"way": complaint.card.answer_channel}))


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def contact(request: HttpRequest, complaint: Complaint, now: datetime, way: str) -> HttpResponse:
    """A new phone, e-mail or address; then the codes."""
    if way not in report.WAYS:
        raise Http404
    rules = report.rules_of(complaint, way)
    shown = report.known_contacts(complaint.card, rules)
    form = ContactForm(_typed(request), way=way, rules=rules, shown=shown)
    if not form.is_valid() or rules.barred:
        return _contact(request, complaint, way, form)
    try:
        change = contact_changes.ask(
            complaint=complaint, token=cookies.read(request, cookies.PATIENT), way=way,
            address=client_address(request), now=now, **form.cleaned_data,
        )  # fmt: skip
    except RuleBroken as error:
        form.add_error("new", str(error.message))
        return _contact(request, complaint, way, form)
    except LimitReached as error:
        gate.explain(form, error)
        return gate.stamped(_contact(request, complaint, way, form), error)
    return _changed(request) if change.made_at else redirect("public:case_contact_codes")


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def codes(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:  # noqa: ARG001  see gate
    """The codes from the messages."""
    token = cookies.read(request, cookies.PATIENT)
    change = contact_changes.waiting_for_codes(token=token, now=now)
    if change is None:
        messages.info(request, _("The time for the codes is over. Begin once more."))
        return redirect("public:case_contacts")
    form = CodesForm(_typed(request), asked=contact_changes.asked(change))
    if not form.is_valid():
        return _codes(request, change, form)
    try:
        wrong = contact_changes.complete(
            token=token, typed=form.cleaned_data, address=client_address(request), now=now
        )
    except LimitReached as error:
        gate.explain(form, error)
        return gate.stamped(_codes(request, change, form), error)
    except SomebodyWasFirst:
        return redirect("public:case_contacts")
    except RuleBroken as error:
        messages.info(request, str(error.message))
        return redirect("public:case_contacts")
    return _wrong(request, token, form, wrong, now) if wrong else _changed(request)


@require_POST
@patient_page
def answer(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """Another way of the answer."""
    form = AnswerChannelForm(request.POST)
    if not form.is_valid():
        return _contacts(request, complaint, form)
    try:
        contact_changes.choose_answer(
            complaint=complaint, way=form.cleaned_data["way"], address=client_address(request), now=now
        )
    except RuleBroken as error:
        form.add_error("way", str(error.message))
        return _contacts(request, complaint, form)
    except LimitReached as error:
        gate.explain(form, error)
        return gate.stamped(_contacts(request, complaint, form), error)
    return _changed(request)


@require_POST
@patient_page
def notices(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """Messages that there is news, by e-mail or by SMS: on or off."""
    by_sms = request.POST.get("channel") == "sms"
    purpose = Consent.Purpose.SMS if by_sms else Consent.Purpose.EMAIL
    if request.POST.get("wanted") == "yes":
        consents.give(complaint=complaint, purpose=purpose, address=client_address(request), now=now)
        told = _("We send an SMS to your phone when there is news.")
        messages.success(request, told if by_sms else _("We write to your e-mail when there is news."))
    else:
        consents.revoke(complaint=complaint, purpose=purpose, now=now)
        told = _("We send no SMS about news any more. You find the news on this site.")
        over = _("We do not write about news any more. You find them on this site.")
        if not by_sms and consents.is_given(complaint, Consent.Purpose.SMS):
            over = _("We send no e-mail about news.")
        messages.success(request, told if by_sms else over)
    return redirect("public:case_contacts")


def _typed(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _changed(request: HttpRequest) -> HttpResponse:
    messages.success(
        request, _("It is changed. For your safety we write about it to the contacts from before.")
    )
    return redirect("public:case_contacts")


def _contacts(request: HttpRequest, complaint: Complaint, form: AnswerChannelForm) -> HttpResponse:
    context = {"page": report.contacts_page(complaint), "form": form, "section": "status"}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "public/status/contacts.html", context, status=status)


def _contact(request: HttpRequest, complaint: Complaint, way: str, form: ContactForm) -> HttpResponse:
    rules = report.rules_of(complaint, way)
    context = {"way": way, "rules": rules, "form": form, "section": "status"}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "public/status/contact.html", context, status=status)


def _codes(request: HttpRequest, change: ContactChange, form: CodesForm) -> HttpResponse:
    context = {
        "change": change, "new": report.wanted(change), "known": report.shown_by(change), "form": form,
        "section": "status",
    }  # fmt: skip
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "public/status/contact_codes.html", context, status=status)


def _wrong(request: HttpRequest, token: str, form: CodesForm, wrong: set[str], now: datetime) -> HttpResponse:
    """Only the codes that did not fit are asked for again."""
    change = contact_changes.waiting_for_codes(token=token, now=now)
    assert change is not None, "it waited a moment ago"
    for name in wrong:
        form.add_error(name, _("This code does not fit or is over. Check the digits or begin once more."))
    for name in set(form.fields) - wrong:
        del form.fields[name]
    return _codes(request, change, form)
