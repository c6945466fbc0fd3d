"""Computed working time and the arithmetic in SQL, against the twin that walks minute by minute."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from insurers import working_time_sql as sql
from insurers.models import CalendarDay, WorkingAxis, WorkingHours, WorkingSchedule, WorkingSpan
from insurers.production_calendar import days_of
from insurers.services import working_time
from insurers.services.working_time import (
    BeyondHorizon,
    ScheduleHasNoHours,
    add_working_seconds,
    is_working,
    next_opening,
    rebuild,
    rebuild_all,
    week_of,
    working_seconds_between,
)
from insurers.working_time import SpecialDay
from tests.insurers import naive_working_time as naive
from tests.insurers.conftest import NOW
from tests.insurers.naive_working_time import at

pytestmark = pytest.mark.django_db

WEEKDAYS = range(5)
FEBRUARY = at("2026-02-25 00:00")
SCHEDULES = {
    "office": (dict.fromkeys(WEEKDAYS, "09:00-18:00"), {}),
    "fund": (dict.fromkeys(range(4), "08:00-17:00") | {4: "08:00-16:00"}, {}),
    "with-lunch": (dict.fromkeys(WEEKDAYS, "09:00-13:00 14:00-18:00"), {"time_zone": "Asia/Yekaterinburg"}),
    "kamchatka": (dict.fromkeys(WEEKDAYS, "09:00-18:00"), {"time_zone": "Asia/Kamchatka"}),
    "kaliningrad-six-days": (
        dict.fromkeys(WEEKDAYS, "08:30-17:15") | {5: "10:00-14:00"},
        {"time_zone": "Europe/Kaliningrad"},
    ),
    "duty-nights": (dict.fromkeys(range(7), "00:00-08:00 20:00-00:00"), {"follows_calendar": False}),
    "round-the-clock": ({}, {"round_the_clock": True, "follows_calendar": False}),
}
# A short working Saturday and an exchanged Monday; the New Year; an ordinary week; the May holidays.
MOMENTS = ["2025-10-30 06:00", "2025-12-29 00:00", "2026-03-18 09:00", "2026-04-29 12:00"]


@pytest.fixture
def calendar(db):
    planned = [*days_of(2025), *days_of(2026)]
    CalendarDay.objects.bulk_create(
        CalendarDay(date=day.date, kind=day.kind, works_as=day.works_as, title=day.title) for day in planned
    )
    return {day.date: SpecialDay(day.kind != "day_off", day.kind == "short", day.works_as) for day in planned}


@pytest.mark.parametrize("code", SCHEDULES)
def test_it_adds_working_time_like_the_naive_twin(code, make_schedule, calendar):
    schedule, known = built(code, make_schedule, calendar)
    dice = random.Random(code)
    for moment in MOMENTS:
        for _ in range(8):
            start = at(moment) + timedelta(minutes=dice.randrange(5 * 24 * 60))
            minutes = dice.choice([1, 15, 240, 540, 541, dice.randrange(1, 3000)])
            expected = naive.due(*known, start, minutes)
            assert add_working_seconds(schedule, start, minutes * 60) == expected, (start, minutes)


@pytest.mark.parametrize("code", SCHEDULES)
def test_it_counts_working_time_like_the_naive_twin(code, make_schedule, calendar):
    schedule, known = built(code, make_schedule, calendar)
    dice = random.Random(code)
    for moment in MOMENTS:
        for _ in range(5):
            earlier = at(moment) + timedelta(minutes=dice.randrange(3 * 24 * 60))
            later = earlier + timedelta(minutes=dice.randrange(5 * 24 * 60))
            expected = naive.minutes_between(*known, earlier, later) * 60
            assert working_seconds_between(schedule, earlier, later) == expected
            assert working_seconds_between(schedule, later, earlier) == -expected


def test_it_finds_the_same_for_many_rows_in_one_statement(make_schedule, calendar):
    dice = random.Random(1)
    known = dict(built(code, make_schedule, calendar) for code in SCHEDULES)
    asked = [
        (
            schedule,
            at("2026-02-25 00:00") + timedelta(minutes=dice.randrange(90 * 24 * 60)),
            dice.randrange(1, 2000),
        )
        for schedule in known
        for _ in range(10)
    ]
    found = due_of_all([(schedule.pk, start, minutes * 60) for schedule, start, minutes in asked])
    assert found == [naive.due(*known[schedule], start, minutes) for schedule, start, minutes in asked]


def test_it_gives_the_same_within_the_window_and_beyond_it(make_schedule, calendar):
    schedule, _ = built("with-lunch", make_schedule, calendar)
    question = [(schedule.pk, NOW + timedelta(hours=hours), 7 * 3600) for hours in range(0, 24 * 30, 7)]
    near = due_of_all(question)
    WorkingAxis.objects.all().delete()
    assert due_of_all(question) == near


def test_it_asks_the_spans_only_beyond_the_window(make_schedule, calendar):
    schedule, _ = built("office", make_schedule, calendar)
    expected = add_working_seconds(schedule, NOW, 3600)
    WorkingSpan.objects.all().delete()
    assert add_working_seconds(schedule, NOW, 3600) == expected


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-18 06:00", 9, "2026-03-18 15:00"),
        ("2026-03-18 12:00", 3, "2026-03-18 15:00"),
        ("2026-03-17 16:00", 9, "2026-03-18 15:00"),
        ("2026-03-18 15:00", 1, "2026-03-19 07:00"),
        ("2026-03-20 14:00", 2, "2026-03-23 07:00"),
        ("2026-03-21 10:00", 18, "2026-03-24 15:00"),
    ],
)
def test_it_stays_at_closing_time_when_time_runs_out_with_the_day(start, hours, due, office):
    rebuild(office, NOW)
    assert add_working_seconds(office, at(start), hours * 3600) == at(due)


def test_it_keeps_microseconds(office):
    rebuild(office, NOW)
    start = NOW.replace(microsecond=1)
    assert add_working_seconds(office, start, 60) == start + timedelta(minutes=1)


def test_it_works_through_the_new_year_of_2026(make_schedule, calendar):
    schedule, _ = built("office", make_schedule, calendar)
    assert add_working_seconds(schedule, at("2025-12-30 14:30"), 3600) == at("2026-01-12 06:30")


def test_it_lets_a_regional_day_off_win_over_the_country(make_schedule, calendar_day, yaroslavl):
    here = make_schedule("here", dict.fromkeys(WEEKDAYS, "09:00-18:00"), region=yaroslavl)
    there = make_schedule("there", dict.fromkeys(WEEKDAYS, "09:00-18:00"))
    calendar_day("2026-03-19", "day_off", region=yaroslavl)
    calendar_day("2026-03-19", "short")
    rebuild_all(NOW)
    assert add_working_seconds(here, at("2026-03-18 15:00"), 3600) == at("2026-03-20 07:00")
    assert add_working_seconds(there, at("2026-03-18 15:00"), 9 * 3600) == at("2026-03-20 07:00")


def test_it_ignores_the_calendar_when_the_schedule_does(make_schedule, calendar_day):
    duty = make_schedule("duty", dict.fromkeys(range(7), "09:00-18:00"), follows_calendar=False)
    calendar_day("2026-03-19", "day_off")
    rebuild(duty, NOW)
    assert is_working(duty, at("2026-03-19 09:00"))


def test_it_says_whether_it_works_now_and_when_it_opens(office):
    rebuild(office, NOW)
    assert is_working(office, at("2026-03-18 06:00"))
    assert not is_working(office, at("2026-03-18 15:00"))
    assert next_opening(office, at("2026-03-20 15:00")) == at("2026-03-23 06:00")
    assert next_opening(office, NOW + timedelta(days=500)) is None


def test_it_refuses_to_guess_beyond_the_horizon(office, round_the_clock):
    rebuild_all(NOW)
    for schedule in (office, round_the_clock):
        with pytest.raises(BeyondHorizon):
            add_working_seconds(schedule, NOW, 500 * 24 * 3600)
        with pytest.raises(BeyondHorizon):
            add_working_seconds(schedule, NOW - timedelta(days=500), 60)
        with pytest.raises(BeyondHorizon):
            working_seconds_between(schedule, NOW - timedelta(days=500), NOW)
        with pytest.raises(BeyondHorizon):
            working_seconds_between(schedule, NOW, NOW + timedelta(days=500))


def test_it_refuses_to_add_no_time(office):
    with pytest.raises(ValueError, match="positive"):
        add_working_seconds(office, NOW, 0)


def test_it_drops_no_row_whose_schedule_was_never_built(office):
    assert due_of_all([(office.pk, NOW, 60), (-1, NOW, 60)]) == [None, None]


def test_it_refuses_a_schedule_without_hours_and_goes_on_with_the_others(office, make_schedule):
    empty = make_schedule("empty", {})
    with pytest.raises(ScheduleHasNoHours):
        rebuild(empty, NOW)
    rebuilt = rebuild_all(NOW)
    assert (rebuilt.schedules, rebuilt.without_hours) == (1, ("empty",))


def test_it_replaces_what_it_computed_before(office):
    rebuild(office, NOW)
    WorkingHours.objects.filter(schedule=office).update(starts="10:00")
    rebuild(WorkingSchedule.objects.get(pk=office.pk), NOW)
    axis = WorkingAxis.objects.get(schedule=office)
    assert axis.day_seconds == 8 * 3600
    assert not is_working(office, at("2026-03-18 06:30"))
    assert set(axis.starts) <= set(WorkingSpan.objects.of(office).values_list("starts_at", flat=True))


def test_schedules_that_work_alike_are_computed_together(office, make_schedule, yaroslavl, calendar):
    alike = [
        make_schedule(f"alike-{place}", dict.fromkeys(WEEKDAYS, "09:00-18:00"), region=yaroslavl)
        for place in range(9)
    ]
    early = make_schedule("early", dict.fromkeys(WEEKDAYS, "08:00-17:00"))
    CalendarDay.objects.create(date=at("2026-03-19 00:00").date(), kind="day_off", region=yaroslavl)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        rebuild_all(NOW)
    # The schedules and their hours; days of the country and of the region; three plans, four statements each.
    assert len([each for each in asked if "SAVEPOINT" not in each["sql"]]) <= 2 + 1 + 3 * 2 + 3 * 4
    thursday = at("2026-03-19 06:30")
    assert [is_working(each, thursday) for each in (*alike, office, early)] == [False] * 9 + [True, True]
    assert WorkingAxis.objects.count() == 11


def test_it_keeps_the_axis_inside_the_window_and_the_row_within_a_page(make_schedule):
    pieces = " ".join(f"{hour:02}:00-{hour:02}:30" for hour in range(24))
    busy = make_schedule("busy", dict.fromkeys(range(7), pieces), follows_calendar=False)
    rebuild(busy, NOW)
    axis = WorkingAxis.objects.get(schedule=busy)
    assert len(axis.starts) == working_time.WINDOW_SPANS
    assert axis.starts[0] >= NOW - timedelta(days=21)
    assert add_working_seconds(busy, NOW, 10 * 12 * 3600) == NOW + timedelta(days=10) - timedelta(minutes=30)


def test_it_stores_the_axis_plain():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, attstorage FROM pg_attribute"
            " WHERE attrelid = 'insurers_workingaxis'::regclass AND attname IN ('starts', 'ends', 'axis')"
        )
        assert {storage for _, storage in cursor.fetchall()} == {"p"}


def built(code, make_schedule, calendar):
    hours, fields = SCHEDULES[code]
    schedule = make_schedule(code, hours, **fields)
    rebuild(schedule, NOW)
    return schedule, (week_of(schedule), calendar if schedule.follows_calendar else {})


def due_of_all(questions):
    """Due moments of (schedule id, start, seconds) in order, by one statement."""
    values = ", ".join(["(%s::int, %s::bigint, %s::timestamptz, %s::int)"] * len(questions))
    joins = sql.due_joins(name="due", start="q.start", seconds="q.seconds", schedule="q.schedule")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sql.due_value('due')} FROM (VALUES {values}) q (place, schedule, start, seconds)"
            f" {joins} ORDER BY place",
            [value for place, question in enumerate(questions) for value in (place, *question)],
        )
        return [row[0] for row in cursor.fetchall()]
