"""When somebody is called who says on which days and at which hours it suits: SQL against a naive twin."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from complaints.call_windows import Window
from complaints.escalation import call_backs
from complaints.models import CallWindow, Complaint, History
from complaints.services.call_backs import met
from insurers.models import Branch, WorkingSchedule, WorkingSpan
from tests.complaints.escalation.test_recount import fresh
from tests.complaints.escalation.test_recount_dates import change
from tests.factories import NOW, make_branch, make_complaint, make_region, make_schedule

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL_DAYS = frozenset(range(7))
#: Wednesday, 20:00 in Yaroslavl; the branch works from 9 to 18.
EVENING = NOW + 8 * HOUR


def window(
    starts: int = 9, ends: int = 20, days: frozenset[int] = ALL_DAYS, zone: str = "Europe/Moscow"
) -> Window:
    return Window(days, time(starts), time(ends), zone)


def hours(wish: Window, *, at: datetime = EVENING) -> tuple[str, str] | None:
    """Begin and end by the clock of the branch, as people write them."""
    found = met(branch=make_branch(), window=wish, now=at)
    if found is None:
        return None
    zone = ZoneInfo("Europe/Moscow")
    return f"{found.starts_at.astimezone(zone):%a %d %H:%M}", f"{found.ends_at.astimezone(zone):%a %d %H:%M}"


class TestHours:
    def test_any_hour_means_the_next_working_day(self) -> None:
        assert hours(window()) == ("Thu 19 09:00", "Thu 19 18:00")

    def test_they_are_the_persons_own_hours(self) -> None:
        assert hours(window(10, 12)) == ("Thu 19 10:00", "Thu 19 12:00")

    def test_who_asks_in_the_morning_for_the_morning_is_called_the_next_one(self) -> None:
        assert hours(window(10, 12), at=NOW - 2 * HOUR) == ("Thu 19 10:00", "Thu 19 12:00")

    def test_they_are_counted_by_the_clock_of_where_the_person_is(self) -> None:
        assert hours(window(8, 15, zone="Asia/Vladivostok")) is None
        assert hours(window(16, 20, zone="Asia/Vladivostok")) == ("Thu 19 09:00", "Thu 19 13:00")

    def test_only_on_the_days_that_suit(self) -> None:
        assert hours(window(10, 12, days=frozenset({1}))) == ("Tue 24 10:00", "Tue 24 12:00")

    def test_a_day_on_which_nobody_works_is_none(self) -> None:
        assert hours(window(days=frozenset({5, 6}))) is None

    def test_hours_that_meet_for_some_minutes_hold_no_call(self) -> None:
        assert hours(Window(ALL_DAYS, time(17, 45), time(20), "Europe/Moscow")) is None
        assert hours(Window(ALL_DAYS, time(17, 30), time(20), "Europe/Moscow")) is not None

    def test_a_branch_that_never_closes_calls_at_the_persons_hours(self) -> None:
        branch = make_branch()
        branch.schedule = make_schedule("always", hours="")
        branch.save()
        found = met(branch=branch, window=window(7, 8, zone="Asia/Kamchatka"), now=EVENING)
        assert found is not None
        assert found.ends_at.astimezone(ZoneInfo("Asia/Kamchatka")).time() == time(8)
        assert found.ends_at - found.starts_at == HOUR


def twin(spans: Sequence[WorkingSpan], wish: Window, asked_at: datetime, due: datetime) -> datetime | None:
    """The same, tried out day by day."""
    branch_zone = ZoneInfo("Europe/Moscow")
    ends = [
        closes
        for starts_at, ends_at in wanted(wish, asked_at)
        for span in spans
        if (closes := min(span.ends_at, ends_at)) - max(span.starts_at, starts_at, asked_at)
        >= timedelta(minutes=30)
        and closes.astimezone(branch_zone).date() >= due.astimezone(branch_zone).date()
    ]
    return min(ends, default=None)


def wanted(wish: Window, asked_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(wish.time_zone)
    first: date = asked_at.astimezone(zone).date()
    for day in (first + offset * DAY for offset in range(-1, 30)):
        if day.weekday() in wish.days:
            starts, ends = (
                datetime.combine(day, hour, zone).astimezone(UTC) for hour in (wish.starts, wish.ends)
            )
            yield starts, ends


def test_it_agrees_with_trying_out_day_by_day() -> None:
    branch, rng = make_branch(), Random(5)
    spans = list(WorkingSpan.objects.of(branch.schedule).overlapping(NOW - DAY, NOW + 60 * DAY))
    zones = [
        "Europe/Kaliningrad",
        "Europe/Moscow",
        "Asia/Yekaterinburg",
        "Asia/Vladivostok",
        "Asia/Kamchatka",
    ]
    for _try in range(150):
        starts = rng.randint(7, 20)
        wish = window(
            starts,
            rng.randint(starts + 1, 22),
            frozenset(rng.sample(range(7), rng.randint(1, 7))),
            rng.choice(zones),
        )
        asked_at = NOW + timedelta(minutes=rng.randint(0, 14 * 24 * 60))
        due = call_backs.until(received_at=asked_at, days=1, schedule_id=branch.schedule_id)
        found = call_backs.meeting(received_at=asked_at, days=1, branch_id=branch.pk, window=wish)
        assert (found.ends_at if found else None) == twin(spans, wish, asked_at, due), (wish, asked_at)


class TestCalendar:
    def promised(self, branch: Branch, wish: Window) -> Complaint:
        found = met(branch=branch, window=wish, now=EVENING)
        assert found is not None
        case = make_complaint(branch, form="oral", now=EVENING, call_back_until=found.ends_at)
        CallWindow.objects.create(
            complaint=case, days=wish.mask, starts=wish.starts, ends=wish.ends, time_zone=wish.time_zone
        )
        return case

    def test_a_new_day_off_moves_the_promise_to_the_next_hours_that_suit(self) -> None:
        case = self.promised(make_branch(), window(10, 12))
        before = case.call_back_until
        assert before == datetime(2026, 3, 19, 9, 0, tzinfo=UTC)
        WorkingSchedule.objects.update(follows_calendar=True)
        assert change("day_off", date(2026, 3, 19)).result["calls"] == 1
        assert fresh(case).call_back_until == before + DAY
        line = History.objects.get(complaint=case, event="call_recounted")
        assert (line.until_before, line.until_after) == (before, before + DAY)

    def test_a_calendar_that_stays_moves_nothing(self) -> None:
        self.promised(make_branch(), window(10, 12, days=frozenset({1})))
        WorkingSchedule.objects.update(follows_calendar=True)
        assert "calls" not in change("day_off", date(2026, 3, 19)).result

    def test_it_is_kept_in_bits(self) -> None:
        wish = window(days=frozenset({0, 2, 6}))
        assert wish.mask == 0b1000101
        assert Window.of(wish.mask, wish.starts, wish.ends, wish.time_zone) == wish


def test_another_region_has_its_own_day() -> None:
    """Late in the evening in Moscow it is tomorrow in Kamchatka: the branch's day counts."""
    make_region("41", "Камчатский край", "Asia/Kamchatka")
    branch = make_branch(region="41")
    branch.schedule = make_schedule("kamchatka", zone="Asia/Kamchatka")
    branch.save()
    found = met(branch=branch, window=window(9, 18, zone="Asia/Kamchatka"), now=NOW)  # 21:00 there
    assert found is not None
    assert found.ends_at.astimezone(ZoneInfo("Asia/Kamchatka")) == datetime(
        2026, 3, 19, 18, 0, tzinfo=ZoneInfo("Asia/Kamchatka")
    )
