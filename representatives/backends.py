"""Sign-in of staff."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from representatives.models import User


class StaffBackend(AuthenticationBackend):
    """allauth's backend, with one rule more: demo accounts exist only under DEMO."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Asked at sign-in and again with every request of a session."""
        if isinstance(user, User) and user.is_demo and not settings.DEMO:
            return False
        return bool(super().user_can_authenticate(user))
