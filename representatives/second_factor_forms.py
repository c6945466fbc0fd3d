"""Forms of the second factor: allauth's, with one rule more. A code works once."""

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.cache import cache

#: Longer than any code of an app is valid. allauth forgets a used code after one period, although with some
#: tolerance for clocks it is valid for three, and does not remember the code of the first set-up at all.
REMEMBERED_SECONDS = 180


class WorksOnce:
    """In front of a form with a code."""

    user: Any

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # the form behind has it
        if not cache.add(f"code-used:{self.user.pk}:{normalize_user_code(code)}", 1, REMEMBERED_SECONDS):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(WorksOnce, AuthenticateForm):
    """At sign-in: a code of the app, or a spare one."""


class CodeAgainForm(WorksOnce, ReauthenticateForm):
    """Before something sensitive."""


class FirstCodeForm(WorksOnce, ActivateTOTPForm):
    """The first code of an app proves that it was set up."""
