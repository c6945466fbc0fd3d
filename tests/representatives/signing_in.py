"""Somebody with a browser at the sign-in: small steps in the words of the screen."""

import time
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from representatives.models import User
from tests.factories import PASSWORD, make_branch, make_staff

PERIOD = 30


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + steps))


def make_real(username: str = "operator", **fields: Any) -> User:
    """No demo account: nothing is let off."""
    branch = None if fields.get("is_superuser") else make_branch()
    return make_staff(username, 1 if branch else None, branch, **({"is_demo": False} | fields))


def give_app(user: User) -> str:
    """A code app that was connected long ago; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def has_app(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


@dataclass
class Person:
    """Their browser, and what they type."""

    user: User
    secret: str = ""
    client: Client = field(default_factory=Client)

    def password(self, password: str = PASSWORD, **extra: Any) -> Any:
        typed = {"login": self.user.username, "password": password}
        return self.client.post("/accounts/login/", typed, **extra)

    def code(self, code: str) -> Any:
        return self.client.post("/accounts/2fa/authenticate/", {"code": code})

    def comes_in(self) -> "Person":
        """Password and code, all the way."""
        assert self.password()["Location"] == "/accounts/2fa/authenticate/"
        assert self.code(code_of(self.secret))["Location"] in {"/staff/", "/admin/"}
        return self

    def is_in(self) -> bool:
        return bool(self.client.get("/staff/").status_code == 200)

    def another_browser(self) -> "Person":
        return Person(self.user, self.secret)
