"""Hours as a table has them, "24/7" or "Mon-Thu 08:00-17:00; Fri 08:00-16:00", or as people type. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from itertools import pairwise

#: Seven different days with two breaks each fit.
MOST_CHARACTERS = 400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHOWN = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
PART = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d\d:\d\d)-(\d\d:\d\d)")

Piece = tuple[time, time]
ROUND_THE_CLOCK = ("24/7", "круглосуточно", "24 часа", "round the clock")
_SETS = {
    "ежедневно": range(7), "каждый день": range(7), "без выходных": range(7), "daily": range(7),
    "every day": range(7), "будни": range(5), "по будням": range(5), "в будни": range(5),
    "по рабочим дням": range(5), "weekdays": range(5), "выходные": range(5, 7), "в выходные": range(5, 7),
    "по выходным": range(5, 7), "weekends": range(5, 7),
}  # fmt: skip
_MIDNIGHT = time(0)
_ALWAYS = {day: [(_MIDNIGHT, _MIDNIGHT)] for day in range(7)}
#: Beginnings of the names of days, in Russian and in English, 0 for Monday.
_DAYS = (
    ("пн", "пон", "mon"), ("вт", "tue"), ("ср", "wed"), ("чт", "чет", "thu"), ("пт", "пят", "fri"),
    ("сб", "суб", "sat"), ("вс", "вос", "sun"),
)  # fmt: skip
_DASH = r"\s*(?:[-\u2010-\u2015\u2212]|по|до|to)\s*"
_CLOCK = r"(\d{1,2})(?:[:.](\d\d))?"
_RANGE = re.compile(rf"(?:\b(?:с|from)\s+)?{_CLOCK}{_DASH}{_CLOCK}")
_SOME_DAYS = re.compile(rf"([a-zа-я]+)\.?(?:{_DASH}([a-zа-я]+)\.?)?")
_CLOSED = re.compile(r"(?:\b(?:по|в)\s)?(?:вых|закрыт|closed|не работ)\w*(?:\s(?:день|дни|во?)\b)?")
_HOLIDAYS = re.compile(r"праздн|нерабоч|holiday")
_AROUND_DAYS = " .:()-\u2013\u2014"
_BREAK = re.compile(r"перерыв|обед|break|lunch")
_BETWEEN = re.compile(r"[;,\n]|\s(?:и|and)\s")
#: What may stand behind hours and say nothing; a room, "except Wednesdays", "Moscow time" say something.
_IDLE = re.compile(r"[\s.:]*(?:(?:ч|час(?:а|ов)?|h|hours?)\b[\s.]*)?")


_ENGLISH = {
    **dict(zip(SHOWN, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)),
    "круглосуточно": "round the clock", "ежедневно": "daily", "и": "and",
}  # fmt: skip
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_SHOWN_WORD = re.compile(rf"\b(?:{'|'.join(_ENGLISH)})\b")


class HoursUnreadable(ValueError):
    """The text is no hours; write it like "Mon-Thu 08:00-17:00; Fri 08:00-16:00" or "24/7"."""


@dataclass(frozen=True, slots=True)
class Hours:
    """`shown` is what people read, in Russian; `week` has the pieces of each weekday, 0 for Monday."""

    code: str
    shown: str
    round_the_clock: bool = False
    week: dict[int, list[tuple[time, time]]] = field(default_factory=dict)


def read_hours(text: str) -> Hours | None:
    """None when nothing is known: unknown hours stay unknown. Raises HoursUnreadable."""
    text = text.strip().lower()
    if not text:
        return None
    if text == "24/7":
        return Hours("24-7", "круглосуточно", round_the_clock=True)
    code = re.sub(r"[^a-z0-9]+", "-", text.replace(":", ""))
    hours = Hours(code, ", ".join(_shown(*part) for part in _parts(text)))
    for first, last, starts, ends in _parts(text):
        for weekday in range(first, last + 1):
            hours.week.setdefault(weekday, []).append((starts, ends))
    return hours


def _parts(text: str) -> Iterator[tuple[int, int, time, time]]:
    for part in text.split(";"):
        found = PART.fullmatch(part.strip())
        if found is None:
            raise HoursUnreadable(text)
        first, last, starts, ends = found.groups()
        try:
            days = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
            yield *days, time.fromisoformat(starts), time.fromisoformat(ends)
        except ValueError as error:
            raise HoursUnreadable(text) from error


def _shown(first: int, last: int, starts: time, ends: time) -> str:
    days = SHOWN[first] if first == last else f"{SHOWN[first]}–{SHOWN[last]}"
    return f"{days} {starts:%H:%M}–{ends:%H:%M}"


def read_typed(text: str) -> Hours | None:
    """The same from what somebody types: "пн–пт 9-18, перерыв 13:00–14:00; сб 10–14", "круглосуточно".

    None for nothing typed. A day that is not named is a day off. Raises HoursUnreadable.
    """
    plain = " ".join(text.lower().replace("ё", "е").split())
    if not plain:
        return None
    week = _ALWAYS if plain in ROUND_THE_CLOCK else _Reader(text).read(plain)
    if week == _ALWAYS:
        return Hours("24-7", "круглосуточно", round_the_clock=True)
    return Hours(_code(week), show(week), week=week)


def show(week: Mapping[int, list[Piece]]) -> str:
    """As people read it; read_typed understands it: "пн–чт 08:00–17:00, пт 08:00–12:00 и 13:00–16:00"."""
    return ", ".join(
        f"{_days_shown(first, last)} {' и '.join(map(_piece_shown, pieces))}"
        for first, last, pieces in _runs(week)
    )


def in_english(shown: str) -> str:
    """What `read_typed` and `read_hours` show, for whoever does not read Russian: "Mon–Fri 09:00–18:00".

    Other words stay as they are written, all of them.
    """
    english = _SHOWN_WORD.sub(lambda word: _ENGLISH[word[0]], shown)
    return shown if _CYRILLIC.search(english) else english


class _Reader:
    """Takes part after part: days, hours, days with hours, a break."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._week: dict[int, list[Piece]] = {}
        self._waiting: list[int] = []
        self._last: list[int] = []
        self._closed: set[int] = set()

    def read(self, plain: str) -> dict[int, list[Piece]]:
        """Raises HoursUnreadable."""
        for part in filter(None, (part.strip(" .") for part in _BETWEEN.split(plain))):
            self.take(part)
        return self.finished()

    def take(self, part: str) -> None:
        hours = self._hours(part)
        named, *behind = _RANGE.sub("\n", part).split("\n")
        named = named.strip(" .:")
        if not all(map(_IDLE.fullmatch, behind)):
            raise HoursUnreadable(self._text)
        if _BREAK.match(part):
            self._interrupt(hours)
        elif named not in _SETS and not hours and _CLOSED.search(named):
            self._close(_CLOSED.sub("", named).strip(_AROUND_DAYS))
        elif not hours:
            self._waiting += self._days(named)
        else:
            self._give(self._waiting + self._days(named), hours)

    def finished(self) -> dict[int, list[Piece]]:
        """Raises HoursUnreadable for days without hours, hours out of order, hours that overlap."""
        open_days = self._week.keys() - self._closed
        if self._waiting or not open_days:
            raise HoursUnreadable(self._text)
        week = {day: sorted(self._week[day], key=_begin) for day in sorted(open_days)}
        for pieces in week.values():
            wrong = any(_end(piece) <= _begin(piece) for piece in pieces)
            if wrong or any(_begin(later) < _end(earlier) for earlier, later in pairwise(pieces)):
                raise HoursUnreadable(self._text)
        return week

    def _give(self, days: list[int], hours: list[Piece]) -> None:
        """Hours without a day are a second piece of the days before: "пн 9–12 и 13–18"."""
        days = days or self._last
        if not days:
            raise HoursUnreadable(self._text)
        for day in days:
            self._week.setdefault(day, []).extend(hours)
        self._last, self._waiting = days, []

    def _close(self, named: str) -> None:
        """Days off, also of those that "daily" names; which holidays are days off says the calendar."""
        days = [] if not named or _HOLIDAYS.match(named) else self._days(named)
        self._closed.update(self._waiting, days)
        self._waiting = []

    def _interrupt(self, breaks: list[Piece]) -> None:
        """A break of every day that has it inside its hours. One that no day has is a slip."""
        if not breaks:
            raise HoursUnreadable(self._text)
        for pause in breaks:
            before = dict(self._week)
            for day, pieces in before.items():
                self._week[day] = [rest for piece in pieces for rest in _without(piece, pause)]
            if self._week == before:
                raise HoursUnreadable(self._text)

    def _hours(self, part: str) -> list[Piece]:
        try:
            return [(_clock(*found[:2]), _clock(*found[2:])) for found in _RANGE.findall(part)]
        except ValueError as error:
            raise HoursUnreadable(self._text) from error

    def _days(self, named: str) -> list[int]:
        if not named or named in _SETS:
            return list(_SETS.get(named, ()))
        found = _SOME_DAYS.fullmatch(named.removeprefix("с ").removeprefix("from "))
        first, last = (found[1], found[2] or found[1]) if found else ("", "")
        days = range(_day(first, self._text), _day(last, self._text) + 1)
        if not days:
            raise HoursUnreadable(self._text)
        return list(days)


