"""The production calendar against the official ones of these years."""

from datetime import date

import pytest

from insurers.production_calendar import days_of

SHORT = {
    2024: {"02-22", "03-07", "05-08", "06-11", "11-02"},
    2025: {"03-07", "04-30", "06-11", "11-01"},
    2026: {"04-30", "05-08", "06-11", "11-03"},
}
WORKING_SATURDAYS = {2024: {"04-27", "11-02", "12-28"}, 2025: {"11-01"}, 2026: set()}
# Working days of a five-day week, as published for the year.
WORKING_DAYS = {2024: 248, 2025: 247, 2026: 247}


@pytest.mark.parametrize("year", SHORT)
def test_it_shortens_the_days_that_the_official_calendar_shortens(year):
    assert {f"{day.date:%m-%d}" for day in days_of(year) if day.kind == "short"} == SHORT[year]


@pytest.mark.parametrize("year", WORKING_SATURDAYS)
def test_it_knows_working_saturdays(year):
    weekends = [day for day in days_of(year) if day.kind != "day_off" and day.date.weekday() > 4]
    assert {f"{day.date:%m-%d}" for day in weekends} == WORKING_SATURDAYS[year]
    assert all(day.works_as in range(5) for day in weekends)


@pytest.mark.parametrize("year", WORKING_DAYS)
def test_it_leaves_the_official_number_of_working_days(year):
    special = {day.date: day.kind != "day_off" for day in days_of(year)}
    days = [
        date.fromordinal(number)
        for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    ]
    assert sum(special.get(day, day.weekday() < 5) for day in days) == WORKING_DAYS[year]


def test_it_has_the_moved_days_of_2026():
    moved = {day.date: day.title for day in days_of(2026) if "перенесено" in day.title}
    assert moved == {
        date(2026, 1, 9): "Выходной (перенесено с 03.01.2026)",
        date(2026, 12, 31): "Выходной (перенесено с 04.01.2026)",
    }


def test_it_gives_an_exchanged_saturday_the_hours_of_its_monday():
    saturday = next(day for day in days_of(2025) if day.date == date(2025, 11, 1))
    assert (saturday.kind, saturday.works_as) == ("short", 0)


def test_it_knows_only_the_fixed_holidays_of_a_year_nobody_has_planned():
    assert all(day.works_as is None for day in days_of(2090))
    assert date(2090, 5, 9) in {day.date for day in days_of(2090)}
