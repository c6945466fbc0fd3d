"""Subtracting working time: the inverse of adding it, in every schedule, within the window and beyond it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insurers.models import CalendarDay, WorkingAxis, WorkingSchedule, WorkingSpan
from insurers.production_calendar import days_of
from insurers.services.working_time import (
    BeyondHorizon,
    add_working_seconds,
    rebuild,
    subtract_working_seconds,
    working_seconds_between,
)
from tests.insurers.conftest import NOW
from tests.insurers.naive_working_time import at

pytestmark = pytest.mark.django_db

Make = Callable[..., WorkingSchedule]
WEEKDAYS = range(5)
SCHEDULES = {
    "office": (dict.fromkeys(WEEKDAYS, "09:00-18:00"), {}),
    "with-lunch": (dict.fromkeys(WEEKDAYS, "09:00-13:00 14:00-18:00"), {"time_zone": "Asia/Yekaterinburg"}),
    "kamchatka-six-days": (
        dict.fromkeys(WEEKDAYS, "08:30-17:15") | {5: "10:00-14:00"},
        {"time_zone": "Asia/Kamchatka"},
    ),
    "duty-nights": (dict.fromkeys(range(7), "00:00-08:00 20:00-00:00"), {"follows_calendar": False}),
    "round-the-clock": ({}, {"round_the_clock": True, "follows_calendar": False}),
}
# From the New Year's holidays over short days to the May holidays: the window and far before it.
FIRST = at("2025-12-29 00:00")
minutes_later = st.integers(min_value=0, max_value=130 * 24 * 60)
seconds_of_work = st.integers(min_value=1, max_value=12 * 24 * 3600)
busy = settings(max_examples=60)


@pytest.fixture
def schedules(make_schedule: Make) -> list[WorkingSchedule]:
    planned = [*days_of(2025), *days_of(2026)]
    CalendarDay.objects.bulk_create(
        CalendarDay(date=day.date, kind=day.kind, works_as=day.works_as, title=day.title) for day in planned
    )
    made = [make_schedule(code, hours, **fields) for code, (hours, fields) in SCHEDULES.items()]
    for schedule in made:
        rebuild(schedule, NOW)
    return made


def works_right_before(schedule: WorkingSchedule, moment: datetime) -> bool:
    """In (opening, closing]: where a due moment lies."""
    spans = WorkingSpan.objects.of(schedule)
    return spans.filter(starts_at__lt=moment, ends_at__gte=moment).exists()


def works_right_after(schedule: WorkingSchedule, moment: datetime) -> bool:
    """In [opening, closing): where a start lies."""
    return WorkingSpan.objects.of(schedule).covering(moment).exists()


@busy
@given(data=st.data(), offset=minutes_later, seconds=seconds_of_work)
def test_adding_what_was_subtracted_gives_every_working_moment_back(
    data: st.DataObject, schedules: list[WorkingSchedule], offset: int, seconds: int
) -> None:
    schedule = data.draw(st.sampled_from(schedules))
    moment = FIRST + timedelta(minutes=offset)
    before = subtract_working_seconds(schedule, moment, seconds)
    assert works_right_after(schedule, before)
    assert working_seconds_between(schedule, before, moment) == seconds
    again = add_working_seconds(schedule, before, seconds)
    assert again == moment or not works_right_before(schedule, moment)
    assert works_right_before(schedule, again)


@busy
@given(data=st.data(), offset=minutes_later, seconds=seconds_of_work)
def test_subtracting_what_was_added_gives_every_working_start_back(
    data: st.DataObject, schedules: list[WorkingSchedule], offset: int, seconds: int
) -> None:
    schedule = data.draw(st.sampled_from(schedules))
    start = FIRST + timedelta(minutes=offset)
    again = subtract_working_seconds(schedule, add_working_seconds(schedule, start, seconds), seconds)
    assert again == start or not works_right_after(schedule, start)
    assert works_right_after(schedule, again)


@pytest.mark.parametrize(
    ("moment", "hours", "before"),
    [
        ("2026-03-18 12:00", 3, "2026-03-18 09:00"),
        ("2026-03-18 15:00", 9, "2026-03-18 06:00"),
        ("2026-03-19 08:00", 2, "2026-03-19 06:00"),  # the opening, not yesterday's closing
        ("2026-03-19 08:00", 3, "2026-03-18 14:00"),
        ("2026-03-18 20:00", 1, "2026-03-18 14:00"),  # at night: of the day that has ended
        ("2026-03-23 06:00", 1, "2026-03-20 14:00"),  # over the weekend
    ],
)
def test_it_walks_back_over_nights_and_weekends(
    moment: str, hours: int, before: str, office: WorkingSchedule
) -> None:
    rebuild(office, NOW)
    assert subtract_working_seconds(office, at(moment), hours * 3600) == at(before)


def test_it_keeps_microseconds(office: WorkingSchedule) -> None:
    rebuild(office, NOW)
    moment = NOW.replace(microsecond=1)
    assert subtract_working_seconds(office, moment, 60) == moment - timedelta(minutes=1)


def test_it_gives_the_same_within_the_window_and_beyond_it(schedules: list[WorkingSchedule]) -> None:
    asked = [(one, NOW + timedelta(hours=hours)) for one in schedules for hours in range(-400, 400, 41)]
    near = [subtract_working_seconds(schedule, moment, 7 * 3600) for schedule, moment in asked]
    WorkingAxis.objects.all().delete()
    assert [subtract_working_seconds(schedule, moment, 7 * 3600) for schedule, moment in asked] == near


def test_it_asks_the_spans_only_beyond_the_window(office: WorkingSchedule) -> None:
    rebuild(office, NOW)
    expected = subtract_working_seconds(office, NOW, 3600)
    WorkingSpan.objects.all().delete()
    assert subtract_working_seconds(office, NOW, 3600) == expected


def test_it_refuses_to_guess_beyond_the_horizon(
    office: WorkingSchedule, round_the_clock: WorkingSchedule
) -> None:
    for schedule in (office, round_the_clock):
        rebuild(schedule, NOW)
        with pytest.raises(BeyondHorizon):
            subtract_working_seconds(schedule, NOW + timedelta(days=500), 60)
        with pytest.raises(BeyondHorizon):
            subtract_working_seconds(schedule, NOW, 500 * 24 * 3600)
        with pytest.raises(BeyondHorizon):
            subtract_working_seconds(schedule, NOW - timedelta(days=500), 60)


def test_it_refuses_to_subtract_no_time(office: WorkingSchedule) -> None:
    with pytest.raises(ValueError, match="positive"):
        subtract_working_seconds(office, NOW, 0)
