"""What every request of a signed-in person passes."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pghistory
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from representatives import kept_forms, sessions
from representatives.models import User
from representatives.services import be_seen, leave_desk

#: Sent by our own scripts with what nobody asked for: polling keeps no session alive.
BY_ITSELF = "X-By-Itself"
#: Sent by our own scripts while somebody types: it keeps the session alive, and is no form that was sent.
WHILE_TYPING = "X-While-Typing"
#: Sent with a form that its page sends by its own script: the page stays whatever the answer is.
BY_SCRIPT = "X-By-Script"
#: What is typed stays in the page that sent one of these: nothing of it has to be kept here.
OF_SCRIPTS = frozenset({BY_ITSELF, WHILE_TYPING, BY_SCRIPT})
#: What somebody without a second factor reaches: the way to one, and the way out.
SETTING_UP = frozenset(
    {
        "account_logout", "account_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn",
        "mfa_reauthenticate", "mfa_view_recovery_codes", "healthz", "readyz", "metrics",
    }
)  # fmt: skip
#: What is changed under these is written down with who was signed in.
_RECORDED = ("/admin/", "/accounts/", "/staff/people/", "/staff/rules/")
SIGNED_OUT = "_signed_out_by_hand"
#: Whose session ended, with this request or before it.
ENDED = "_ended_session_of"

Next = Callable[[HttpRequest], HttpResponse]


class StaffSessionMiddleware:
    """Ends sessions that are over and keeps out whoever has no second factor yet.

    After AuthenticationMiddleware. Uses the machine's clock: the database's would cost a query per request.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without the cookie nobody is signed in: pages of patients pay nothing for staff.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            owner = request.session.get(SESSION_KEY)
            if request.user.is_authenticated:
                self._look_after(request)
            if not request.user.is_authenticated:
                _remember_whose_it_was(request, owner)
        with _named(request):
            response = self.get_response(request)
        _forget_what_was_sent(request, response)
        if getattr(request, SIGNED_OUT, False):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(
        self, request: HttpRequest, _view: object, _arguments: object, _keywords: object
    ) -> HttpResponse | None:
        """Now it is known where the request goes."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if hasattr(request, ENDED):
            return _keep_what_was_typed(request, getattr(request, ENDED))
        user: Any = request.user
        if isinstance(user, User) and _ended_while_files_came(request):
            request.user = AnonymousUser()
            return _keep_what_was_typed(request, user.pk)
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
            leave_desk(user_id=int(request.user.pk or 0), now=moment)
            # Emptied under its key: a form that is sent at this very moment brings the same cookie.
            request.session.clear()
            request.user = AnonymousUser()
        elif BY_ITSELF not in request.headers and sessions.touch(request.session, moment):
            be_seen(user_id=int(request.user.pk or 0), now=moment)


def _named(request: HttpRequest) -> AbstractContextManager[Any]:
    """Rows of the append-only records that this request writes say who was signed in when it came."""
    if request.method != "POST" or not request.path.startswith(_RECORDED):
        return nullcontext()
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    user_id = request.user.pk if has_session else None
    return pghistory.context(user=user_id) if user_id else nullcontext()


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """A part of a page sends the whole page there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _remember_whose_it_was(request: HttpRequest, owner: str | None) -> None:
    """Also for the next requests: an open page may ask for something by itself before its form is sent."""
    if owner:
        request.session[sessions.ENDED_OF] = owner
    ended = request.session.get(sessions.ENDED_OF)
    if ended:
        setattr(request, ENDED, int(ended))


def _ended_while_files_came(request: HttpRequest) -> bool:
    """Minutes may lie between the beginning of a form with files and its end: who was signed out meanwhile,
    in another window or by an administrator, does nothing any more."""
    if request.method != "POST" or not request.path.startswith(kept_forms.PLACES) or not request.FILES:
        return False
    return not sessions.stands(request.session.session_key)


def _keep_what_was_typed(request: HttpRequest, user_id: int) -> HttpResponse | None:
    """The session ended between opening a form and sending it: sign in, then the form is there again."""
    if request.method != "POST" or not request.path.startswith(kept_forms.PLACES):
        return None
    if OF_SCRIPTS & request.headers.keys():
        return None  # the page is still there: what is typed stays where it is
    address = kept_forms.keep(request, user_id=user_id, now=now())
    if address is None:
        return None
    messages.warning(
        request, _("Your session was over. What you typed is kept: sign in and you will see it again.")
    )
    return _go(request, redirect_to_login(address).url)


def _forget_what_was_sent(request: HttpRequest, response: HttpResponse) -> None:
    """A form that was kept has been taken: nothing of it stays."""
    if (
        request.method != "POST"
        or response.status_code != 302
        or not request.path.startswith(kept_forms.PLACES)
    ):
        return
    reference = request.POST.get(kept_forms.FIELD)
    if reference and isinstance(request.user, User):
        kept_forms.forget(reference=reference, user_id=request.user.pk)
