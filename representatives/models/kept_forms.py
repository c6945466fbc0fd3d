"""A form that its person could not send because the session was over."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from omsportal.platform.fields import SealedField
from representatives.models.users import User
from representatives.querysets import KeptFormQuerySet


class KeptForm(models.Model):
    """Waits for three days until the person who typed it has signed in again; nobody else may open it."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("member of staff"))
    sealed = SealedField(bound_to="reference", verbose_name=_("what was typed"))
    kept_at = models.DateTimeField(_("kept at"))
    expires_at = models.DateTimeField(_("dies at"))

    objects: ClassVar = KeptFormQuerySet.as_manager()

    PROTECTION = {"sealed": "sealed: address and fields of the form, for three days"}

    class Meta:
        verbose_name = _("kept form")
        verbose_name_plural = _("kept forms")
        indexes = [models.Index(fields=["expires_at"], name="kept_form_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("kept_at")), name="kept_form_expires_after_kept"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kept_at:%Y-%m-%d %H:%M}"
