"""Addresses of sign-in: those of allauth that the portal uses. All others are closed, also future ones."""

from collections.abc import Iterable, Iterator

from allauth.urls import urlpatterns as of_allauth
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from representatives.views import invited, kept_form

OPEN = frozenset(
    {
        "account_login", "account_logout", "account_reauthenticate", "account_change_password",
        "account_reset_password", "account_confirm_password_reset_code", "account_complete_password_reset",
        "account_password_reset_completed",
        "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
        "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
        "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn",
        "mfa_edit_webauthn",
        "usersessions_list",
    }
)  # fmt: skip


def closed(request: HttpRequest, **_kwargs: object) -> HttpResponse:  # noqa: ARG001  (a view)
    """allauth reverses the names of pages that nobody may open: they exist and answer 404."""
    raise Http404


def only_open(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern | URLResolver]:
    """The same addresses, with nothing behind those that are not used."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inside = list(only_open(entry.url_patterns))
            yield URLResolver(entry.pattern, inside, entry.default_kwargs, entry.app_name, entry.namespace)
        elif entry.name in OPEN:
            yield entry
        else:
            yield URLPattern(entry.pattern, closed, None, entry.name)


urlpatterns = [
    path("kept/<uuid:reference>/", kept_form, name="kept_form"),
    path("invited/", invited, name="invited"),
    *only_open(of_allauth),
]
