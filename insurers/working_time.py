"""When a schedule works: weekly hours and the production calendar unrolled into spans. Pure.

The set-based arithmetic over these spans is `working_time_sql`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY_SECONDS = 24 * 60 * 60
SHORTENED_BY = 60 * 60  # a pre-holiday day is one hour shorter (Labour Code, art. 95)

Pieces = tuple[tuple[int, int], ...]  # seconds of the local day, from and to


@dataclass(frozen=True, slots=True)
class Week:
    """Ordinary hours: for each weekday (0 is Monday) its pieces in order; or always, round the clock."""

    zone: tzinfo
    hours: Mapping[int, Pieces] = field(default_factory=dict)
    round_the_clock: bool = False

    def __hash__(self) -> int:
        return hash((self.zone, self.round_the_clock, *sorted(self.hours.items())))


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """What the calendar says of one date; `works_as` is the weekday whose hours it has."""

    works: bool
    short: bool = False
    works_as: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Unbroken working time, aware UTC, and the working seconds before it."""

    starts_at: datetime
    ends_at: datetime
    seconds_before: int

    @property
    def seconds(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds())


def unroll(week: Week, special: Mapping[date, SpecialDay], first: date, last: date) -> list[Span]:
    """All spans from the first to the last local day, both included; touching ones are merged."""
    if week.round_the_clock:
        pieces = iter([(_moment(week.zone, first, 0), _moment(week.zone, last, DAY_SECONDS))])
    else:
        pieces = _pieces(week, special, first, last)
    return list(_counted(_merged(pieces)))


def ordinary_day_seconds(week: Week) -> int:
    """What "one working day" means: the commonest length of a day with hours, the longer one of a tie."""
    if week.round_the_clock:
        return DAY_SECONDS
    lengths = Counter(_length(pieces) for pieces in week.hours.values() if pieces)
    return max(lengths, key=lambda length: (lengths[length], length), default=0)


def second_of(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _pieces(
    week: Week, special: Mapping[date, SpecialDay], first: date, last: date
) -> Iterator[tuple[datetime, datetime]]:
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        for starts, ends in _hours_of(week, day, special.get(day)):
            yield _moment(week.zone, day, starts), _moment(week.zone, day, ends)


def _hours_of(week: Week, day: date, special: SpecialDay | None) -> Pieces:
    if special is None:
        return week.hours.get(day.weekday(), ())
    if not special.works:
        return ()
    pieces = week.hours.get(_weekday_for(week, day, special), ())
    return _shortened(pieces) if special.short else pieces


def _weekday_for(week: Week, day: date, special: SpecialDay) -> int:
    """The named weekday; else its own; else, on a usual day off, the nearest earlier day with hours."""
    if special.works_as is not None:
        return special.works_as
    earlier = ((day.weekday() - back) % 7 for back in range(7))
    return next((weekday for weekday in earlier if week.hours.get(weekday)), day.weekday())


def _shortened(pieces: Pieces) -> Pieces:
    """The last hour of work is cut off, through a break if need be."""
    kept: list[tuple[int, int]] = []
    left = max(0, _length(pieces) - SHORTENED_BY)
    for starts, ends in pieces:
        taken = min(left, ends - starts)
        if taken:
            kept.append((starts, starts + taken))
        left -= taken
    return tuple(kept)


def _length(pieces: Pieces) -> int:
    return sum(ends - starts for starts, ends in pieces)


def _moment(zone: tzinfo, day: date, second: int) -> datetime:
    """The local wall time as UTC; second 86400 is the next midnight."""
    if second >= DAY_SECONDS:
        day, second = day + timedelta(days=1), second - DAY_SECONDS
    minutes, seconds = divmod(second, 60)
    hour, minute = divmod(minutes, 60)
    return datetime(day.year, day.month, day.day, hour, minute, seconds, tzinfo=zone).astimezone(UTC)


def _merged(pieces: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    current: tuple[datetime, datetime] | None = None
    for starts_at, ends_at in pieces:
        if current and current[1] >= starts_at:
            current = current[0], max(current[1], ends_at)
            continue
        if current:
            yield current
        current = starts_at, ends_at
    if current:
        yield current


def _counted(pieces: Iterable[tuple[datetime, datetime]]) -> Iterator[Span]:
    before = 0
    for starts_at, ends_at in pieces:
        span = Span(starts_at, ends_at, before)
        yield span
        before += span.seconds