def _day(name: str, text: str) -> int:
    for number, beginnings in enumerate(_DAYS):
        if name.startswith(beginnings):
            return number
    raise HoursUnreadable(text)


def _clock(hour: str, minute: str) -> time:
    return _MIDNIGHT if (hour, minute or "00") == ("24", "00") else time(int(hour), int(minute or 0))


def _begin(piece: Piece) -> int:
    return piece[0].hour * 60 + piece[0].minute


def _end(piece: Piece) -> int:
    """Midnight as the end is that of the same day."""
    return piece[1].hour * 60 + piece[1].minute or 24 * 60


def _without(piece: Piece, pause: Piece) -> Iterator[Piece]:
    if _begin(pause) <= _begin(piece) or _end(pause) >= _end(piece):
        yield piece
    else:
        yield piece[0], pause[0]
        yield pause[1], piece[1]


def _runs(week: Mapping[int, list[Piece]]) -> Iterator[tuple[int, int, list[Piece]]]:
    """Days in a row with the same hours."""
    days = sorted(week)
    first = 0
    for place, day in enumerate(days):
        follows = place + 1 < len(days) and days[place + 1] == day + 1
        if not (follows and week[days[place + 1]] == week[day]):
            yield days[first], day, week[day]
            first = place + 1


def _piece_shown(piece: Piece) -> str:
    ends = "24:00" if piece[1] == _MIDNIGHT else f"{piece[1]:%H:%M}"
    return f"{piece[0]:%H:%M}–{ends}"


def _days_shown(first: int, last: int) -> str:
    if (first, last) == (0, 6):
        return "ежедневно"
    return SHOWN[first] if first == last else f"{SHOWN[first]}–{SHOWN[last]}"


def _code(week: Mapping[int, list[Piece]]) -> str:
    """The code that the table's way of writing gives the same hours: "mon-thu-0800-1700-fri-0800-1600"."""
    parts = []
    for first, last, pieces in _runs(week):
        days = WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"
        parts += [f"{days}-{starts:%H%M}-{ends:%H%M}" for starts, ends in pieces]
    return "-".join(parts)
