"""Keeping the computed working time, and counting in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from django.db import connection, transaction

from insurers import working_time_sql as sql
from insurers.models import CalendarDay, DayKind, WorkingAxis, WorkingSchedule, WorkingSpan
from insurers.working_time import Pieces, Span, SpecialDay, Week, ordinary_day_seconds, second_of, unroll

HORIZON_BACK = timedelta(days=400)
HORIZON_AHEAD = timedelta(days=400)
WINDOW_BACK = timedelta(days=20)
WINDOW_AHEAD = timedelta(days=60)
# STORAGE PLAIN forbids a row wider than a page: three arrays of 8 bytes each must stay within 8 kB.
WINDOW_SPANS = 300
AXIS_ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)

# Joined from constants of our own, never from what somebody typed (S608).
_DUE = f"""
SELECT {sql.due_value("due")}
FROM (SELECT %s::timestamptz AS start, %s::bigint AS seconds, %s::bigint AS schedule) asked
{sql.due_joins(name="due", start="asked.start", seconds="asked.seconds", schedule="asked.schedule")}
"""  # noqa: S608
_BEFORE = f"""
SELECT {sql.before_value("before")}
FROM (SELECT %s::timestamptz AS moment, %s::bigint AS seconds, %s::bigint AS schedule) asked
{sql.before_joins(name="before", moment="asked.moment", seconds="asked.seconds", schedule="asked.schedule")}
"""  # noqa: S608
_PASSED = f"""
SELECT floor({sql.passed_value(moment="asked.moment", schedule="asked.schedule")})::bigint
FROM (SELECT %s::timestamptz AS moment, %s::bigint AS schedule) asked
"""  # noqa: S608

_WRITE_SPANS = """
INSERT INTO insurers_workingspan (schedule_id, starts_at, ends_at, seconds_before)
SELECT schedule.id, to_timestamp(span.starts), to_timestamp(span.ends), span.seconds_before
FROM unnest(%s::bigint[]) AS schedule (id)
CROSS JOIN unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS span (starts, ends, seconds_before)
"""


class ScheduleHasNoHours(Exception):
    """Nobody ever works by this schedule, so no working time can be counted: give it hours first."""


class BeyondHorizon(Exception):
    """The moment lies outside the computed working time: rebuild the schedule, or the limit is too long."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What decides on the spans of a schedule."""

    week: Week
    special: frozenset[tuple[date, SpecialDay]]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many schedules were computed, and the codes of those that have no hours at all."""

    schedules: int
    without_hours: tuple[str, ...]


def rebuild(schedule: WorkingSchedule, now: datetime) -> None:
    """Compute the spans and the axis of one schedule anew. Locks the schedule. Raises ScheduleHasNoHours."""
    if rebuild_many([schedule.pk], now).without_hours:
        raise ScheduleHasNoHours(schedule.code)


@transaction.atomic
def rebuild_many(ids: Iterable[int], now: datetime, *, lock: bool = True) -> Rebuilt:
    """Compute the spans and axes of these schedules anew, all that work alike at once. Locks the schedules,
    unless what is computed is nobody else's: a trial lasts for minutes.

    Those without hours keep what they had.
    """
    found = WorkingSchedule.objects.filter(pk__in=list(ids)).order_by("pk")
    schedules = list((found.select_for_update() if lock else found).prefetch_related("hours"))
    without_hours: list[str] = []
    for plan, alike in _alike(schedules, now).items():
        spans = _spans_of(plan)
        if not spans:
            without_hours += [schedule.code for schedule in alike]
            continue
        touched = [schedule.pk for schedule in alike]
        _replace_spans(touched, spans)
        _replace_axes(touched, spans, ordinary_day_seconds(plan.week), now)
    return Rebuilt(len(schedules) - len(without_hours), tuple(sorted(without_hours)))


def rebuild_all(now: datetime) -> Rebuilt:
    """Every schedule; once a day, so that the window moves on, and after a changed calendar."""
    return rebuild_many(WorkingSchedule.objects.with_hours().values_list("pk", flat=True), now)


def add_working_seconds(schedule: WorkingSchedule, start: datetime, seconds: int) -> datetime:
    """The moment after so many working seconds; exactly at closing it stays there. Raises BeyondHorizon."""
    if seconds <= 0:
        raise ValueError(f"Working time to add must be positive, not {seconds} s.")
    due_at = _asked(_DUE, start, seconds, schedule.pk)
    if due_at is None:
        raise BeyondHorizon(f"{schedule.code}: {seconds} s after {start:%Y-%m-%d %H:%M}")
    assert isinstance(due_at, datetime)
    return due_at


def subtract_working_seconds(schedule: WorkingSchedule, moment: datetime, seconds: int) -> datetime:
    """From when on only so many working seconds are left; exactly between two days it is the opening.

    The inverse of add_working_seconds. Raises BeyondHorizon.
    """
    if seconds <= 0:
        raise ValueError(f"Working time to subtract must be positive, not {seconds} s.")
    before = _asked(_BEFORE, moment, seconds, schedule.pk)
    if before is None:
        raise BeyondHorizon(f"{schedule.code}: {seconds} s before {moment:%Y-%m-%d %H:%M}")
    assert isinstance(before, datetime)
    return before


def working_seconds_between(schedule: WorkingSchedule, earlier: datetime, later: datetime) -> int:
    """Whole working seconds from `earlier` to `later`, negative if they are swapped. Raises BeyondHorizon."""
    return _passed(schedule, later) - _passed(schedule, earlier)


def is_working(schedule: WorkingSchedule, now: datetime) -> bool:
    return WorkingSpan.objects.of(schedule).covering(now).exists()


def next_opening(schedule: WorkingSchedule, now: datetime) -> datetime | None:
    """When the next span begins, within the horizon."""
    span = WorkingSpan.objects.of(schedule).starting_after(now).first()
    return span.starts_at if span else None


def week_of(schedule: WorkingSchedule) -> Week:
    hours: dict[int, Pieces] = {}
    for row in schedule.hours.all():
        piece = second_of(row.starts), second_of(row.ends) or 24 * 60 * 60
        hours[row.weekday] = (*hours.get(row.weekday, ()), piece)
    return Week(schedule.zone, hours, schedule.round_the_clock)


@lru_cache(maxsize=16)
def _spans_of(plan: _Plan) -> tuple[Span, ...]:
    """Pure and slow: what a trial has counted, the change after it need not count again."""
    return tuple(unroll(plan.week, dict(plan.special), plan.first, plan.last))


def _alike(schedules: Iterable[WorkingSchedule], now: datetime) -> dict[_Plan, list[WorkingSchedule]]:
    """A country has three hundred schedules, and most of them work alike."""
    plans: dict[_Plan, list[WorkingSchedule]] = {}
    days: dict[tuple[int | None, date, date], frozenset[tuple[date, SpecialDay]]] = {}
    for schedule in schedules:
        week = week_of(schedule)
        first, last = _local_day(week, now - HORIZON_BACK), _local_day(week, now + HORIZON_AHEAD)
        special: frozenset[tuple[date, SpecialDay]] = frozenset()
        if schedule.follows_calendar:
            asked = (schedule.region_id, first, last)
            special = days.get(asked) or _special_days(*asked)
            days[asked] = special
        plans.setdefault(_Plan(week, special, first, last), []).append(schedule)
    return plans


def _special_days(region_id: int | None, first: date, last: date) -> frozenset[tuple[date, SpecialDay]]:
    """The country's days, then the region's own over them."""
    rows = CalendarDay.objects.of(region_id).between(first, last)
    ordered = sorted(rows, key=lambda day: day.region_id is not None)
    return frozenset({day.date: _special(day) for day in ordered}.items())


def _special(day: CalendarDay) -> SpecialDay:
    return SpecialDay(day.kind != DayKind.DAY_OFF, day.kind == DayKind.SHORT, day.works_as)


def _local_day(week: Week, moment: datetime) -> date:
    return moment.astimezone(week.zone).date()


def _replace_spans(schedules: list[int], spans: Sequence[Span]) -> None:
    """In one statement: a calendar has some 570 spans, a country 300 calendars."""
    WorkingSpan.objects.filter(schedule__in=schedules).delete()
    # Whole seconds as numbers: a thousand moments as text take longer to write and read than to store.
    starts = [int(span.starts_at.timestamp()) for span in spans]
    ends = [int(span.ends_at.timestamp()) for span in spans]
    seconds_before = [span.seconds_before for span in spans]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_SPANS, [schedules, starts, ends, seconds_before])


def _replace_axes(schedules: list[int], spans: Sequence[Span], day_seconds: int, now: datetime) -> None:
    near = _window(spans, now)
    columns = {
        "starts": [span.starts_at for span in near],
        "ends": [span.ends_at for span in near],
        "axis": [AXIS_ORIGIN + timedelta(seconds=span.seconds_before) for span in near],
        "day_seconds": day_seconds,
        "computed_at": now,
    }
    WorkingAxis.objects.filter(schedule__in=schedules).delete()
    WorkingAxis.objects.bulk_create([WorkingAxis(schedule_id=schedule, **columns) for schedule in schedules])


def _window(spans: Sequence[Span], now: datetime) -> Sequence[Span]:
    """The spans around now; at least one, so that an axis is never empty."""
    first, last = now - WINDOW_BACK, now + WINDOW_AHEAD
    near = [span for span in spans if span.ends_at > first and span.starts_at < last]
    return near[:WINDOW_SPANS] or spans[-1:]


def _passed(schedule: WorkingSchedule, moment: datetime) -> int:
    passed = _asked(_PASSED, moment, schedule.pk)
    if passed is None or moment > _horizon_end(schedule):
        raise BeyondHorizon(f"{schedule.code}: {moment:%Y-%m-%d %H:%M}")
    assert isinstance(passed, int)
    return passed


def _horizon_end(schedule: WorkingSchedule) -> datetime:
    return WorkingAxis.objects.get(schedule=schedule).computed_at + HORIZON_AHEAD


def _asked(statement: str, *values: datetime | int) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None
