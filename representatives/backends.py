"""Sign-in of staff."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from omsportal.platform import ready_sql
from omsportal.platform.ready_sql import ID
from representatives.models import User


class StaffBackend(AuthenticationBackend):
    """allauth's backend, with one rule more: demo accounts exist only under DEMO."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:  # type: ignore[override]  # allauth narrows it to credentials
        """allauth keeps aside who knew the password but may not come in, to say so: it tells what exists."""
        user = super().authenticate(request, **credentials)
        self.unstash_authenticated_user()
        return user if isinstance(user, User) else None

    def get_user(self, user_id: int) -> User | None:
        """Of every request of staff: written and planned once."""
        found = ready_sql.objects("user", {ID: user_id}, lambda: User.objects.filter(pk=ID))
        return found[0] if found and self.user_can_authenticate(found[0]) else None

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Asked at sign-in and again with every request of a session."""
        if isinstance(user, User) and user.is_demo and not settings.DEMO:
            return False
        return bool(super().user_can_authenticate(user))
