from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from omsportal.platform.records import recorded
from representatives.models.users import User
from representatives.querysets import (
    AppointmentQuerySet,
    DutyShiftQuerySet,
    LeaveQuerySet,
    RepresentativeQuerySet,
    TierRightQuerySet,
)
from representatives.roles import Action, AppointmentRole, Extent, Presence, Tier


@recorded(without=["presence", "presence_since", "seen_at", "here_at"])
class Representative(models.Model):
    """An insurance representative: one tier, one or more branches."""

    user = models.OneToOneField(
        User, models.CASCADE, related_name="representative", verbose_name=_("member of staff")
    )
    tier = models.SmallIntegerField(_("tier"), choices=Tier.choices)
    branches = models.ManyToManyField("insurers.Branch", related_name="+", verbose_name=_("branches"))
    presence = models.CharField(_("presence"), max_length=8, choices=Presence.choices, default=Presence.AWAY)
    presence_since = models.DateTimeField(_("presence since"), null=True, blank=True)
    seen_at = models.DateTimeField(_("last did something"), null=True, blank=True)
    here_at = models.DateTimeField(_("last sign of an open page"), null=True, blank=True)
    competences = ArrayField(
        models.SlugField(),
        default=list,
        blank=True,
        verbose_name=_("competences"),
        help_text=_("Categories this person takes; empty means all."),
    )
    ceiling = models.PositiveSmallIntegerField(_("most open cases at once"), default=60)

    objects: ClassVar = RepresentativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="representative_tier_known"),
            models.CheckConstraint(condition=Q(ceiling__gte=1), name="representative_ceiling_positive"),
            models.CheckConstraint(
                condition=Q(presence__in=Presence.values), name="representative_presence_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Leave(models.Model):
    """Days on which a representative takes no cases."""

    representative = models.ForeignKey(Representative, models.CASCADE, related_name="leaves")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects: ClassVar = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="leave_ends_after_start"),
            ExclusionConstraint(
                name="leave_no_overlap",
                expressions=[
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("representative", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.representative}: {self.starts_on} – {self.ends_on}"


class DutyShift(models.Model):
    """One person's turn on the roster for urgent cases of one branch and tier."""

    branch = models.ForeignKey("insurers.Branch", models.CASCADE, related_name="+", verbose_name=_("branch"))
    tier = models.SmallIntegerField(_("tier"), choices=Tier.choices)
    representative = models.ForeignKey(
        Representative, models.CASCADE, related_name="duty_shifts", verbose_name=_("duty person")
    )
    place = models.PositiveSmallIntegerField(
        _("place in line"), default=1, help_text=_("1 is paged first, 2 when the first does not answer.")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))

    objects: ClassVar = DutyShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty shift")
        verbose_name_plural = _("duty roster")
        indexes = [models.Index(fields=["branch", "tier", "ends_at"], name="duty_shift_branch_tier")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="duty_shift_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="duty_shift_tier_known"),
            models.UniqueConstraint(
                fields=["branch", "tier", "starts_at", "place"], name="duty_shift_one_per_place"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.representative} {self.starts_at:%d.%m %H:%M}"


@recorded()
class TierRight(models.Model):
    """What a tier may do. Source: domain table of tiers; funds and insurers disagree, so it is data."""

    tier = models.SmallIntegerField(_("tier"), choices=Tier.choices)
    action = models.CharField(_("action"), max_length=24, choices=Action.choices)
    extent = models.CharField(_("extent"), max_length=16, choices=Extent.choices, default=Extent.FULL)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar = TierRightQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier right")
        verbose_name_plural = _("tier rights")
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="tier_right_tier_known"),
            models.CheckConstraint(condition=Q(action__in=Action.values), name="tier_right_action_known"),
            models.CheckConstraint(condition=Q(extent__in=Extent.values), name="tier_right_extent_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="tier_right_validity"
            ),
            ExclusionConstraint(
                name="tier_right_one_at_a_time",
                expressions=[
                    (
                        Func(
                            F("valid_from"),
                            F("valid_to"),
                            RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("tier", RangeOperators.EQUAL),
                    ("action", RangeOperators.EQUAL),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()}: {self.get_action_display()}"


@recorded()
class Appointment(models.Model):
    """Who heads a branch, administers an insurer or edits what all patients read, and since when."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="appointments", verbose_name=_("member of staff")
    )
    role = models.CharField(_("role"), max_length=16, choices=AppointmentRole.choices)
    branch = models.ForeignKey(
        "insurers.Branch", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("branch")
    )
    insurer = models.ForeignKey(
        "insurers.Insurer", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("insurer")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects: ClassVar = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(role=AppointmentRole.HEAD, branch__isnull=False, insurer=None)
                | Q(role=AppointmentRole.INSURER_ADMIN, branch=None, insurer__isnull=False)
                | Q(role=AppointmentRole.EDITOR, branch=None, insurer=None),
                name="appointment_place_fits_role",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="appointment_validity"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "branch", "insurer", "valid_from"],
                nulls_distinct=False,
                name="appointment_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
