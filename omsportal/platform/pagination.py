"""Pages of long lists by position instead of number: the hundredth page costs as much as the first.

The position (the last row's field value and id) travels in a signed cursor. A cursor is part of an address
and can be read, so page by moments, due dates and numbers, never by personal data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from omsportal.platform.ready_sql import ID, MOMENT

Row = TypeVar("Row", bound=Model)
_SALT = "omsportal.platform.pagination"


class CursorInvalid(ValueError):
    """The cursor is not ours or belongs to another list: show the first page."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in the list's order; a cursor is empty when there is nothing in its direction."""

    rows: list[Row]
    next_cursor: str
    previous_cursor: str


@dataclass(frozen=True)
class Position:
    """A row by which a list is cut, and the way that is read from there."""

    value: Any
    row_id: int
    backwards: bool
    #: Reading ended here before a page was full, and goes on.
    further: bool = False

    def beside(self, step: int) -> Position:
        """Between this row and its neighbour: above it for 1, below it for -1."""
        return replace(self, row_id=self.row_id + step)


@dataclass(frozen=True)
class Window:
    """What a page reads: the first `most` rows beyond a position, in the order of `field` and id."""

    field: str
    most: int
    down: bool
    backwards: bool
    beyond: Q | None  # None: from the beginning
    position: Position | None = None
    #: Reading ends before this row, whether the page is full or not.
    until: Position | None = None

    @property
    def order(self) -> tuple[str, str]:
        return (f"-{self.field}", "-pk") if self.down else (self.field, "pk")

    def of(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Those of `rows` that the page reads."""
        seen = rows if self.beyond is None else rows.filter(self.beyond)
        if self.until is not None:
            seen = seen.filter(_beyond(self.field, self.until, not self.down))
        return seen.order_by(*self.order)[: self.most]

    def ending_before(self, value: Any, row_id: Any) -> Window:
        """The same window, read no further than this row; both may be expressions of the database."""
        return replace(self, until=Position(value, row_id, self.backwards, further=True))

    @property
    def goes_further(self) -> bool:
        """The page before was not full: somebody asked to read on."""
        return self.position is not None and self.position.further

    def stood_in(self) -> tuple[Window, dict[Any, Any]]:
        """The same window with stand-ins for its position, a moment and an id, and what they stand for."""
        if self.position is None:
            return self, {}
        anywhere = replace(self.position, value=MOMENT, row_id=ID)
        beyond = _beyond(self.field, anywhere, self.down)
        real = {MOMENT: self.position.value, ID: self.position.row_id}
        return replace(self, beyond=beyond, position=anywhere), real


def window(
    model: type[Model], *, field: str, size: int, cursor: str = "", descending: bool = False
) -> Window:
    """What the page at this cursor reads: one row more than it shows. Raises CursorInvalid."""
    position = _read(cursor, field, model) if cursor else None
    backwards = position is not None and position.backwards
    down = descending != backwards
    beyond = None if position is None else _beyond(field, position, down)
    return Window(field, size + 1, down, backwards, beyond, position)


def page(
    queryset: QuerySet[Row],
    *,
    field: str,
    size: int,
    cursor: str = "",
    descending: bool = False,
    among: Callable[[Any, Window], QuerySet[Row]] | None = None,
) -> Page[Row]:
    """The page after (or before) the cursor, ordered by (field, id); `field` must not be null in these rows.

    Costs one query; an index on (field, id) with the queryset's conditions serves it, or `among`, which
    leaves of the rows those of the window. Raises CursorInvalid.
    """
    wanted = window(queryset.model, field=field, size=size, cursor=cursor, descending=descending)
    rows = queryset if among is None else among(queryset, wanted)
    return page_of(list(wanted.of(rows)), wanted)


def page_of(fetched: list[Row], wanted: Window, *, more: bool | None = None) -> Page[Row]:
    """The page at this window, from the rows that it reads. `more`: whether there were more than a page
    shows, where some of them may be gone since."""
    size = wanted.most - 1
    shown = fetched[:size]
    onward = _onward(shown, wanted, more=len(fetched) > size if more is None else more)
    back = _back(shown, wanted)
    if wanted.backwards:
        shown.reverse()
        onward, back = back, onward
    return Page(rows=shown, next_cursor=onward, previous_cursor=back)


def _onward(shown: list[Row], wanted: Window, *, more: bool) -> str:
    """From the last row that is shown, or from where reading ended; that row itself was not read."""
    if more:
        return _write(shown[-1], wanted.field, backwards=wanted.backwards) if shown else ""
    if wanted.until is None:
        return ""
    return _signed(wanted.until.beside(1 if wanted.down else -1), wanted.field)


def _back(shown: list[Row], wanted: Window) -> str:
    """From the first row that is shown; of a page that found nothing, from where it began."""
    if wanted.position is None:
        return ""
    if shown:
        return _write(shown[0], wanted.field, backwards=not wanted.backwards)
    if wanted.until is None and not wanted.goes_further:
        return ""
    began = wanted.position.beside(-1 if wanted.down else 1)  # the row there belongs to the page before
    return _signed(replace(began, backwards=not wanted.backwards), wanted.field)


def _beyond(field: str, position: Position, down: bool) -> Q:
    """Row comparison written so that the index serves it: first the range, then the ties."""
    side = "lt" if down else "gt"
    ties = Q((f"{field}__{side}", position.value)) | Q((f"pk__{side}", position.row_id))
    return Q((f"{field}__{side}e", position.value)) & ties


def _write(row: Model, field: str, *, backwards: bool) -> str:
    value = getattr(row, field)
    if value is None:
        raise ValueError(f"A list cannot be paged by {field}: it is empty in row {row.pk}.")
    return _signed(Position(value, row.pk, backwards), field)


def _signed(position: Position, field: str) -> str:
    value = position.value
    text = value.isoformat() if isinstance(value, date | datetime) else value
    further = [True] if position.further else []
    return signing.dumps([field, text, position.row_id, position.backwards, *further], salt=_SALT)


def _read(cursor: str, field: str, model: type[Model]) -> Position:
    try:
        of_field, text, row_id, backwards, *further = signing.loads(cursor, salt=_SALT)
        if of_field != field:
            raise CursorInvalid("The cursor belongs to a list in another order.")
        value = model._meta.get_field(field).to_python(text)  # type: ignore[union-attr]  # a column
    except (signing.BadSignature, ValidationError, ValueError) as error:
        raise CursorInvalid("The cursor is not valid.") from error
    return Position(value, row_id, bool(backwards), bool(further))
