"""Opening a case by number and access code, and leaving it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from complaints.forms.public.status import OpenCaseForm
from complaints.services import drafts, patient_sessions
from complaints.services.patient_sessions import CameOfAge, WrongNumberOrCode
from complaints.views.public import cookies, gate
from complaints.views.public.case import show_with_text
from complaints.views.public.patients import opened_case
from omsportal.platform import appearance
from omsportal.platform.addresses import client_address
from omsportal.platform.clock import database_now
from omsportal.platform.limiter import LimitReached

UNPROCESSABLE = 422


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    """The form; a case that is open in this browser is shown at once."""
    if request.method == "POST":
        return _open(request)
    asked = request.GET.get("number", "")[:40]
    case = opened_case(request, database_now())
    if case is not None and asked in {"", case.number}:
        return redirect("public:case")
    return _page(request, OpenCaseForm(initial={"number": asked}))


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out of the case on this device: no page of this browser shows its number and code any more."""
    now = database_now()
    patient_sessions.end(token=cookies.read(request, cookies.PATIENT), now=now)
    response = redirect("public:status")
    cookies.forget(request, response, cookies.PATIENT)
    for name in (cookies.DRAFT, cookies.CHAT, cookies.CALL_BACK):
        if drafts.forget_receipt(token=cookies.read(request, name), now=now):
            cookies.forget(request, response, name)
    # Not "cookies": an unsent appeal and a colleague's session in the same browser are not this case's.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _open(request: HttpRequest) -> HttpResponse:
    form = OpenCaseForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=UNPROCESSABLE)
    now = database_now()
    try:
        gate.check(request, "status", now, number=patient_sessions.counted(form.cleaned_data["number"]))
        case, token = patient_sessions.open_case(
            number=form.cleaned_data["number"],
            code=form.cleaned_data["code"],
            address=client_address(request),
            now=now,
        )
    except WrongNumberOrCode:
        form.add_error("code", _("There is no appeal with this number and this code. Check both."))
        return _page(request, form, status=UNPROCESSABLE)
    except CameOfAge:
        return render(request, "public/status/of_age.html", {"section": "status"}, status=403)
    except LimitReached as error:
        gate.explain(form, error)
        return gate.stamped(_page(request, form, challenge=getattr(error, "challenge", None)), error)
    typed = request.POST.get("text", "")
    response = show_with_text(request, case, now, typed) if typed else redirect("public:case")
    cookies.write(request, response, cookies.PATIENT, token)
    return response


def _page(request: HttpRequest, form: OpenCaseForm, *, status: int = 200, **more: object) -> HttpResponse:
    kept_text = (appearance.current().typed or request.POST).get("text", "")
    context = {"form": form, "section": "status", "kept_text": kept_text, **more}
    return render(request, "public/status/open.html", context, status=status)
