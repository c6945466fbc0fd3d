"""Who sits at the desk, and what every page of the workplace shares."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypedDict

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from complaints.models import Complaint
from complaints.reports.staff.lists import case_of
from complaints.reports.staff.places import supervises
from complaints.services.registering import may_register
from complaints.views.by_script import led_on
from omsportal.platform import log_lines
from omsportal.platform.clock import database_now
from representatives.middleware import OF_SCRIPTS
from representatives.models import User
from representatives.profiles import Profile, profile_of
from representatives.roles import Presence

Arguments = ParamSpec("Arguments")


class Hand(TypedDict):
    """What services ask of whoever acts."""

    by: User
    profile: Profile
    now: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """One request of one member of staff, at one moment."""

    user: User
    profile: Profile
    now: datetime

    @property
    def hand(self) -> Hand:
        return {"by": self.user, "profile": self.profile, "now": self.now}

    @property
    def is_representative(self) -> bool:
        """Takes cases and has a presence; heads and administrators may not."""
        return self.profile.tier is not None

    @property
    def supervises(self) -> bool:
        """The dashboard is for this person."""
        return supervises(self.profile)

    @property
    def registers(self) -> bool:
        """Fills in registration cards."""
        return may_register(self.profile)


StaffView = Callable[Concatenate[HttpRequest, Desk, Arguments], HttpResponse]


def staff_view(*methods: str) -> Callable[[StaffView[Arguments]], Callable[..., HttpResponse]]:
    """A page for signed-in staff: never stored by browsers, the clock read once."""

    def decorate(view: StaffView[Arguments]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def seated(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
            user = request.user
            if not isinstance(user, User):
                return _to_login(request, kwargs.get("number"))
            now = database_now()
            desk = Desk(user, profile_of(user, now=now), now)
            return led_on(request, view(request, desk, *args, **kwargs))

        return never_cache(require_http_methods(list(methods))(seated))

    return decorate


def _to_login(request: HttpRequest, number: object) -> HttpResponse:
    """Sign in first. What somebody typed while the session ended is shown to them, to be copied.

    A part of a page sends the whole page to the sign-in; a POST comes back to the case, not to the act.
    """
    if (number or request.method == "POST") and OF_SCRIPTS & request.headers.keys():
        return HttpResponse(status=401)  # the page stays, with what is typed in it
    back = reverse("staff:case", kwargs={"number": number}) if number else reverse("staff:queue")
    if request.headers.get("HX-Request"):
        current = request.headers.get("HX-Current-URL", back)
        return HttpResponse(headers={"HX-Redirect": redirect_to_login(current).url})
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    login = redirect_to_login(back)
    text = request.POST.get("text", "").strip()
    return _kept_text(request, text, login.url) if text else login


def _kept_text(request: HttpRequest, text: str, login_url: str) -> HttpResponse:
    return render(request, "staff/signed_out.html", {"text": text, "login_url": login_url}, status=401)


def visible_case(desk: Desk, number: str) -> Complaint:
    """The case, if this person may open its card; else it does not exist (404)."""
    case = case_of(desk.profile, number)
    if case is None:
        raise Http404
    log_lines.about(case.pk)
    return case


def staff_page(
    request: HttpRequest, desk: Desk, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The template with what the staff bar needs."""
    presence = Presence(desk.profile.presence or Presence.AWAY)
    shared = {"desk": desk, "now": desk.now, "presences": Presence.choices, "presence": presence}
    return render(request, f"staff/{template}", shared | context, status=status)


__all__ = ["Desk", "staff_page", "staff_view", "visible_case"]
