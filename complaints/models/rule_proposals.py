"""A change of an insurer's rules on its way: tried out, perhaps agreed by funds, in force or not."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Kind, Urgency
from complaints.models.classifier import Category
from complaints.models.rules import LimitUnit, RuleEdition
from complaints.querysets import RuleProposalQuerySet
from omsportal.platform.constraints import in_order, one_of, paired
from representatives.roles import Tier


class ProposalState(models.TextChoices):
    """Where a change stands."""

    TRIED = "tried", _("tried out, not in force")
    WAITS = "waits", _("waits for the fund")
    REFUSED = "refused", _("refused by the fund")
    DONE = "done", _("in force")
    DROPPED = "dropped", _("taken back")


class RuleProposal(models.Model):
    """One limit of one insurer as it shall be. Until it is in force, the rule from before holds.

    `for_open`: open cases get the longer time too, which every fund concerned has to agree to.
    """

    insurer = models.ForeignKey(
        "insurers.Insurer", models.PROTECT, related_name="+", verbose_name=_("insurer")
    )
    edition = models.ForeignKey(RuleEdition, models.PROTECT, related_name="+", verbose_name=_("edition"))
    starts_at = models.DateTimeField(_("for cases filed from"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    urgency = models.CharField(_("urgency"), max_length=8, choices=Urgency.choices, blank=True)
    tier = models.SmallIntegerField(_("tier"), choices=Tier.choices)
    reaction_limit = models.PositiveIntegerField(_("first reaction within"), null=True, blank=True)
    reaction_unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices, blank=True)
    resolution_limit = models.PositiveIntegerField(_("decision within"))
    resolution_unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices)
    job_id = models.BigIntegerField(_("dry run"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=ProposalState.choices, default=ProposalState.TRIED
    )
    for_open = models.BooleanField(_("open cases too"), default=False)
    made_by = models.ForeignKey(
        "representatives.User", models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    made_at = models.DateTimeField(_("proposed at"))
    settled_by = models.ForeignKey(
        "representatives.User", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("settled by"),
    )  # fmt: skip
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    objects: ClassVar = RuleProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed rule")
        verbose_name_plural = _("proposed rules")
        constraints = [
            one_of("state", ProposalState, "rule_proposal_state_known"),
            paired("settled_by", "settled_at", "rule_proposal_settlement_paired"),
            in_order("made_at", "settled_at", "rule_proposal_settled_after_made"),
            models.CheckConstraint(
                condition=Q(reaction_limit=None, reaction_unit="")
                | Q(reaction_limit__isnull=False, reaction_limit__gte=1, reaction_unit__in=LimitUnit.values),
                name="rule_proposal_reaction_paired",
            ),
            models.CheckConstraint(
                condition=Q(resolution_limit__gte=1, resolution_unit__in=LimitUnit.values),
                name="rule_proposal_resolution_set",
            ),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="rule_proposal_tier_known"),
        ]

    def __str__(self) -> str:
        return f"{self.insurer}: {self.get_tier_display()}"


class RuleConsent(models.Model):
    """What the fund of one region says about a proposal that gives open cases more time."""

    proposal = models.ForeignKey(
        RuleProposal, models.CASCADE, related_name="consents", verbose_name=_("proposed rule")
    )
    fund = models.ForeignKey("insurers.Branch", models.PROTECT, related_name="+", verbose_name=_("fund"))
    agreed = models.BooleanField(_("has agreed"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(
        "representatives.User", models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("consent of a fund to a rule")
        verbose_name_plural = _("consents of funds to rules")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "fund"], name="rule_consent_once"),
            models.CheckConstraint(
                condition=Q(agreed=True) | ~Q(reason=""), name="rule_consent_refusal_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.fund_id}"
