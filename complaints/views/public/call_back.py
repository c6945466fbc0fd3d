"""Order a call: one page, then number, code and until when somebody calls."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from complaints.forms.public.call_back import TOO_MANY_CALLS, CallBackForm
from complaints.reports import calls
from complaints.services import call_requests, drafts
from complaints.services.call_requests import TooManyCalls, Wish
from complaints.services.transitions import RuleBroken
from complaints.views.public import cookies, gate, places
from insurers.reports import numbers_to_call, today_in
from omsportal.platform.addresses import client_address
from omsportal.platform.clock import database_now
from omsportal.platform.limiter import LimitReached

UNPROCESSABLE = 422
_HOUR = 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_back(request: HttpRequest) -> HttpResponse:
    """The form; region and insurer are those that were chosen last."""
    if request.method != "POST":
        return _page(request, CallBackForm(initial=_initial(request)))
    form, now = CallBackForm(request.POST), database_now()
    if not form.is_valid():
        return _page(request, form, status=UNPROCESSABLE)
    try:
        token = _ask(request, form, now)
    except RuleBroken as error:
        form.add_error("days", str(error.message))
        working = calls.working_soon(form.branch, now=now)
        return _page(request, form, status=UNPROCESSABLE, working=working, window=form.cleaned_data["window"])
    except LimitReached as error:
        gate.explain(form, error)
        return gate.stamped(_page(request, form, challenge=getattr(error, "challenge", None)), error)
    except TooManyCalls:
        return _too_many(request, form)
    response = redirect("public:call_back_sent")
    cookies.write(request, response, cookies.CALL_BACK, token)
    return response


@never_cache
@require_safe
def call_back_sent(request: HttpRequest) -> HttpResponse:
    """Number and code, and until when somebody calls: in this browser, for an hour."""
    now = database_now()
    receipt = drafts.receipt(token=cookies.read(request, cookies.CALL_BACK), now=now)
    if receipt is None:
        return render(request, "public/filing/no_receipt.html")
    branch, window = receipt.complaint.branch, receipt.complaint.call_window.window
    context = {
        "receipt": receipt,
        "case": receipt.complaint,
        "branch": branch,
        "zone": window.time_zone,
        "hours": calls.words(window),
        "numbers": numbers_to_call(region=branch.region, insurer=branch.insurer, now=now),
        "section": "call",
    }
    return render(request, "public/calls/sent.html", context)


def _ask(request: HttpRequest, form: CallBackForm, now: datetime) -> str:
    """The token of number and code. Raises RuleBroken, LimitReached, TooManyCalls."""
    asked = form.cleaned_data
    gate.check(request, "callback", now)
    category = calls.theme_of(asked["theme"], today_in(asked["region"], now))
    if category is None:
        raise RuleBroken("no_theme", _("Calls cannot be ordered just now. Call one of the numbers."))
    wish = Wish(
        branch=form.branch, category=category, phone=asked["phone"].as_e164, name=asked["name"],
        about=asked["about"], window=asked["window"],
    )  # fmt: skip
    token = call_requests.token_of(asked["key"] or call_requests.new_key(), wish.phone)
    call_requests.spend(wish=wish, token=token, address=client_address(request), now=now)
    call_requests.ask(wish=wish, token=token, now=now)
    return token


def _too_many(request: HttpRequest, form: CallBackForm) -> HttpResponse:
    form.add_error("phone", TOO_MANY_CALLS)
    response = _page(request, form, status=gate.TOO_MANY)
    response["Retry-After"] = str(_HOUR)
    return response


def _page(request: HttpRequest, form: CallBackForm, *, status: int = 200, **more: object) -> HttpResponse:
    return render(request, "public/calls/ask.html", {"form": form, "section": "call", **more}, status=status)


def _initial(request: HttpRequest) -> dict[str, str]:
    """What was chosen last, or what the address brings; a fresh key."""
    region, insurer = places.codes(request)
    theme = request.GET.get("theme", "")[:50]
    return {"region": region, "insurer": insurer, "theme": theme, "key": call_requests.new_key()}
