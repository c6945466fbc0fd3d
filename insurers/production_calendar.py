"""The Russian production calendar of a year, as the `holidays` package knows the government's decrees. Pure.

It gives days off and exchanged days. Shortened days follow from the Labour Code, art. 95: a working day right
before a public holiday is an hour shorter; an exchanged working Saturday is as long as the day it replaces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import holidays

# Labour Code, art. 112: (month, day) of public holidays; days off moved from them shorten nothing.
PUBLIC_HOLIDAYS = {(1, day) for day in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}
EXCHANGED_WITH = re.compile(r"\(перенесено с (\d\d\.\d\d\.\d{4})\)")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """`kind` is day_off, working or short; `works_as` is a weekday, 0 for Monday."""

    date: date
    kind: str
    title: str
    works_as: int | None = None


def days_of(year: int) -> list[PlannedDay]:
    """Every day of the year that differs from its weekday, in order."""
    off: dict[date, str] = dict(holidays.country_holidays("RU", years=year, language="ru").items())
    off = {day: title for day, title in off.items() if day.year == year}
    planned = [PlannedDay(day, "day_off", title) for day, title in off.items()]
    return sorted([*planned, *_exchanged(off), *_shortened(year, off)], key=lambda planned: planned.date)


def _exchanged(off: dict[date, str]) -> Iterator[PlannedDay]:
    """A weekend day that works instead of a day off; a public holiday on a weekend is only moved."""
    for day, title in off.items():
        found = EXCHANGED_WITH.search(title)
        worked = datetime.strptime(found[1], "%d.%m.%Y").date() if found else None  # noqa: DTZ007  a date
        if worked and worked not in off:
            kind = "short" if _before_holiday(day) else "working"
            yield PlannedDay(worked, kind, f"Рабочий день вместо {day:%d.%m.%Y}", day.weekday())


def _shortened(year: int, off: dict[date, str]) -> Iterator[PlannedDay]:
    day = date(year, 1, 1)
    while day.year == year:
        if day.weekday() < 5 and day not in off and _before_holiday(day):
            yield PlannedDay(day, "short", "Предпраздничный день")
        day += ONE_DAY


def _before_holiday(day: date) -> bool:
    following = day + ONE_DAY
    return (following.month, following.day) in PUBLIC_HOLIDAYS


def is_public_holiday(day: date) -> bool:
    """A holiday of every year by law, as opposed to a day off that a year's decree moved there."""
    return (day.month, day.day) in PUBLIC_HOLIDAYS
