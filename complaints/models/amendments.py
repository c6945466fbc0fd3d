"""Changes of themes, advice and waiting times that people prepare before anybody outside sees them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.querysets import AmendmentQuerySet
from insurers.models import PreparedChange, RevisionState
from omsportal.platform.constraints import one_of


class Matter(models.TextChoices):
    """What editors of what patients read look after."""

    THEME = "theme", _("theme of an appeal")
    GUIDE = "guide", _("page of advice")
    TERM = "term", _("waiting time")


class Amendment(PreparedChange):
    """A prepared change of a theme, of advice or of a waiting time; a region has waiting times of its own."""

    noun = models.CharField(_("what"), max_length=8, choices=Matter.choices)
    region = models.ForeignKey(
        "insurers.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )

    objects: ClassVar = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("prepared change of what patients read")
        verbose_name_plural = _("prepared changes of what patients read")
        indexes = [
            models.Index(fields=["noun", "made_row_id"], name="amendment_of_made_row"),
        ]
        constraints = [
            one_of("noun", Matter, "amendment_noun_known"),
            models.CheckConstraint(
                name="amendment_region_of_terms_only", condition=Q(region=None) | Q(noun=Matter.TERM)
            ),
            *PreparedChange.settled_rightly("amendment"),
            # Two people who begin at once meet in one draft.
            models.UniqueConstraint(
                fields=["noun", "row_id"],
                condition=Q(state=RevisionState.DRAFT),
                name="amendment_one_draft_of_a_row",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_noun_display()}: {self.get_state_display()}"
