"""The legal clock of 59-ФЗ."""

from datetime import date

import pytest

from complaints.deadlines import answer_due_on


def weekend(day: date) -> bool:
    return day.weekday() >= 5


def never(day: date) -> bool:
    return False


@pytest.mark.parametrize(
    ("registered", "due"),
    [
        (date(2026, 3, 2), date(2026, 4, 1)),  # 30 calendar days, a Wednesday
        (date(2026, 3, 5), date(2026, 4, 3)),  # the 30th day is a Saturday: the Friday before
        (date(2026, 3, 6), date(2026, 4, 3)),  # a Sunday: the same Friday
        (date(2026, 1, 31), date(2026, 3, 2)),  # across February
        (date(2028, 2, 1), date(2028, 3, 2)),  # a leap year
    ],
)
def test_the_answer_is_due_in_30_days_or_on_the_working_day_before(registered: date, due: date) -> None:
    assert answer_due_on(registered, days=30, is_day_off=weekend) == due


def test_long_holidays_are_crossed_backwards() -> None:
    def holidays(day: date) -> bool:
        return weekend(day) or date(2026, 1, 1) <= day <= date(2026, 1, 11)

    assert answer_due_on(date(2025, 12, 5), days=30, is_day_off=holidays) == date(2025, 12, 31)


def test_the_date_never_falls_before_registration() -> None:
    assert answer_due_on(date(2026, 3, 2), days=3, is_day_off=lambda day: True) == date(2026, 3, 2)
