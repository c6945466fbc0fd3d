"""The stock Django admin, for superusers, behind the portal's own sign-in."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse


class PortalAdminSite(admin.AdminSite):
    """Sign-in goes through /accounts/login/, so limits, lock-out and the second factor hold here too."""

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        return login_required(super().login)(request, extra_context)


class PortalAdminConfig(AdminConfig):
    default_site = "omsportal.site.PortalAdminSite"
