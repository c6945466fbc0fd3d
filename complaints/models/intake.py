"""A call that telephony software announced, until somebody of the branch opens its registration card."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.patient_querysets import IncomingCallQuerySet
from omsportal.platform.fields import SealedField


class IncomingCall(models.Model):
    """Opens the registration card with the caller's phone: once, for the first of the branch who comes.

    Found by the digest of the token in its address. Whoever opened it may load it again until it expires.
    """

    reference = models.UUIDField(default=uuid.uuid4, editable=False)
    token_digest = models.BinaryField(max_length=32, unique=True)
    branch = models.ForeignKey("insurers.Branch", models.CASCADE, related_name="+", verbose_name=_("branch"))
    sealed = SealedField(bound_to="reference", verbose_name=_("caller"))  # {phone}
    announced_at = models.DateTimeField(_("announced at"))
    expires_at = models.DateTimeField(_("expires at"))
    opened_by = models.ForeignKey(
        "representatives.User", models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("opened by"),
    )  # fmt: skip
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)

    objects: ClassVar = IncomingCallQuerySet.as_manager()

    PROTECTION = {
        "token_digest": "digest: keyed, of the token in the one-time address",
        "sealed": "sealed: the caller's phone",
    }

    class Meta:
        verbose_name = _("announced call")
        verbose_name_plural = _("announced calls")
        indexes = [models.Index(fields=["expires_at"], name="incoming_call_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("announced_at")), name="incoming_call_expires_after_announced"
            ),
            models.CheckConstraint(
                condition=Q(opened_by=None, opened_at=None)
                | Q(opened_by__isnull=False, opened_at__isnull=False),
                name="incoming_call_opened_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.announced_at:%Y-%m-%d %H:%M}"
