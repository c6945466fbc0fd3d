"""Unrolling weekly hours and a calendar into spans."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from insurers.working_time import DAY_SECONDS, SpecialDay, Week, ordinary_day_seconds, unroll
from tests.insurers import naive_working_time as naive
from tests.insurers.naive_working_time import at

HOUR = 3600
OFFICE = dict.fromkeys(range(5), ((9 * HOUR, 18 * HOUR),))
MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = date(2026, 3, 16)
SUNDAY = date(2026, 3, 22)

pieces = st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(
    lambda quarters: tuple(
        (start * 900, end * 900)
        for start, end in zip(sorted(quarters)[::2], sorted(quarters)[1::2], strict=False)
    )
)
weeks = st.builds(
    Week,
    zone=st.sampled_from(
        [ZoneInfo(name) for name in ("Europe/Kaliningrad", "Europe/Moscow", "Asia/Kamchatka")]
    ),
    hours=st.dictionaries(st.integers(0, 6), pieces, min_size=1),
    round_the_clock=st.sampled_from([False, False, False, True]),
)
special_days = st.builds(
    SpecialDay, works=st.booleans(), short=st.booleans(), works_as=st.none() | st.integers(0, 6)
)
calendars = st.dictionaries(st.dates(MONDAY, SUNDAY), special_days, max_size=4)


def spans(week, special=None, first=MONDAY, last=SUNDAY):
    return [
        (f"{span.starts_at:%d %H:%M}", f"{span.ends_at:%d %H:%M}")
        for span in unroll(week, special or {}, first, last)
    ]


@settings(max_examples=60)
@given(weeks, calendars)
def test_it_works_exactly_in_the_minutes_the_naive_twin_works_in(week, special):
    found = unroll(week, special, MONDAY, SUNDAY)
    minute = datetime(2026, 3, 16, tzinfo=week.zone).astimezone(UTC)
    end = minute + timedelta(days=7)
    while minute < end:
        inside = any(span.starts_at <= minute < span.ends_at for span in found)
        assert inside == naive.works(week, special, minute), minute
        minute += timedelta(minutes=15)


@settings(max_examples=60)
@given(weeks, calendars)
def test_it_counts_on_and_never_touches_itself(week, special):
    found = unroll(week, special, MONDAY, SUNDAY)
    for earlier, later in pairwise(found):
        assert earlier.ends_at < later.starts_at
        assert later.seconds_before == earlier.seconds_before + earlier.seconds
    assert not found or found[0].seconds_before == 0


def test_it_writes_local_hours_as_utc():
    assert spans(Week(MOSCOW, OFFICE), last=MONDAY) == [("16 06:00", "16 15:00")]
    assert spans(Week(ZoneInfo("Asia/Kamchatka"), OFFICE), last=MONDAY) == [("15 21:00", "16 06:00")]


def test_it_keeps_24_7_as_one_span():
    assert spans(Week(MOSCOW, round_the_clock=True)) == [("15 21:00", "22 21:00")]
    every_day = Week(MOSCOW, dict.fromkeys(range(7), ((0, DAY_SECONDS),)))
    assert spans(every_day) == [("15 21:00", "22 21:00")]


def test_it_rests_on_a_day_off_and_works_on_an_exchanged_saturday():
    special = {
        date(2026, 3, 17): SpecialDay(works=False),
        date(2026, 3, 21): SpecialDay(works=True, works_as=0),
    }
    shorter_friday = OFFICE | {4: ((9 * HOUR, 16 * HOUR),)}
    days = spans(Week(MOSCOW, shorter_friday), special)
    assert [start[:2] for start, _ in days] == ["16", "18", "19", "20", "21"]
    assert days[-1] == ("21 06:00", "21 15:00")


def test_it_gives_an_unexplained_working_weekend_the_hours_of_the_day_before_it():
    special = {date(2026, 3, 22): SpecialDay(works=True)}
    assert spans(Week(MOSCOW, {4: ((9 * HOUR, 16 * HOUR),)}), special)[-1] == ("22 06:00", "22 13:00")


def test_it_cuts_the_last_hour_of_a_short_day_even_through_a_break():
    broken = {0: ((9 * HOUR, 17 * HOUR), (18 * HOUR, 18 * HOUR + 1800))}
    special = {MONDAY: SpecialDay(works=True, short=True)}
    assert spans(Week(MOSCOW, broken), special) == [("16 06:00", "16 13:30")]


def test_it_leaves_nothing_of_a_short_day_of_one_hour():
    special = {MONDAY: SpecialDay(works=True, short=True)}
    assert spans(Week(MOSCOW, {0: ((9 * HOUR, 10 * HOUR),)}), special) == []


def test_it_takes_the_commonest_day_as_one_working_day():
    fund = Week(MOSCOW, dict.fromkeys(range(4), ((8 * HOUR, 17 * HOUR),)) | {4: ((8 * HOUR, 16 * HOUR),)})
    assert ordinary_day_seconds(fund) == 9 * HOUR
    assert ordinary_day_seconds(Week(MOSCOW, {0: ((0, 60),), 1: ((0, 120),)})) == 120
    assert ordinary_day_seconds(Week(MOSCOW, round_the_clock=True)) == DAY_SECONDS
    assert ordinary_day_seconds(Week(MOSCOW)) == 0


def test_it_lets_the_twin_stop_at_closing_time():
    assert naive.due(Week(MOSCOW, OFFICE), {}, at("2026-03-18 06:00"), 9 * 60) == at("2026-03-18 15:00")
