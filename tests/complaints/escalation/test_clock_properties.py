"""The tier clock over random calendars, zones, pauses and lives; its twin walks minute by minute."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.escalation import moves
from complaints.models import Complaint, EscalationRule, History
from complaints.services import hops, rules, thread, waiting, work
from insurers.models import CalendarDay, WorkingHours, WorkingSchedule
from insurers.services import calendar, working_time
from omsportal.platform import jobs
from tests.factories import NOW, make_branch, make_complaint, make_rules, make_staff, profile

pytestmark = pytest.mark.django_db

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# The eleven zones of the country, none with summer time.
ZONES = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk",
    "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
)  # fmt: skip
TWIN = settings(max_examples=20)


@dataclass(frozen=True)
class Calendar:
    """Weekly hours in minutes of the day, and what the production calendar says of some dates."""

    zone: str
    hours: Mapping[int, Sequence[tuple[int, int]]]
    special: Mapping[date, tuple[str, int | None]]

    def worked(self, day: date) -> set[int]:
        """The minutes of a local day that are worked, each listed by itself."""
        kind, works_as = self.special.get(day, ("working", day.weekday()))
        if kind == "day_off":
            return set()
        weekday = day.weekday() if works_as is None else works_as
        while works_as is None and weekday not in self.hours:
            weekday = (weekday - 1) % 7
        minutes = [minute for piece in self.hours.get(weekday, ()) for minute in range(*piece)]
        return set(minutes[:-60] if kind == "short" else minutes)

    def install(self, schedule: WorkingSchedule) -> None:
        """Hours, days and spans of the schedule become these."""
        schedule.hours.all().delete()
        CalendarDay.objects.all().delete()
        WorkingHours.objects.bulk_create(
            WorkingHours(schedule=schedule, weekday=day, starts=_time(start), ends=_time(end))
            for day, pieces in self.hours.items()
            for start, end in pieces
        )
        CalendarDay.objects.bulk_create(
            CalendarDay(date=day, kind=kind, works_as=works_as)
            for day, (kind, works_as) in self.special.items()
        )
        schedule.time_zone, schedule.follows_calendar = self.zone, True
        schedule.save()
        working_time.rebuild(schedule, NOW)


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


@st.composite
def pieces_of_a_day(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Two hours of work or more, perhaps with a break; may end at midnight. On quarters of an hour."""
    start = draw(st.integers(0, 80))
    end = draw(st.integers(start + 8, 96))
    if end - start < 16 or draw(st.booleans()):
        return [(start * 15, end * 15)]
    pause = draw(st.integers(start + 4, end - 8))
    return [(start * 15, pause * 15), ((pause + draw(st.integers(1, 4))) * 15, end * 15)]


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    hours = draw(st.dictionaries(st.integers(0, 6), pieces_of_a_day(), min_size=3, max_size=7))
    day = st.integers(-2, 25).map(lambda offset: NOW.date() + timedelta(days=offset))
    kind = st.one_of(
        st.just(("day_off", None)),
        st.tuples(st.sampled_from(["working", "short"]), st.one_of(st.none(), st.integers(0, 6))),
    )
    return Calendar(draw(st.sampled_from(ZONES)), hours, draw(st.dictionaries(day, kind, max_size=8)))


@dataclass(frozen=True)
class Life:
    """A stay in tier 2: pauses in minutes after the entry (None: it still lasts), limit, unit."""

    entered: int
    pauses: Sequence[tuple[int, int | None]]
    limit: int
    unit: str


@st.composite
def lives(draw: st.DrawFn) -> Life:
    count = draw(st.sampled_from([0, 0, 1, 1, 2]))
    ends = sorted(draw(st.sets(st.integers(1, 9 * 24 * 60), min_size=2 * count, max_size=2 * count)))
    pauses: list[tuple[int, int | None]] = [(ends[i], ends[i + 1]) for i in range(0, 2 * count, 2)]
    if pauses and draw(st.booleans()):
        pauses[-1] = (pauses[-1][0], None)
    limit = draw(st.integers(1, 24))
    return Life(
        draw(st.integers(0, 48 * 60)), pauses, limit, draw(st.sampled_from(["working_hour", "minute"]))
    )


