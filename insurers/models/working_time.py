"""Schedules, the production calendar, and the working time computed from them."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, IntegerRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Coalesce, Extract, NullIf
from django.utils.translation import gettext_lazy as _

from insurers.models.organisations import Region
from insurers.models.parts import check_time_zone, tracked
from insurers.querysets import CalendarDayQuerySet, WorkingScheduleQuerySet, WorkingSpanQuerySet

DAY_SECONDS = 24 * 60 * 60


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


@tracked()
class WorkingSchedule(models.Model):
    """When somebody works: weekly hours in one time zone, with or without the production calendar."""

    code = models.SlugField(_("code"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    time_zone = models.CharField(_("time zone"), max_length=40)
    round_the_clock = models.BooleanField(_("round the clock"), default=False)
    follows_calendar = models.BooleanField(
        _("follows the production calendar"),
        default=True,
        help_text=_("Days off, working Saturdays and short days of the calendar change the weekly hours."),
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="schedules",
        verbose_name=_("region whose own days off count"),
    )

    objects = WorkingScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="schedule_code_once",
                violation_error_message=_("There is already a schedule with this code."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        check_time_zone(self.time_zone)

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.time_zone)


def second_of_day(field: str) -> Cast:
    return Cast(Extract(field, "epoch"), models.IntegerField())


@tracked()
class WorkingHours(models.Model):
    """Hours of one weekday; several rows a day make a break. 00:00 as the end means midnight."""

    schedule = models.ForeignKey(
        WorkingSchedule, on_delete=models.CASCADE, related_name="hours", verbose_name=_("schedule")
    )
    weekday = models.SmallIntegerField(_("weekday"), choices=Weekday.choices)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"), help_text=_("00:00 means midnight."))

    class Meta:
        verbose_name = _("hours of a weekday")
        verbose_name_plural = _("hours of weekdays")
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(
                name="hours_weekday_known",
                condition=Q(weekday__gte=0, weekday__lte=6),
                violation_error_message=_("Choose the day of the week."),
            ),
            models.CheckConstraint(
                name="hours_in_order",
                condition=Q(ends__gt=F("starts")) | Q(ends="00:00"),
                violation_error_message=_("The end is before the start. Split a night shift at midnight."),
            ),
            ExclusionConstraint(
                name="hours_never_overlap",
                expressions=[
                    ("schedule", "="),
                    ("weekday", "="),
                    (
                        Func(
                            second_of_day("starts"),
                            Coalesce(NullIf(second_of_day("ends"), Value(0)), Value(DAY_SECONDS)),
                            function="int4range",
                            output_field=IntegerRangeField(),
                        ),
                        "&&",
                    ),
                ],
                violation_error_message=_("These hours overlap with other hours of the same day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class DayKind(models.TextChoices):
    DAY_OFF = "day_off", _("day off")
    WORKING = "working", _("working day")
    SHORT = "short", _("working day, one hour shorter")


@tracked()
class CalendarDay(models.Model):
    """A day unlike its weekday, in the whole country or in one region; the region's own day wins."""

    date = models.DateField(_("date"))
    region = models.ForeignKey(
        Region,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="calendar_days",
        verbose_name=_("region"),
        help_text=_("Leave empty for the whole country."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind.choices)
    works_as = models.SmallIntegerField(
        _("works by the hours of"),
        choices=Weekday.choices,
        null=True,
        blank=True,
        help_text=_("A working Saturday has the hours of the day it was exchanged with."),
    )
    title = models.CharField(_("title"), max_length=200, blank=True)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of the production calendar")
        verbose_name_plural = _("production calendar")
        ordering = ["date", "region"]
        constraints = [
            models.UniqueConstraint(
                fields=["date", "region"],
                nulls_distinct=False,
                name="calendar_day_once_in_region",
                violation_error_message=_("This day is already in the calendar. Change that record instead."),
            ),
            models.CheckConstraint(
                name="calendar_day_kind_known",
                condition=Q(kind__in=DayKind.values),
                violation_error_message=_("Choose what kind of day it is."),
            ),
            models.CheckConstraint(
                name="calendar_day_works_as_weekday",
                condition=Q(works_as__isnull=True)
                | (Q(works_as__gte=0, works_as__lte=6) & ~Q(kind="day_off")),
                violation_error_message=_("Only a working day has the hours of another weekday."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y} {self.get_kind_display()}"


class WorkingSpan(models.Model):
    """One unbroken piece of working time and how much of it there was before, within the computed horizon."""

    schedule = models.ForeignKey(
        WorkingSchedule, on_delete=models.CASCADE, related_name="spans", verbose_name=_("schedule")
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    seconds_before = models.BigIntegerField(_("working seconds before"))

    objects = WorkingSpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("span of working time")
        verbose_name_plural = _("spans of working time")
        ordering = ["schedule", "starts_at"]
        indexes = [models.Index(fields=["schedule", "seconds_before"], name="span_by_seconds_before")]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "starts_at"], name="span_starts_once"),
            models.CheckConstraint(name="span_in_order", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="span_counts_from_zero", condition=Q(seconds_before__gte=0)),
            ExclusionConstraint(
                name="span_never_overlap",
                expressions=[
                    ("schedule", "="),
                    (
                        Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField()),
                        "&&",
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}–{self.ends_at:%H:%M} UTC"


class WorkingAxis(models.Model):
    """The spans of the near past and future as one row of arrays, for set-based arithmetic.

    `axis[i]` is 2000-01-01 00:00 UTC plus the working seconds before span i: a timestamptz, so that
    `width_bucket` and interval arithmetic stay in one type (numeric seconds are several times slower).
    The columns are STORAGE PLAIN: a detoasted copy per row would eat the gain.
    """

    schedule = models.OneToOneField(
        WorkingSchedule, on_delete=models.CASCADE, related_name="axis", verbose_name=_("schedule")
    )
    starts = ArrayField(models.DateTimeField(), verbose_name=_("starts"))
    ends = ArrayField(models.DateTimeField(), verbose_name=_("ends"))
    axis = ArrayField(models.DateTimeField(), verbose_name=_("axis"))
    day_seconds = models.IntegerField(_("working seconds of one ordinary day"))
    computed_at = models.DateTimeField(_("computed at"))

    class Meta:
        verbose_name = _("axis of working time")
        verbose_name_plural = _("axes of working time")
        constraints = [
            models.CheckConstraint(
                name="axis_day_seconds_of_a_day",
                condition=Q(day_seconds__gt=0, day_seconds__lte=DAY_SECONDS),
            ),
            models.CheckConstraint(
                name="axis_arrays_of_one_length",
                condition=Q(starts__len=F("ends__len"))
                & Q(starts__len=F("axis__len"))
                & Q(starts__len__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id}: {len(self.starts)}"
