"""What follows from a changed calendar."""

from datetime import timedelta

import pytest

from insurers.models import WorkingAxis, WorkingHours
from insurers.services import calendar
from insurers.services.calendar import CALENDAR_CHANGED, day_changed, days_followed, refresh, schedule_changed
from insurers.services.working_time import is_working, rebuild_all
from omsportal.platform.models import Job
from tests.insurers.conftest import NOW
from tests.insurers.naive_working_time import at

pytestmark = pytest.mark.django_db

THURSDAY = at("2026-03-19 09:00")


@pytest.fixture
def here(make_schedule, yaroslavl):
    return make_schedule("here", {3: "09:00-18:00"}, region=yaroslavl)


def asked():
    return [job.arguments for job in Job.objects.filter(kind=CALENDAR_CHANGED).order_by("pk")]


def test_it_recounts_every_follower_of_the_country_and_tells(office, here, round_the_clock, calendar_day):
    rebuild_all(NOW)
    calendar_day("2026-03-19", "day_off")
    assert day_changed(region_id=None, by_id=7, now=NOW) == 2
    assert not is_working(office, THURSDAY)
    assert not is_working(here, THURSDAY)
    assert asked() == [{"schedules": sorted([office.pk, here.pk])}]
    assert Job.objects.get().created_by_id == 7


def test_it_recounts_only_the_region_for_a_regional_day(office, here, calendar_day, yaroslavl):
    rebuild_all(NOW)
    calendar_day("2026-03-19", "day_off", region=yaroslavl)
    assert day_changed(region_id=yaroslavl.pk, by_id=None, now=NOW) == 1
    assert (is_working(office, THURSDAY), is_working(here, THURSDAY)) == (True, False)


def test_it_recounts_a_schedule_whose_hours_changed(office):
    rebuild_all(NOW)
    WorkingHours.objects.filter(schedule=office, weekday=3).delete()
    schedule_changed(schedule=office, by_id=None, now=NOW)
    assert not is_working(office, THURSDAY)
    assert asked() == [{"schedules": [office.pk]}]


def test_who_changes_it_again_before_it_is_counted_is_led_to_the_job_that_waits(office):
    rebuild_all(NOW)
    first = schedule_changed(schedule=office, by_id=7, now=NOW)
    assert first is not None
    assert schedule_changed(schedule=office, by_id=7, now=NOW + timedelta(minutes=1)) == first
    again = [
        days_followed(
            region_id=None, days=[THURSDAY.date()], by_id=7, now=NOW + minute * timedelta(minutes=1)
        )
        for minute in range(2)
    ]
    assert again[0] == again[1] != first


def test_it_counts_with_no_hours_that_were_removed(office):
    rebuild_all(NOW)
    office.hours.all().delete()
    schedule_changed(schedule=office, by_id=None, now=NOW)
    assert not WorkingAxis.objects.filter(schedule=office).exists()
    assert not office.spans.exists()
    assert asked() == []


def test_it_asks_for_nothing_when_nobody_is_touched(round_the_clock):
    assert day_changed(region_id=None, by_id=None, now=NOW) == 0
    assert asked() == []


def test_it_refreshes_only_what_is_stale(office, round_the_clock, make_schedule):
    make_schedule("empty", {})
    assert refresh(now=NOW) == 2
    assert refresh(now=NOW + timedelta(hours=1)) == 0
    assert refresh(now=NOW + calendar.STALE_AFTER + timedelta(seconds=1)) == 2
    assert asked() == []


def test_it_moves_the_window_on(office):
    refresh(now=NOW)
    first = WorkingAxis.objects.get(schedule=office).starts[0]
    refresh(now=NOW + timedelta(days=7))
    assert WorkingAxis.objects.get(schedule=office).starts[0] > first