def naive(life: Life, calendar_: Calendar) -> tuple[datetime, int | None]:
    """When the limit is used up; and, while the clock stands still, how many minutes are left of it.

    A case that waits keeps the moment at which it would have been due without that wait.
    """
    entered = NOW + life.entered * MINUTE
    ends = {entered + begin * MINUTE: end and entered + end * MINUTE for begin, end in life.pauses}
    zone, days = ZoneInfo(calendar_.zone), cache(calendar_.worked)
    left, left_now, minute = life.limit * (60 if life.unit == "working_hour" else 1), None, entered
    while left:
        if ends.get(minute, minute) is None and left_now is None:
            left_now = left
        minute = ends.get(minute) or minute
        local = minute.astimezone(zone)
        left -= life.unit == "minute" or local.hour * 60 + local.minute in days(local.date())
        minute += MINUTE
    waits = bool(life.pauses) and life.pauses[-1][1] is None
    return minute, (left_now or 0) if waits else None


def written(life: Life) -> Complaint:
    """A case with that life: the row and its history, dates still unknown."""
    case = make_complaint()
    entered = NOW + life.entered * MINUTE
    waits = bool(life.pauses) and life.pauses[-1][1] is None
    holder = make_staff("specialist", 2, make_branch())
    for begin, end in life.pauses:
        _line(case, "waited", entered + begin * MINUTE)
        if end:
            _line(case, "resumed", entered + end * MINUTE)
    somewhen = NOW + 300 * DAY
    Complaint.objects.filter(pk=case.pk).update(
        tier=2, hop=1, stage="resolution", entered_at=entered, due_at=somewhen, warn_at=None,
        escalate_at=None if waits else somewhen, status="waiting" if waits else "in_work", assignee=holder,
        pauses_used=len(life.pauses), paused_at=entered + life.pauses[-1][0] * MINUTE if waits else None,
        wait_until=somewhen if waits else None, remaining_seconds=7 if waits else None,
    )  # fmt: skip
    return case


def _line(case: Complaint, event: str, at: datetime) -> None:
    History.objects.create(complaint=case, at=at, event=event, hop=1, cause="system", from_tier=2, to_tier=2)


def recounted(case: Complaint) -> Complaint:
    schedules = [case.branch.schedule_id]
    jobs.request(kind=calendar.CALENDAR_CHANGED, arguments={"schedules": schedules}, now=NOW)
    job = jobs.run_next(NOW)
    assert job is not None
    assert job.state == "done"
    return Complaint.objects.get(pk=case.pk)


