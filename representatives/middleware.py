"""What every request of a signed-in person passes."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now

from representatives import sessions
from representatives.models import User

#: Sent by our own scripts with what nobody asked for: polling keeps no session alive.
BY_ITSELF = "X-By-Itself"
#: What somebody without a second factor reaches: the way to one, and the way out.
SETTING_UP = frozenset(
    {
        "account_logout", "account_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn",
        "mfa_reauthenticate", "mfa_view_recovery_codes", "healthz", "readyz", "metrics",
    }
)  # fmt: skip
SIGNED_OUT = "_signed_out_by_hand"

Next = Callable[[HttpRequest], HttpResponse]


class StaffSessionMiddleware:
    """Ends sessions that are over and keeps out whoever has no second factor yet.

    After AuthenticationMiddleware. Uses the machine's clock: the database's would cost a query per request.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without the cookie nobody is signed in: pages of patients pay nothing for staff.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._look_after(request)
        response = self.get_response(request)
        if getattr(request, SIGNED_OUT, False):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _arguments: object, _keywords: object
    ) -> HttpResponse | None:
        """Now it is known where the request goes."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        user: Any = request.user
        if not isinstance(user, User) or sessions.is_complete(request.session, user):
            return None
        match = request.resolver_match
        if request.path.startswith("/api/"):
            request.user = AnonymousUser()  # the API says in its own words that nobody is signed in
            return None
        if match is not None and not match.namespace and match.url_name in SETTING_UP:
            return None
        return _go(request, reverse("mfa_index"))

    @staticmethod
    def _look_after(request: HttpRequest) -> None:
        moment = now()
        if sessions.is_over(request.session, moment):
            request.session.flush()
            request.user = AnonymousUser()
        elif BY_ITSELF not in request.headers:
            sessions.touch(request.session, moment)


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """A part of a page sends the whole page there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
