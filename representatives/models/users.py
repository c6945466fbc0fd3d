from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from omsportal.platform.records import recorded
from representatives.querysets import UserManager


@recorded(
    without=["last_login", "date_joined", "shares_email"],
    only_named=["username", "password", "full_name", "email", "phone"],
)
class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff. Patients have no account; they hold a number and an access code."""

    username = models.CharField(
        _("login"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    full_name = models.CharField(_("full name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneNumberField(_("phone"), blank=True)
    shares_email = models.BooleanField(
        _("has the address of another account too"), default=False, db_default=False, editable=False,
        help_text=_("From before one address served one account; it ends with the next address."),
    )  # fmt: skip
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_demo = models.BooleanField(_("demo account"), default=False)
    date_joined = models.DateTimeField(_("joined at"), default=timezone.now)
    sessions_ended_at = models.DateTimeField(
        _("signed out everywhere at"), null=True, blank=True, editable=False
    )

    objects: ClassVar[UserManager] = UserManager()

    PROTECTION = {
        "full_name": "plain: staff act under their name",
        "email": "plain: work address, needed for sign-in mail",
        "phone": "plain: work phone, needed for paging",
    }
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        constraints = [
            models.UniqueConstraint(
                Upper("email"), name="user_email_once",
                condition=Q(is_active=True, shares_email=False) & ~Q(email=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.full_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What binds sessions to this account: a new password or a new `sessions_ended_at` ends them."""
        ended = self.sessions_ended_at.timestamp() if self.sessions_ended_at else 0
        text = f"{self.password}|{ended}"
        return salted_hmac(
            "representatives.User.sessions", text, secret=secret, algorithm="sha256"
        ).hexdigest()

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        """Surname and initials: «Аверина Г. В.»."""
        surname, *others = self.full_name.split() or [self.username]
        return " ".join([surname, *(f"{name[0]}." for name in others)])
