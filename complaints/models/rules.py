"""How long each tier has. Editions keep open cases under the rules they were filed under."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Kind, Urgency
from complaints.models.classifier import Category
from complaints.querysets import RuleEditionQuerySet
from insurers.models.parts import tracked
from representatives.roles import Tier


class LimitUnit(models.TextChoices):
    """A working day is as long as an ordinary day of the branch's schedule; seconds and minutes run on."""

    SECOND = "second", _("seconds, round the clock")
    MINUTE = "minute", _("minutes, round the clock")
    WORKING_HOUR = "working_hour", _("working hours")
    WORKING_DAY = "working_day", _("working days")


@tracked()
class RuleEdition(models.Model):
    """A set of escalation rules for cases filed from one moment on. The newest in force wins."""

    title = models.CharField(_("title"), max_length=120)
    filed_from = models.DateTimeField(_("for cases filed from"), unique=True)
    approved_by_fund = models.BooleanField(_("the fund agreed to longer limits"), default=False)

    objects: ClassVar = RuleEditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of rules")
        verbose_name_plural = _("editions of rules")

    def __str__(self) -> str:
        return self.title


@tracked()
class EscalationRule(models.Model):
    """Limits of one tier. An empty field means any; the rule with most fields filled wins,
    ties in the order insurer, kind, category, urgency."""

    edition = models.ForeignKey(RuleEdition, models.CASCADE, related_name="rules", verbose_name=_("edition"))
    insurer = models.ForeignKey(
        "insurers.Insurer", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("insurer")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, blank=True)
    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices, blank=True)
    tier = models.SmallIntegerField(_("tier"), choices=Tier.choices)
    reaction_limit = models.PositiveIntegerField(_("first reaction within"), null=True, blank=True)
    reaction_unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices, blank=True)
    resolution_limit = models.PositiveIntegerField(_("decision within"))
    resolution_unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices)

    class Meta:
        verbose_name = _("escalation rule")
        verbose_name_plural = _("escalation rules")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "insurer", "kind", "category", "urgency", "tier"],
                nulls_distinct=False,
                name="escalation_rule_once",
            ),
            models.CheckConstraint(
                condition=Q(reaction_limit=None, reaction_unit="")
                | Q(reaction_limit__isnull=False, reaction_limit__gte=1, reaction_unit__in=LimitUnit.values),
                name="escalation_rule_reaction_paired",
            ),
            models.CheckConstraint(
                condition=Q(resolution_limit__gte=1, resolution_unit__in=LimitUnit.values),
                name="escalation_rule_resolution_set",
            ),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="escalation_rule_tier_known"),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.get_tier_display()}"


class EffectiveRule(models.Model):
    """EscalationRule expanded to one row per key, so that a sweep finds a limit by equality.

    `insurer_key` is the insurer's id, 0 for funds. Rebuilt by services.rules.expand, never edited.
    """

    edition = models.ForeignKey(RuleEdition, models.CASCADE, related_name="+", db_index=False)
    insurer_key = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    category = models.ForeignKey(Category, models.CASCADE, related_name="+")
    urgency = models.CharField(max_length=8)
    tier = models.SmallIntegerField()
    rule = models.ForeignKey(EscalationRule, models.CASCADE, related_name="+")
    reaction_limit = models.PositiveIntegerField(null=True)
    reaction_unit = models.CharField(max_length=12, blank=True)
    resolution_limit = models.PositiveIntegerField()
    resolution_unit = models.CharField(max_length=12)

    class Meta:
        verbose_name = _("effective rule")
        verbose_name_plural = _("effective rules")
        constraints = [
            models.UniqueConstraint(
                F("edition"),
                F("insurer_key"),
                F("kind"),
                F("category"),
                F("urgency"),
                F("tier"),
                name="effective_rule_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}/{self.tier}"
