"""The stock Django admin, for superusers, behind the portal's own sign-in."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

#: Tables of sign-in: whoever could edit them here could add a second factor to somebody else.
OWN_BUSINESS = {"account", "mfa", "usersessions"}


class PortalAdminSite(admin.AdminSite):
    """Sign-in goes through /accounts/login/, so limits, lock-out and the second factor hold here too."""

    def get_urls(self) -> list[Any]:
        """Without "view on site": nothing here has a page of its own, and a made-up address of it fails."""
        return [entry for entry in super().get_urls() if getattr(entry, "name", "") != "view_on_site"]

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """People look after their own sign-in; an administrator resets it by an act of its own."""
        models: Any = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [model for model in models if model._meta.app_label not in OWN_BUSINESS]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Whoever is signed in without the right is told so; the stock form asks nobody for a password."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return login_required(super().login)(request, extra_context)


class PortalAdminConfig(AdminConfig):
    default_site = "omsportal.site.PortalAdminSite"
