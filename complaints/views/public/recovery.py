"""A lost access code: whose it is, a code from a message, a new access code. Unknown and known look alike."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints.forms.public.identity import OneTimeCodeForm, RecoveryForm
from complaints.services.access_codes import ask_recovery, recover
from complaints.services.transitions import RuleBroken
from complaints.views.public import cookies, gate, places
from insurers.reports import numbers_to_call
from omsportal.platform.addresses import client_address
from omsportal.platform.clock import database_now
from omsportal.platform.limiter import LimitReached

UNPROCESSABLE = 422


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recovery(request: HttpRequest) -> HttpResponse:
    """Which appeal, and whose."""
    form = RecoveryForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _form(request, form)
    now, claim = database_now(), form.claim()
    try:
        gate.check(request, "recovery", now, target=claim.target)
        token = ask_recovery(claim=claim, address=client_address(request), now=now)
    except LimitReached as error:
        gate.explain(form, error)
        return gate.stamped(_form(request, form, challenge=getattr(error, "challenge", None)), error)
    response = redirect("public:recovery_code")
    cookies.write(request, response, cookies.RECOVERY, token)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code from the message; then number and new access code, on this one page only."""
    token = cookies.read(request, cookies.RECOVERY)
    if not token:
        return redirect("public:recovery")
    form = OneTimeCodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _code(request, form)
    typed, address = form.cleaned_data["code"], client_address(request)
    try:
        made = recover(token=token, typed=typed, address=address, now=database_now())
    except RuleBroken as error:
        form.add_error("code", str(error.message))
        return _code(request, form)
    except LimitReached as error:
        gate.explain(form, error)
        return gate.stamped(_code(request, form), error)
    response = render(request, "public/status/new_code.html", {"made": made, "section": "status"})
    cookies.forget(request, response, cookies.RECOVERY)
    cookies.forget(request, response, cookies.PATIENT)
    return response


def _form(request: HttpRequest, form: RecoveryForm, **more: object) -> HttpResponse:
    context = {"form": form, "section": "status", **more}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "public/status/recovery.html", context, status=status)


def _code(request: HttpRequest, form: OneTimeCodeForm) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    region, insurer = places.chosen(request) if form.errors else (None, None)
    context = {"form": form, "section": "status"}
    if region is not None:
        context["numbers"] = numbers_to_call(region=region, insurer=insurer, now=database_now())
    return render(request, "public/status/recovery_code.html", context, status=status)
