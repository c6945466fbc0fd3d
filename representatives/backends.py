"""Sign-in of staff."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """allauth's backend, with one rule more: demo accounts exist only under DEMO."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        if getattr(user, "is_demo", False) and not settings.DEMO:
            return False
        allowed: Any = super().user_can_authenticate(user)
        return bool(allowed)

    def get_user(self, user_id: int) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super().get_user(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
