"""The stock Django admin, for superusers, behind the portal's own sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

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

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """A filter that no date or number can be (a year of twenty digits) leads to the plain list, as other
        wrong filters do: Django tests a filter's name at once, its value only when the rows are asked for."""
        inner: Callable[..., Any] = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            try:
                return inner(request, *args, **kwargs)
            except (OverflowError, ValueError, DataError):
                if request.method != "GET" or not request.GET or ERROR_FLAG in request.GET:
                    raise
                return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")

        return guarded

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Whoever is signed in without the right is told so; the stock form asks nobody for a password."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return login_required(super().login)(request, extra_context)


class PortalAdminConfig(AdminConfig):
    default_site = "omsportal.site.PortalAdminSite"
