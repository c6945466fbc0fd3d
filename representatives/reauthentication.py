"""Who are you, really? Asked before keys, exports, accounts and rights: a stolen session is not enough.

@identity_required            a view
class SomeAdmin(AsksWhoYouAre, ModelAdmin)   every page of an administration that changes something
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _

from representatives import kept_forms, sessions
from representatives.models import User

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]

if TYPE_CHECKING:  # generic only for the type checker
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


def is_proven(request: HttpRequest) -> bool:
    """Signed in or confirmed within five minutes; what was opened so may be sent within thirty."""
    return sessions.has_proof(request.session, for_sending=request.method == "POST", now=now())


def ask(request: HttpRequest) -> HttpResponse:
    """To the page that asks for a password, a code or a key, and back to where the person was.

    What was typed is kept meanwhile, sealed; passwords are not.
    """
    back = (_kept(request) if request.method == "POST" else None) or request.get_full_path()
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    return redirect(f"{methods[0]['url']}?{urlencode({'next': back})}")


def _kept(request: HttpRequest) -> str | None:
    """Where the person finds what they typed; None if there was nothing."""
    user = request.user
    kept = kept_forms.keep(request, user_id=user.pk, now=now()) if isinstance(user, User) else None
    text = _("Too much time has passed. Confirm who you are and fill the form in again.")
    if kept:
        text = _("Too much time has passed. Confirm who you are: what you typed is kept, but no passwords.")
    messages.warning(request, text)
    return kept


def identity_required(view: View[Arguments]) -> Callable[..., HttpResponse]:
    """For views of signed-in staff: asks for a password, a code or a key unless that was a moment ago."""

    @wraps(view)
    def asking(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if request.user.is_authenticated and not is_proven(request):
            return ask(request)
        return view(request, *args, **kwargs)

    return asking


class AsksWhoYouAre(ModelAdmin):
    """An administration whose forms and acts need a fresh proof; looking at the list needs none."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return identity_required(super().changeform_view)(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return identity_required(super().delete_view)(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and not is_proven(request):
            return ask(request)
        return super().changelist_view(request, *args, **kwargs)
