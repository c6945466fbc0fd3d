"""Changes of what the portal itself goes by: calendar, hours, rights of tiers, how long data are kept."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.setting_querysets import SettingChangeQuerySet
from insurers.models import PreparedChange, RevisionState
from omsportal.platform.constraints import one_of


class Setting(models.TextChoices):
    """What is looked after sheet by sheet."""

    CALENDAR = "calendar", _("production calendar")
    HOURS = "hours", _("working hours of a branch")
    RIGHTS = "rights", _("rights of tiers")
    KEEPING = "keeping", _("how long data are kept")


class SettingChange(PreparedChange):
    """A prepared change of a whole sheet: a year of the calendar, the hours of a branch, one table.

    `values` and `seen` are the sheet as it shall be and as it was, key by key; `row_id` and `made_row_id`
    stay empty. `job_id` is the dry run of `tried_version`; of a change in force the recount of open cases.
    What takes something away for ever `needs_second`: somebody else than who prepared it puts it in force.
    """

    noun = models.CharField(_("what"), max_length=8, choices=Setting.choices)
    region = models.ForeignKey(
        "insurers.Region", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    branch = models.ForeignKey(
        "insurers.Branch", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("branch")
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    job_id = models.BigIntegerField(_("dry run"), null=True, blank=True)
    tried_version = models.PositiveIntegerField(_("version that was tried out"), default=0)
    needs_second = models.BooleanField(_("needs a second person"), default=False)

    objects: ClassVar = SettingChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("prepared change of a setting")
        verbose_name_plural = _("prepared changes of settings")
        constraints = [
            one_of("noun", Setting, "setting_change_noun_known"),
            models.CheckConstraint(
                name="setting_change_place_fits_noun",
                condition=Q(noun=Setting.CALENDAR, branch=None, year__isnull=False)
                | Q(noun=Setting.HOURS, branch__isnull=False, region=None, year=None)
                | Q(noun__in=[Setting.RIGHTS, Setting.KEEPING], region=None, branch=None, year=None),
            ),
            models.CheckConstraint(
                name="setting_change_by_two_people",
                condition=Q(needs_second=False)
                | ~Q(state=RevisionState.PUBLISHED)
                | ~Q(settled_by_id=F("changed_by_id")),
            ),
            *PreparedChange.settled_rightly("setting_change"),
            # Two people who begin at once meet in one draft.
            models.UniqueConstraint(
                fields=["noun", "region", "branch", "year"],
                nulls_distinct=False,
                condition=Q(state=RevisionState.DRAFT),
                name="setting_change_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_noun_display()}: {self.get_state_display()}"
