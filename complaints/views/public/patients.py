"""Pages of an opened case: the cookie's token leads to the case, nothing else does."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from complaints.forms.public.status import OpenCaseForm
from complaints.models import Complaint
from complaints.services import patient_sessions
from complaints.views.public import cookies
from omsportal.platform import appearance, log_lines
from omsportal.platform.clock import database_now
from representatives.middleware import BY_ITSELF

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Complaint, datetime, P], HttpResponse]


CLOSED = _(
    "For your safety the appeal has closed: half an hour has passed, or a new access code was issued. "
    "Open it again."
)

OTHER = _(
    "Another appeal was opened in this browser meanwhile, and this page is not about it. Nothing was sent. "
    "Open this appeal again."
)
#: What a page says of which case it is about: a field of its forms, a header of its own requests.
OF, OF_HEADER = "of", "X-Of"
#: The attribute of a request that has the number of its case.
OPENED = "opened_number"


def opened_case(request: HttpRequest, now: datetime) -> Complaint | None:
    """The case that this browser has opened within the last half an hour."""
    token = cookies.read(request, cookies.PATIENT)
    return patient_sessions.current(token=token, touch=BY_ITSELF not in request.headers, now=now)


def note_opened(request: HttpRequest, case: Complaint) -> None:
    """The forms of this page are about this case."""
    setattr(request, OPENED, case.number)


def patient_page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Gives the view its case and the moment; asks for number and code when the half hour is over.

    What somebody was writing when it ended is kept in that very form. A page that is still open of another
    case than the browser has opened since does nothing and learns nothing of that one.
    """

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        now, typed = database_now(), appearance.current().typed
        case, about = opened_case(request, now), _about(request)
        if case is not None and about in {"", case.number}:
            log_lines.about(case.pk)
            note_opened(request, case)
            return view(request, case, now, *args, **kwargs)
        if request.method != "POST" and not typed:
            return _to_the_door(request) if BY_ITSELF not in request.headers else HttpResponse(status=403)
        return _kept(request, about, CLOSED if case is None else OTHER)

    return page


def _kept(request: HttpRequest, number: str, why: object) -> HttpResponse:
    """Number and code are asked for; what was typed is in its place once the case is open."""
    context = {
        "form": OpenCaseForm(initial={"number": number}),
        "section": "status",
        "kept_text": _sent(request).get("text", ""),
        "why": why,
    }
    return render(request, "public/status/open.html", context, status=403)


def _about(request: HttpRequest) -> str:
    """The number of the case that the page says it is about; empty: it does not say."""
    return (request.headers.get(OF_HEADER, "") or _sent(request).get(OF, ""))[:40]


def _sent(request: HttpRequest) -> QueryDict:
    """What was typed: sent, or carried through a change of the language or the look."""
    return appearance.current().typed or request.POST


def _to_the_door(request: HttpRequest) -> HttpResponse:
    if cookies.read(request, cookies.PATIENT):
        messages.info(request, CLOSED)
    return redirect("public:status")
