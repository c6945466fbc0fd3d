"""Figures kept day by day, so that no page has to read the cases of a year to draw them."""

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.count_querysets import DailyCountQuerySet
from complaints.states import HOPS, Event

#: Events that are counted as such, by the tier in which they happened.
COUNTED: tuple[Event, ...] = (
    Event.FILED, *sorted(HOPS), Event.BREACHED, Event.REACTED, Event.RESOLVED, Event.ANSWERED,
    Event.CONFIRMED, Event.REOPENED, Event.WAITED, Event.RECLASSIFIED, Event.FORWARDED, Event.WITHDRAWN,
)  # fmt: skip


class Measure(StrEnum):
    """What is counted beside events. Flows add up over days; a stock is what stands at the end of its day."""

    CATEGORY = "category"  # filed, by the theme that the patient chose
    CLINIC = "clinic"  # filed, by clinic
    REACTION_TIME = "reaction_time"  # from entering a tier to the first reaction there, by tier and bucket
    DECISION_TIME = "decision_time"  # from registration to decision, by tier and bucket
    STARS = "stars"  # ratings, by mark
    UNTOUCHED = "untouched"  # decided without a word to the applicant before, by tier
    LAST_TENTH = "last_tenth"  # decided in the last tenth of the tier's limit, by tier
    OFFICIAL_ROW = "official_row"  # ended, by row of the official form and whether justified
    OPEN = "open"  # stock: open cases by tier and age
    STANDING = "standing"  # stock: open cases by what is the matter with them


STOCKS: tuple[Measure, ...] = (Measure.OPEN, Measure.STANDING)
FLOWS: tuple[str, ...] = tuple(
    name.value for name in (*COUNTED, *(measure for measure in Measure if measure not in STOCKS))
)
MEASURES: tuple[str, ...] = (*FLOWS, *(measure.value for measure in STOCKS))


class DailyCount(models.Model):
    """How often something happened in a branch on a day of its zone. `key` is a tier, a category, a clinic …

    Flows are counted from sealed lines of history, each exactly once, and can be counted anew at any time;
    ratings with the rating itself; stocks are overwritten through their day and stay as they were at its end.
    """

    branch = models.ForeignKey(
        "insurers.Branch", models.PROTECT, related_name="+", db_index=False, verbose_name=_("branch")
    )
    measure = models.CharField(_("measure"), max_length=20)
    day = models.DateField(_("day"))
    key = models.BigIntegerField(_("of what"))
    n = models.IntegerField(_("count"))

    objects: ClassVar = DailyCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of a day")
        verbose_name_plural = _("figures of days")
        constraints = [
            models.UniqueConstraint(fields=["branch", "measure", "day", "key"], name="daily_count_once"),
            models.CheckConstraint(condition=Q(measure__in=MEASURES), name="daily_count_measure_known"),
            models.CheckConstraint(condition=Q(n__gte=0), name="daily_count_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.day} {self.measure} {self.key}: {self.n}"


class CountMark(models.Model):
    """Up to which line of history figures are counted, and when that was; a row for each way of counting."""

    name = models.CharField(_("name"), max_length=20, primary_key=True)
    last_id = models.BigIntegerField(_("last line"), default=0)
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)
    stocked_at = models.DateTimeField(_("open cases counted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("mark of the figures")
        verbose_name_plural = _("marks of the figures")

    def __str__(self) -> str:
        return f"{self.name}: {self.last_id}"
