"""Hours written in a table, "24/7" or "Mon-Thu 08:00-17:00; Fri 08:00-16:00". Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHOWN = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
PART = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d\d:\d\d)-(\d\d:\d\d)")


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
