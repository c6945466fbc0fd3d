"""A year of the production calendar as a sheet: ISO day → [kind, weekday whose hours it has, reason].

A day that is not there is like its weekday, or in a region like the country has it.
"""

from datetime import date, datetime
from typing import Any

from complaints.services.setting_sheets import Kind, Sheet, Touched, Values, differing
from insurers.models import CalendarDay, DayKind, WorkingSchedule
from insurers.production_calendar import days_of
from insurers.services import calendar

#: Chosen for a day that shall be like its weekday, whatever else is known of it.
USUAL = "usual"


def stands(sheet: Sheet, now: datetime) -> Values:  # noqa: ARG001  the form of all sheets
    return {row.date.isoformat(): value_of(row) for row in _rows(sheet)}


def value_of(row: Any) -> list[Any]:
    """Of a row, or of a day as the decrees have it."""
    return [str(row.kind), row.works_as, row.title]


def as_decreed(year: int) -> Values:
    """The country's days as the government's decrees have them, as far as the library knows them."""
    return {day.date.isoformat(): [day.kind, day.works_as, day.title] for day in days_of(year)}


def value_for(sheet: Sheet, day: date, kind: str, works_as: int | None, title: str) -> list[Any] | None:
    """What the sheet holds for a day that was chosen so; None: nothing special.

    Where somebody else says something of the day (the country, a decree that would be loaded again), "like
    its weekday" has to be said too.
    """
    if kind != USUAL:
        return [kind, works_as if kind != DayKind.DAY_OFF else None, title]
    iso = day.isoformat()
    beneath = country_days(day.year) if sheet.region else as_decreed(day.year)
    return [DayKind.WORKING.value, day.weekday(), title] if iso in beneath else None


def country_days(year: int) -> Values:
    rows = CalendarDay.objects.countrywide().between(date(year, 1, 1), date(year, 12, 31))
    return {row.date.isoformat(): value_of(row) for row in rows}


def is_usual(day: date, value: list[Any]) -> bool:
    """It works exactly as its weekday does."""
    return bool(value[0] == DayKind.WORKING and value[1] == day.weekday())


def _rows(sheet: Sheet) -> Any:
    assert sheet.year is not None, "the constraint setting_change_place_fits_noun forbids it"
    days = CalendarDay.objects.filter(region=sheet.region)
    return days.between(date(sheet.year, 1, 1), date(sheet.year, 12, 31))


def _check(sheet: Sheet, before: Values, after: Values, now: datetime) -> None:
    """The form knows kinds and days; the database holds the rest."""


def _write(sheet: Sheet, before: Values, after: Values, now: datetime) -> Touched:  # noqa: ARG001
    days = [date.fromisoformat(iso) for iso in differing(before, after)]
    for day in days:
        value = after.get(day.isoformat())
        if value is None:
            _rows(sheet).filter(date=day).delete()
            continue
        kind, works_as, title = value
        CalendarDay.objects.update_or_create(
            date=day, region=sheet.region, defaults={"kind": kind, "works_as": works_as, "title": title}
        )
    region_id = sheet.region.pk if sheet.region else None
    schedules = WorkingSchedule.objects.touched_by(region_id).values_list("pk", flat=True)
    return Touched(schedule_ids=set(schedules), region_id=region_id, days=days)


def _follow(touched: Touched, by_id: int, now: datetime) -> int | None:
    return calendar.days_followed(region_id=touched.region_id, days=touched.days, by_id=by_id, now=now)


def _nobody_else(before: Values, after: Values) -> bool:  # noqa: ARG001
    return False


KIND = Kind(stands, _check, _write, _follow, _nobody_else, is_tried=True)
