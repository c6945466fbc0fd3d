"""How allauth fits this portal."""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from omsportal.platform import sealed
from omsportal.platform.addresses import client_address
from representatives import notices, sessions
from representatives.models import User
from representatives.profiles import profile_of

#: What sealed secrets are bound to.
SECRETS = b"representatives.second_factor"


class StaffAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators: nobody signs up by themselves. Mails go through the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  (allauth's signature)
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """An administrator without a place in any queue goes where the work is."""
        user = request.user
        if isinstance(user, User) and user.is_superuser and profile_of(user, now=now()).is_empty:
            return reverse("admin:index")
        return str(super().get_login_redirect_url(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Proxies are believed as everywhere in the portal."""
        return client_address(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:  # noqa: ARG002  (allauth's)
        """Whoever signed in a moment ago has proven enough."""
        return not sessions.has_proof(context.request.session, now=now())

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,  # noqa: ARG002  (allauth's signature)
        email: str | None = None,  # noqa: ARG002
    ) -> None:
        """That something changed, and not from which address: the outbox holds no personal data."""
        notices.tell_changed(user, template_prefix.rpartition("/")[2], now=now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The only mail of allauth that we use besides: the code of a new password."""
        if template_prefix != "account/email/password_reset_code":
            raise LookupError(f"nothing sends {template_prefix}")
        user = self._who_may_reset(email)
        if user is not None:
            notices.send_reset_code(user, context["code"], now=now())

    @staticmethod
    def _who_may_reset(email: str) -> User | None:
        """A system that works by keys has no password to reset."""
        users = [user for user in User.objects.with_email(email) if user.has_usable_password()]
        return users[0] if len(users) == 1 else None


class StaffMFAAdapter(DefaultMFAAdapter):
    """Secrets of code apps and spare codes are sealed in the database."""

    def encrypt(self, text: str) -> str:
        return b64encode(sealed.seal(text.encode(), SECRETS)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealed.open_(b64decode(encrypted_text), SECRETS).decode()

    def get_totp_issuer(self) -> str:
        return _("Rights under the OMS policy")

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()

    def _get_user_identifier(self, user: Any) -> str:
        """The login, not the e-mail address: it is shown on the phone's lock screen."""
        return str(user.get_username())


class StaffSessionsAdapter(DefaultUserSessionsAdapter):
    """Ending the other sessions ends also those that no list knows."""

    def end_sessions(self, listed: Iterable[UserSession]) -> None:
        request = context.request
        super().end_sessions(list(listed))
        if isinstance(request.user, User):
            sessions.end_others(request, User.objects.get(pk=request.user.pk), now=now())
