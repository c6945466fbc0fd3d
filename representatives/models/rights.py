"""Pairs that give somebody something: what branches they serve, what second factor they have."""

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from omsportal.platform.records import given_and_taken
from representatives.models.representatives import Representative

_Served = Representative.branches.through


@given_and_taken("branch_given", "branch_taken")
class ServedBranch(_Served):  # type: ignore[misc, valid-type]  # made by Django at run time
    """A branch that a representative serves."""

    class Meta:
        proxy = True
        verbose_name = _("served branch")
        verbose_name_plural = _("served branches")


@given_and_taken("factor_added", "factor_taken", without=["data", "created_at", "last_used_at"])
class SecondFactor(Authenticator):
    """Something that a person signs in with besides the password; never its secret."""

    class Meta:
        proxy = True
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
