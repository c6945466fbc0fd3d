"""Addresses of other systems that hear of what happens to a branch's cases."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from omsportal.platform.constraints import in_order, paired
from omsportal.platform.fields import SealedField
from omsportal.platform.records import recorded
from representatives.models.reaching import ReachesBranches
from representatives.models.users import User
from representatives.querysets import WebhookQuerySet


class CaseEvent(models.TextChoices):
    """What another system may hear of."""

    CREATED = "case.created", _("an appeal has come in")
    HOP = "case.hop", _("an appeal went to another tier")
    MESSAGE = "case.message", _("somebody wrote in an appeal")
    RESOLVED = "case.resolved", _("an appeal is decided")
    BREACHED = "case.breached", _("the last tier did not decide in time")


#: Sent by a person to see whether it works.
TEST_EVENT = "webhook.test"


class WhyOff(models.TextChoices):
    """Why nothing is sent to a receiver any more."""

    PERSON = "person", _("switched off by a person")
    FAILING = "failing", _("it has not answered for three days")
    GONE = "gone", _("the receiver answered that it is gone for good (410)")


#: What sending changes all the time; nobody's decision.
STATE = ("failing_since", "failures", "paused_until", "tried_at", "answered_at", "last_answer")


@recorded(without=("sealed", "log_after", *STATE), only_named=("name", "url"))
class Webhook(ReachesBranches):
    """One receiver of the events of a branch, or of several: address, events, secrets, and how sending goes.

    `sealed` holds {current: {id, secret}, previous: {id, secret, before: the one before it} | null}; what is
    sent is signed with the current secret and, until `overlap_until`, with the previous ones too.
    `paused_until` stops the lane of a receiver that does not answer. What was written down until `log_after`
    is of branches, too, of which it hears no more: it is neither shown nor sent again.
    """

    PROTECTION = {"sealed": "sealed: the secrets that sign what is sent"}

    reference = models.UUIDField(_("reference"), unique=True)
    name = models.CharField(_("name"), max_length=80, help_text=_("Which system receives the events."))
    url = models.CharField(_("address"), max_length=500)
    hears = ArrayField(models.CharField(max_length=20, choices=CaseEvent.choices), verbose_name=_("events"))
    sealed = SealedField(bound_to="reference", verbose_name=_("secrets"))
    overlap_until = models.DateTimeField(_("previous secret is used until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("created by")
    )
    log_after = models.DateTimeField(_("its log begins after"), null=True, blank=True, editable=False)
    off_at = models.DateTimeField(_("switched off at"), null=True, blank=True)
    off_why = models.CharField(
        _("why it is off"), max_length=8, choices=WhyOff.choices, null=True, blank=True
    )
    failing_since = models.DateTimeField(_("no success since"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, db_default=0)
    paused_until = models.DateTimeField(_("next try not before"), null=True, blank=True)
    tried_at = models.DateTimeField(_("last try"), null=True, blank=True)
    answered_at = models.DateTimeField(_("last success"), null=True, blank=True)
    last_answer = models.CharField(_("last answer"), max_length=24, default="", db_default="", blank=True)

    objects: ClassVar = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            ReachesBranches.said_once("webhook"),
            models.CheckConstraint(
                condition=Q(hears__contained_by=CaseEvent.values) & ~Q(hears=[]), name="webhook_hears_known"
            ),
            paired("off_at", "off_why", "webhook_off_paired"),
            models.CheckConstraint(
                condition=Q(off_why=None) | Q(off_why__in=WhyOff.values), name="webhook_off_why_known"
            ),
            in_order("created_at", "off_at", "webhook_off_after_created"),
            models.CheckConstraint(
                condition=Q(failing_since=None, failures=0) | Q(failing_since__isnull=False, failures__gt=0),
                name="webhook_failures_since",
            ),
            models.CheckConstraint(
                condition=Q(overlap_until=None) | Q(overlap_until__gt=F("created_at")),
                name="webhook_overlap_after_created",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_hears_words(self) -> list[str]:
        """The chosen events in words."""
        return [str(CaseEvent(event).label) for event in self.hears]

    @property
    def is_on(self) -> bool:
        return self.off_at is None

    def is_paused_at(self, moment: datetime) -> bool:
        return self.paused_until is not None and self.paused_until > moment
