"""Was a waiting time broken? The limit of the programme and its last day by the working calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from complaints.models import Category, Deadline, DeadlineUnit
from insurers.models import CalendarDay, DayKind, Region

GROUP = "care"
SATURDAY = 5
HOURS_OF_DAY = 24
#: Long holidays lie within: fourteen working days never take longer.
LONGEST_REST = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is promised and until when. `last_on` is None where the rule is uncertain: no verdict then."""

    term: Deadline
    since: date
    last_on: date | None
    today: date

    @property
    def is_over(self) -> bool:
        return self.last_on is not None and self.today > self.last_on

    @property
    def days_late(self) -> int:
        return max(0, (self.today - self.last_on).days) if self.last_on else 0

    @property
    def days_left(self) -> int:
        return max(0, (self.last_on - self.today).days) if self.last_on else 0

    @property
    def days_off(self) -> int:
        """Between the two days, not counted; only working days pass over them."""
        is_working = self.last_on and self.term.unit == DeadlineUnit.WORKING_DAY
        return (self.last_on - self.since).days - self.term.value if self.last_on and is_working else 0


def terms_on(day: date) -> list[Deadline]:
    """Waiting times of the programme in force on a day."""
    return list(Deadline.objects.terms_of(GROUP).valid_on(day).select_related("region").order_by("id"))


def theme_of_waiting(today: date) -> Category | None:
    """What an appeal about a broken waiting time is about."""
    return next((theme for theme in Category.objects.valid_on(today) if theme.asks_waiting_time), None)


def verdict(*, code: str, since: date, region: Region | None, terms: list[Deadline], today: date) -> Verdict:
    """Of the region's own row and the common one the earlier last day: a region may only promise less time.

    An own row that is uncertain gives no verdict.
    """
    rows = [term for term in terms if term.code == code and term.region in {None, region}]
    rows.sort(key=lambda row: row.region_id is None)
    if rows[0].needs_check:
        return Verdict(rows[0], since, None, today)
    counted = [(_last_day(row, since, region), row) for row in rows if not row.needs_check]
    last_on, term = min(counted, key=lambda one: one[0] or date.max)
    return Verdict(term, since, last_on, today)


def day_after(start: date, working_days: int, region: Region | None) -> date:
    """So many working days of the region later."""
    return _after_working_days(start, working_days, day_off_rule(region, start, start + LONGEST_REST))


def _last_day(term: Deadline, since: date, region: Region | None) -> date | None:
    """The day it was asked for does not count. Hours and minutes are told by days: a person gave a date."""
    match term.unit:
        case DeadlineUnit.MINUTE:
            return since
        case DeadlineUnit.HOUR:
            return since + timedelta(days=term.value // HOURS_OF_DAY)
        case DeadlineUnit.CALENDAR_DAY:
            return since + timedelta(days=term.value)
        case DeadlineUnit.WORKING_DAY:
            return _after_working_days(since, term.value, day_off_rule(region, since, since + LONGEST_REST))
        case _:
            return None


def _after_working_days(start: date, count: int, is_day_off: Callable[[date], bool]) -> date:
    day = start
    while count:
        day += timedelta(days=1)
        count -= not is_day_off(day)
    return day


def day_off_rule(region: Region | None, first: date, last: date) -> Callable[[date], bool]:
    """Days off of the production calendar: the region's own day wins over the country's."""
    rows = CalendarDay.objects.of(region.pk if region else None).between(first, last)
    special = {day.date: day.kind for day in sorted(rows, key=lambda day: day.region_id or 0)}

    def is_day_off(day: date) -> bool:
        return special[day] == DayKind.DAY_OFF if day in special else day.weekday() >= SATURDAY

    return is_day_off
