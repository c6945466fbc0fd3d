"""How allauth fits this portal."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now

from representatives.models import User
from representatives.profiles import profile_of


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators: nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  (allauth's signature)
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """An administrator without a place in any queue goes where the work is."""
        user = request.user
        if isinstance(user, User) and user.is_superuser and profile_of(user, now=now()).is_empty:
            return reverse("admin:index")
        return str(super().get_login_redirect_url(request))
