"""Dated access of another region's branch to one case, where the patient is treated."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from omsportal.platform.constraints import in_order, paired
from omsportal.platform.records import recorded
from representatives.models.users import User
from representatives.querysets import HelpAccessQuerySet


class HelpReason(models.TextChoices):
    """Why another branch helps: a code, because this record outlives an erasure."""

    TREATED_THERE = "treated_there", _("the patient is treated there")
    CLINIC_THERE = "clinic_there", _("the clinic is to be visited or called there")
    PAPERS_THERE = "papers_there", _("papers have to be obtained there")


@recorded()
class HelpAccess(models.Model):
    """One branch may read one case and leave notes on it, from `starts_at` to before `ends_at`.

    It ends by itself; whoever answers for the case may end it earlier. The case stays with its own branch,
    clocks and all. `case_id` is the number of the row of the case: this application knows no more of it.
    """

    case_id = models.BigIntegerField(_("case"))
    branch = models.ForeignKey(
        "insurers.Branch",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("branch that helps"),
    )
    reason = models.CharField(_("reason"), max_length=16, choices=HelpReason.choices)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("given by"))
    granted_at = models.DateTimeField(_("given at"))
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects: ClassVar = HelpAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("help of another region")
        verbose_name_plural = _("help of other regions")
        indexes = [
            models.Index(fields=["branch", "ends_at"], name="help_of_branch", condition=Q(ended_at=None)),
            models.Index(fields=["case_id", "id"], name="help_for_case"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="help_ends_after_start"),
            models.CheckConstraint(condition=Q(reason__in=HelpReason.values), name="help_reason_known"),
            paired("ended_by", "ended_at", "help_end_paired"),
            in_order("granted_at", "ended_at", "help_ended_after_given"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.branch_id}"
