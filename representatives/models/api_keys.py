"""Keys with which another system works in the name of a branch."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from omsportal.platform.records import recorded
from representatives.models.reaching import ReachesBranches
from representatives.models.users import User
from representatives.querysets import ApiKeyQuerySet


class Scope(models.TextChoices):
    """What a key may do. Reading never changes anything; working includes taking and moving cases."""

    READ = "read", _("read queues and cases")
    WORK = "work", _("work on cases")
    CALLS = "calls", _("announce incoming calls")


@recorded(without=["key_digest", "last_used_at"], only_named=["name"])
class ApiKey(ReachesBranches):
    """One key of a branch, or of several. It is shown once; the table keeps its first part and its digest.

    Requests act as `user`, a representative without a password, and reach no further than the key.
    """

    PROTECTION = {"key_digest": "blind index: keyed HMAC-SHA256, the key itself is never stored"}

    user = models.ForeignKey(
        User, models.PROTECT, related_name="api_keys", verbose_name=_("service representative")
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("Which system uses the key."))
    prefix = models.CharField(_("first part of the key"), max_length=12, unique=True)
    key_digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=12, choices=Scope.choices), verbose_name=_("rights"))
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects: ClassVar = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            ReachesBranches.said_once("api_key"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_key_expires_after_created"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(revoked_at__gte=F("created_at")),
                name="api_key_revoked_after_created",
            ),
            models.CheckConstraint(
                condition=Q(last_used_at=None) | Q(last_used_at__gte=F("created_at")),
                name="api_key_used_after_created",
            ),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values) & ~Q(scopes=[]), name="api_key_scopes_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def get_scopes_words(self) -> list[str]:
        """The rights in words."""
        return [str(Scope(scope).label) for scope in self.scopes]

    def is_valid_at(self, moment: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > moment
