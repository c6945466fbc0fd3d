"""What a key or a receiver reaches: one branch, some of them, or all of an insurer's."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReachesBranches(models.Model):
    """`branch` answers for it: its alarms go there. `everywhere`: all of its insurer, also later ones."""

    branch = models.ForeignKey("insurers.Branch", models.PROTECT, related_name="+", verbose_name=_("branch"))
    other_branch_ids = ArrayField(
        models.BigIntegerField(), default=list, blank=True, verbose_name=_("other branches")
    )
    everywhere = models.BooleanField(_("all branches of the insurer"), default=False, db_default=False)

    class Meta:
        abstract = True

    @staticmethod
    def said_once(model: str) -> models.CheckConstraint:
        return models.CheckConstraint(
            condition=Q(everywhere=False) | Q(other_branch_ids=[]), name=f"{model}_reach_said_once"
        )
