"""How accounts of staff come and go: invitations, and what was done to an account for what reason."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from omsportal.platform.constraints import at_most_one, in_order, one_of, paired
from omsportal.platform.triggers import append_only
from representatives.models.users import User
from representatives.querysets import AccountActQuerySet, InvitationQuerySet


class Invitation(models.Model):
    """One link to a first password, for one person, once. Until it is used the account is closed."""

    PROTECTION = {"token_digest": "digest: keyed HMAC-SHA256, the token itself travels in the e-mail only"}

    user = models.ForeignKey(
        User, models.CASCADE, related_name="invitations", verbose_name=_("member of staff")
    )
    token_digest = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("invited by"))
    invited_at = models.DateTimeField(_("invited at"))
    expires_at = models.DateTimeField(_("expires at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")), name="invitation_expires_after_sent"
            ),
            paired("withdrawn_by", "withdrawn_at", "invitation_withdrawal_paired"),
            in_order("invited_at", "withdrawn_at", "invitation_withdrawn_after_sent"),
            in_order("invited_at", "accepted_at", "invitation_accepted_after_sent"),
            at_most_one(("accepted_at", "withdrawn_at"), "invitation_ends_once"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(accepted_at=None, withdrawn_at=None), name="invitation_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.invited_at:%Y-%m-%d}"

    def is_valid_at(self, moment: datetime) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > moment


class AccountDeed(models.TextChoices):
    """What happens to an account."""

    INVITED = "invited", _("invited")
    INVITED_AGAIN = "invited_again", _("invited again")
    WITHDRAWN = "withdrawn", _("invitation withdrawn")
    JOINED = "joined", _("set a password")
    RIGHTS = "rights", _("rights changed")
    DETAILS = "details", _("name or phone changed")
    EMAIL = "email", _("e-mail changed")
    SWITCHED_OFF = "switched_off", _("switched off")
    SWITCHED_ON = "switched_on", _("switched on again")
    FACTOR_TAKEN = "factor_taken", _("second step of sign-in taken away")


class AccountReason(models.TextChoices):
    """Why: a code, because this record stays for ever and names nobody."""

    LEFT = "left", _("no longer works here")
    LONG_LEAVE = "long_leave", _("away for months")
    MOVED = "moved", _("works elsewhere now")
    SUSPICION = "suspicion", _("suspicion that the account is misused")
    BACK = "back", _("is back at work")
    MISTAKE = "mistake", _("it was a mistake")
    PHONE_LOST = "phone_lost", _("phone or key lost or stolen")
    PHONE_NEW = "phone_new", _("new phone")


WHY_OFF = (AccountReason.LEFT, AccountReason.LONG_LEAVE, AccountReason.MOVED, AccountReason.SUSPICION)
WHY_ON = (AccountReason.BACK, AccountReason.MISTAKE)
WHY_FACTOR = (AccountReason.PHONE_LOST, AccountReason.PHONE_NEW, AccountReason.SUSPICION)


class AccountAct(models.Model):
    """One deed about an account: who, when, why. Written once."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="account_acts", verbose_name=_("member of staff")
    )
    deed = models.CharField(_("what was done"), max_length=16, choices=AccountDeed.choices)
    reason = models.CharField(_("reason"), max_length=16, choices=AccountReason.choices, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("done by"))
    at = models.DateTimeField(_("done at"))

    objects: ClassVar = AccountActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act about an account")
        verbose_name_plural = _("acts about accounts")
        triggers = [append_only()]
        constraints = [
            one_of("deed", AccountDeed, "account_act_deed_known"),
            models.CheckConstraint(
                name="account_act_reason_given",
                condition=Q(deed=AccountDeed.SWITCHED_OFF, reason__in=WHY_OFF)
                | Q(deed=AccountDeed.SWITCHED_ON, reason__in=WHY_ON)
                | Q(deed=AccountDeed.FACTOR_TAKEN, reason__in=WHY_FACTOR)
                | Q(
                    ~Q(
                        deed__in=[
                            AccountDeed.SWITCHED_OFF, AccountDeed.SWITCHED_ON, AccountDeed.FACTOR_TAKEN,
                        ]
                    ),
                    reason="",
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user_id}: {self.deed}"
