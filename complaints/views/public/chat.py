"""The chat: ask without an appeal and without a name, read the answer, make an appeal of it."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints.forms.public.answers import Answers
from complaints.forms.public.call_back import TOO_MANY_CALLS
from complaints.forms.public.chat import ChatForm
from complaints.forms.public.status import MessageForm
from complaints.kinds import Channel
from complaints.models import Complaint, Draft
from complaints.reports.public.case import case_page
from complaints.reports.public.chat import promise
from complaints.services import chats, drafts, patient_sessions, routing
from complaints.services.call_requests import TooManyCalls
from complaints.services.chats import Question
from complaints.services.transitions import RuleBroken
from complaints.views.public import cookies, gate, places
from complaints.views.public.patients import opened_case, patient_page
from complaints.views.public.thread import message_form, messages_of
from insurers.reports import today_in
from omsportal.platform.addresses import client_address
from omsportal.platform.clock import database_now
from omsportal.platform.limiter import LimitReached

UNPROCESSABLE = 422


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: HttpRequest) -> HttpResponse:
    """The question, and who insures: nothing else is asked."""
    now = database_now()
    if request.method != "POST":
        return _first_page(request, ChatForm(initial=_initial(request)), now)
    form, limit = ChatForm(request.POST), None
    if form.is_valid():
        try:
            return _ask(request, form, now)
        except LimitReached as error:
            gate.explain(form, error)
            limit = error
        except RuleBroken as error:
            form.add_error("days" if error.code == "no_hours" else "text", str(error.message))
        except TooManyCalls:
            form.add_error("phone", TOO_MANY_CALLS)
    return gate.stamped(_first_page(request, form, now, limit), limit)


@require_safe
@patient_page
def talk(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """The conversation, how long an answer takes, and what to do if it is more than a question."""
    if complaint.channel != Channel.CHAT:
        return redirect("public:case")
    return _talk(request, complaint, now, message_form(), 200)


@require_POST
@patient_page
def appeal(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """The form of an appeal with everything that is known from the chat; nothing of it is typed twice."""
    unsent = drafts.current(token=cookies.read(request, cookies.DRAFT), now=now)
    if unsent is not None and chats.is_from(unsent, complaint):
        return redirect(_next_page(unsent, now))
    if (
        unsent is not None
        and Answers(unsent, today=today_in(None, now)).passed
        and "anew" not in request.POST
    ):
        return _unfinished(request, unsent, now)
    try:
        draft, token = chats.begin_appeal(chat=complaint, now=now)
    except RuleBroken as error:
        messages.error(request, str(error.message))
        return redirect("public:case")
    messages.info(
        request, _("Your words from the chat are in the appeal already. Add what is still missing.")
    )
    response = redirect(_next_page(draft, now))
    cookies.write_draft(request, response, token, draft)
    return response


def _ask(request: HttpRequest, form: ChatForm, now: datetime) -> HttpResponse:
    """Registered, opened in this browser, number and code at hand.

    Raises LimitReached, RuleBroken, TooManyCalls.
    """
    gate.check(request, "chat", now)
    asked = form.cleaned_data
    question = Question(
        text=asked["text"],
        branch=form.branch,
        theme=asked["theme"],
        phone=form.phone_to_call,
        window=form.window_to_call,
    )
    token = chats.token_of(asked["key"], question.text)
    chats.spend(question=question, token=token, address=client_address(request), now=now)
    case = chats.ask(question=question, token=token, now=now)
    response = redirect("public:chat_talk")
    cookies.write(request, response, cookies.CHAT, token)
    cookies.write(request, response, cookies.PATIENT, patient_sessions.begin(complaint=case, now=now))
    return places.remember(request, response, form)


def _initial(request: HttpRequest) -> dict[str, str]:
    """What was chosen last, or what the address brings; a fresh key."""
    region, insurer = places.codes(request)
    theme = request.GET.get("theme", "")[:50]
    return {"region": region, "insurer": insurer, "theme": theme, "key": chats.new_key()}


def _first_page(
    request: HttpRequest, form: ChatForm, now: datetime, limit: LimitReached | None = None
) -> HttpResponse:
    """With the chat that is open in this browser, and the waiting time where the branch is known already."""
    case = opened_case(request, now)
    region, insurer = places.chosen(request)
    branch = (
        routing.chosen(insurer=insurer.code if insurer else None, region_code=region.code, day=now.date())
        if region
        else None
    )
    context = {
        "form": form, "section": "help", "challenge": getattr(limit, "challenge", None),
        "promise": promise(branch=branch, now=now) if branch is not None else None,
        "open_chat": case if case is not None and chats.may_become_appeal(case) else None,
    }  # fmt: skip
    return render(request, "public/chat/ask.html", context, status=UNPROCESSABLE if form.errors else 200)


def _talk(
    request: HttpRequest, complaint: Complaint, now: datetime, form: MessageForm, status: int
) -> HttpResponse:
    receipt = drafts.receipt(token=cookies.read(request, cookies.CHAT), now=now)
    context = {
        "page": case_page(complaint, now=now), "case": complaint, "form": form, "section": "status",
        "receipt": receipt if receipt is not None and receipt.complaint == complaint else None,
        "promise": promise(branch=complaint.branch, case=complaint, now=now) if complaint.is_open else None,
        "may_become_appeal": chats.may_become_appeal(complaint),
    }  # fmt: skip
    return render(request, "public/chat/talk.html", context, status=status)


def _unfinished(request: HttpRequest, unsent: Draft, now: datetime) -> HttpResponse:
    """Another appeal waits in this browser: which of the two shall go on?"""
    context = {"draft": unsent, "answers": Answers(unsent, today=today_in(None, now)), "section": "status"}
    context["continue_url"] = _next_page(unsent, now)
    return render(request, "public/chat/unfinished.html", context)


def _next_page(draft: Draft, now: datetime) -> str:
    missing = Answers(draft, today=today_in(None, now)).missing
    return reverse("public:filing_step", args=[missing[0]]) if missing else reverse("public:filing_check")


message = messages_of(_talk, "public:chat_talk", "#write")