@contextmanager
def forgotten() -> Iterator[None]:
    """Everything an example writes is rolled back after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@TWIN
@given(life=lives(), changed=calendars())
def test_a_recount_agrees_with_the_minutes_walked_one_by_one(life: Life, changed: Calendar) -> None:
    with forgotten():
        branch = make_branch()
        limits = EscalationRule.objects.filter(edition=make_rules(), tier=2, urgency="")
        limits.update(resolution_limit=life.limit, resolution_unit=life.unit)
        rules.expand(edition=make_rules())
        case = written(life)
        changed.install(branch.schedule)
        after = recounted(case)
        due_at, left = naive(life, changed)
        assert after.due_at == due_at
        assert after.remaining_seconds == (None if left is None else left * 60)
        assert recounted(case).version == after.version


@dataclass
class Actors:
    """Who works on a case of a random life, each at the case's own moment."""

    case: Complaint
    now: datetime

    def act(self, name: str) -> None:
        done: Callable[[], object] = getattr(self, name)
        done()
        self.case = Complaint.objects.get(pk=self.case.pk)

    def _hand(self, tier: int | None = None) -> dict[str, object]:
        tier = tier or self.case.tier
        by = make_staff(f"person-{tier}", tier, make_branch())
        return {"by": by, "profile": profile(by, on=self.now.date()), "now": self.now}

    def _claim(self) -> None:
        if self.case.status == "new":
            self.case = work.claim(complaint=self.case, **self._hand())  # type: ignore[arg-type]

    def wait(self) -> None:
        if self.case.pauses_used < 2 and self.case.status != "waiting" and self.now < self.case.due_at:
            self._claim()
            question = {"question": "Когда?", "working_days": 3}
            waiting.wait(complaint=self.case, **question, **self._hand())  # type: ignore[arg-type]

    def answer(self) -> None:
        if self.case.status == "waiting":
            thread.post_by_patient(complaint=self.case, text="Вчера", now=self.now)

    def reply(self) -> None:
        if self.case.status != "waiting":
            self._claim()
            thread.post_by_staff(complaint=self.case, text="Звоним", **self._hand())  # type: ignore[arg-type]

    def climb(self) -> None:
        if self.case.tier < 3 and self.case.status != "waiting":
            self._claim()
            hops.escalate(complaint=self.case, reason="competence", **self._hand())  # type: ignore[arg-type]

    def give_back(self) -> None:
        has_time = self.case.escalate_at is not None and self.case.status != "waiting"
        if self.case.tier > 1 and not self.case.returns_used and has_time:
            self._claim()
            about = {"reason": "incomplete", "note": "Уточнить"}
            hops.return_to_lower_tier(complaint=self.case, **about, **self._hand())  # type: ignore[arg-type]

    def run_out(self) -> None:
        if self.case.status != "waiting" and self.case.due_at > self.now:
            self.now = self.case.due_at
            moves.move_named_due(ids=[self.case.pk], now=self.now)


#: How much time passes, to the microsecond, and what happens then.
steps = st.lists(
    st.tuples(
        st.integers(0, 2 * 24 * 3600 * 10**6),
        st.sampled_from(["wait", "answer", "reply", "climb", "give_back", "run_out"]),
    ),
    max_size=7,
)


def lived(life: Sequence[tuple[int, str]], hours: Calendar) -> Complaint:
    branch = make_branch()
    hours.install(branch.schedule)
    actors = Actors(make_complaint(branch), NOW)
    for microseconds, name in life:
        actors.now += timedelta(microseconds=microseconds)
        actors.act(name)
    return actors.case


@settings(TWIN, max_examples=10)
@given(life=steps, hours=calendars())
def test_an_unchanged_calendar_moves_nothing_in_any_life(
    life: Sequence[tuple[int, str]], hours: Calendar
) -> None:
    with forgotten():
        case = lived(life, hours)
        if case.breached_at is None:
            assert recounted(case).version == case.version


@settings(TWIN, max_examples=10)
@given(life=steps, hours=calendars())
def test_a_hop_never_moves_a_due_moment_backwards(life: Sequence[tuple[int, str]], hours: Calendar) -> None:
    with forgotten():
        case = lived([*life, (0, "run_out"), (0, "run_out")], hours)
        for line in History.objects.filter(complaint=case, event__in=["escalated", "returned", "resumed"]):
            assert line.due_after >= line.due_before, line.event
        climbs = History.objects.filter(complaint=case, event__startswith="escalated")
        assert all(line.due_after > line.at for line in climbs)


def test_the_twin_counts_what_a_person_would() -> None:
    """Friday 17:00 with two hours, a break for the weekend and a short Monday."""
    office = Calendar(
        "Europe/Moscow", {day: [(9 * 60, 18 * 60)] for day in range(5)}, {date(2026, 3, 20): ("short", None)}
    )
    friday_noon = round((datetime(2026, 3, 20, 13, 0, tzinfo=UTC) - NOW) / MINUTE)  # 16:00 in Moscow
    assert naive(Life(friday_noon, [], 2, "working_hour"), office) == (
        datetime(2026, 3, 23, 7, 0, tzinfo=UTC), None,
    )  # fmt: skip
    assert naive(Life(friday_noon, [(30, None)], 2, "working_hour"), office)[1] == 90
