"""Lists as tables for a file: columns, and lines that one person may have at one moment.

A list is read as its page reads it, under the same rule of sight; what stands in its address is in `chosen`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise

from omsportal.platform.pagination import page
from representatives.models import User
from representatives.profiles import Profile

Cell = str | None
Chosen = Mapping[str, str]
#: Rows read at a time.
WINDOW = 2_000
#: The clock of what belongs to no branch.
NOWHERE = "Europe/Moscow"
#: No id of ours has so many digits.
_LONGEST_ID = 19


class Holds(StrEnum):
    """What a column holds: words, a date, a moment by the clock of the branch, or a number."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    title: Promise | str
    holds: Holds = Holds.TEXT
    width: int = 18


@dataclass(frozen=True, slots=True)
class Asker:
    """Who takes a list along, by which rights, and what chooses it."""

    user: User
    profile: Profile
    chosen: Chosen
    now: datetime

    def number(self, name: str) -> int | None:
        """An id; anything else is none."""
        typed = self.chosen.get(name, "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < _LONGEST_ID else None

    def reference(self, name: str) -> UUID | None:
        """An opaque address, written as addresses write it; anything else is none."""
        typed = self.chosen.get(name, "")
        try:
            found = UUID(typed)
        except ValueError:
            return None
        return found if str(found) == typed else None


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `key` tells it from the others; `about` is what was read by it; the head of `branch_id` sees
    who took it along."""

    key: str
    cells: Sequence[Cell]
    branch_id: int | None = None
    about: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Lines:
    """A window of a list; `next_cursor` is empty at its end; `is_cut`: it goes on, but is not read on."""

    lines: Sequence[Line]
    next_cursor: str = ""
    is_cut: bool = False


class Source(Protocol):
    """Where the lines of a list come from."""

    def window(self, asker: Asker, cursor: str) -> Lines:
        """The lines after the cursor. Raises CursorInvalid."""

    def count(self, asker: Asker, most: int) -> int:
        """How many there are, to `most` at most; 0 of a list that is short whatever happens."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A list that is read in one go: as long as the staff of the branches of one head at most."""

    lines: Callable[[Asker], Iterable[Line]]

    def window(self, asker: Asker, cursor: str) -> Lines:  # noqa: ARG002  (there is one window)
        return Lines(list(self.lines(asker)))

    def count(self, asker: Asker, most: int) -> int:  # noqa: ARG002  (never long)
        return 0


@dataclass(frozen=True, slots=True)
class Paged:
    """A list that grows: read by windows in the order of `field`, by the index that serves its page."""

    rows: Callable[[Asker], Any]
    field: str
    lines: Callable[[Asker, Sequence[Any]], Iterable[Line]]
    newest_first: bool = False

    def window(self, asker: Asker, cursor: str) -> Lines:
        shown = page(
            self.rows(asker), field=self.field, size=WINDOW, cursor=cursor, descending=self.newest_first
        )
        return Lines(list(self.lines(asker, shown.rows)), shown.next_cursor)

    def count(self, asker: Asker, most: int) -> int:
        return int(self.rows(asker).order_by()[:most].count())


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list. `asks`: what its address says beside the name of the page; `path`: the parts of its path."""

    title: Promise
    page: str
    columns: Callable[[Chosen], Sequence[Column]]
    may: Callable[[Asker], bool]
    source: Source
    asks: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    tells: Callable[[Chosen], Promise | str] = lambda _chosen: ""

    def chosen(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Of an address, what this list knows."""
        said = {name: str(values.get(name) or "")[:40] for name in (*self.asks, *self.path)}
        return {name: value for name, value in said.items() if value}

    def address(self, chosen: Chosen) -> str:
        """The page that shows it."""
        path = reverse(f"staff:{self.page}", kwargs={name: chosen[name] for name in self.path})
        query = urlencode({name: chosen[name] for name in self.asks if name in chosen})
        return f"{path}?{query}" if query else path


def always(columns: Sequence[Column]) -> Callable[[Chosen], Sequence[Column]]:
    """Columns that do not go by what is chosen."""
    return lambda _chosen: columns


def moment(value: datetime | None, zone: str = "") -> Cell:
    """To the minute by a clock, as ISO text."""
    return value.astimezone(ZoneInfo(zone or NOWHERE)).strftime("%Y-%m-%dT%H:%M") if value else None


def day(value: date | None) -> Cell:
    return value.isoformat() if value else None


def number(value: float | None) -> Cell:
    return None if value is None else str(value)


def words(value: object) -> Cell:
    """In the reader's language; nothing rather than an empty cell."""
    return str(value or "") or None


def joined(values: Iterable[object], between: str = "; ") -> Cell:
    return between.join(str(value) for value in values) or None
