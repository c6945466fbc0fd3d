"""Pieces that several models of this app share."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from zoneinfo import available_timezones

import pghistory
from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import ConcatPair, Lower, Replace
from django.utils.translation import gettext_lazy as _

Model = TypeVar("Model", bound=type[models.Model])


def tracked(*computed: str) -> Callable[[Model], Model]:
    """Every insert, change and removal is kept in an append-only table; `computed` columns are left out."""
    events = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    track: Callable[[Model], Model] = pghistory.track(*events, exclude=list(computed), append_only=True)
    return track


def folded(*names: str) -> Replace:
    """The sort and search key of the columns: lower case, ё written as е."""
    text: Combinable = F(names[0])
    for name in names[1:]:
        text = ConcatPair(ConcatPair(text, Value(" ")), F(name))
    return Replace(Lower(text), Value("ё"), Value("е"))


def folded_field(*names: str) -> models.GeneratedField:
    """A stored column that PostgreSQL itself keeps equal to the folded `names`."""
    return models.GeneratedField(
        expression=folded(*names),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name=_("sort key"),
    )


def check_time_zone(name: str) -> None:
    """For `clean`: raises ValidationError about the field time_zone."""
    if name not in available_timezones():
        unknown = _("“%(name)s” is not a time zone. Write it like Europe/Moscow.")
        raise ValidationError({"time_zone": ValidationError(unknown, params={"name": name})})


def validity_in_order(model: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model}_validity_in_order",
        condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
        violation_error_message=_("The last day of validity is before the first one."),
    )


def validity_range() -> Func:
    """Both days belong to the period; an empty end is open."""
    return Func("valid_from", "valid_to", Value("[]"), function="daterange", output_field=DateRangeField())


def extension_field() -> "models.CharField[str, str]":
    """What is dialled after the phone, for an office without a line of its own."""
    return models.CharField(
        _("extension"),
        max_length=8,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator(r"^\d*$", _("Only digits, for example 123."))],
    )


def extension_after_phone(model: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{model}_extension_after_phone",
        condition=Q(extension="") | Q(phone__isnull=False),
        violation_error_message=_("An extension needs a phone before it."),
    )


class Valid(models.Model):
    """A dated row: facts change every few years, the old ones stay for the cases of their time."""

    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to, inclusive"), null=True, blank=True)

    class Meta:
        abstract = True

    def is_valid_on(self, day: date) -> bool:
        """It has begun and is not over; both days belong to it."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)
