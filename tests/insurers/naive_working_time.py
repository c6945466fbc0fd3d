"""A twin of the working-time arithmetic that no one could get wrong: it walks minute by minute."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache

from insurers.working_time import Pieces, SpecialDay, Week

MINUTE = timedelta(minutes=1)


def works(week: Week, special: Mapping[date, SpecialDay], minute: datetime) -> bool:
    """Whether the minute that begins at this moment is worked."""
    if week.round_the_clock:
        return True
    local = minute.astimezone(week.zone)
    second = local.hour * 3600 + local.minute * 60
    day = special.get(local.date(), SpecialDay(works=True, works_as=local.weekday()))
    if not day.works:
        return False
    weekday = day.works_as
    if weekday is None:
        weekday = local.weekday()
        while not week.hours.get(weekday):
            weekday = (weekday - 1) % 7
    return second in _minutes(week.hours.get(weekday, ()), day.short)


@cache
def _minutes(pieces: Pieces, short: bool) -> frozenset[int]:
    """The minutes of a day that are worked, each listed by itself, as seconds since midnight."""
    seconds = [second for piece in pieces for second in range(*piece, 60)]
    return frozenset(seconds[:-60] if short else seconds)


def due(week: Week, special: Mapping[date, SpecialDay], start: datetime, minutes: int) -> datetime:
    """The end of the n-th worked minute after a start on a whole minute."""
    minute = start
    while True:
        minutes -= works(week, special, minute)
        minute += MINUTE
        if not minutes:
            return minute


def minutes_between(
    week: Week, special: Mapping[date, SpecialDay], earlier: datetime, later: datetime
) -> int:
    count, minute = 0, earlier
    while minute < later:
        count += works(week, special, minute)
        minute += MINUTE
    return count


def at(text: str) -> datetime:
    """A UTC moment written like 2026-03-18 09:00."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
