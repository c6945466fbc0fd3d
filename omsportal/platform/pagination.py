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
class _Position:
    value: Any
    row_id: int
    backwards: bool


@dataclass(frozen=True)
class Window:
    """What a page reads: the first `most` rows beyond a position, in the order of `field` and id."""

    field: str
    most: int
    down: bool
    backwards: bool
    beyond: Q | None  # None: from the beginning
    position: _Position | None = None

    @property
    def order(self) -> tuple[str, str]:
        return (f"-{self.field}", "-pk") if self.down else (self.field, "pk")

    def of(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Those of `rows` that the page reads."""
        return (rows if self.beyond is None else rows.filter(self.beyond)).order_by(*self.order)[: self.most]

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


def page_of(fetched: list[Row], wanted: Window) -> Page[Row]:
    """The page at this window, from the rows that it reads."""
    size, field = wanted.most - 1, wanted.field
    more, shown = len(fetched) > size, fetched[:size]
    if wanted.backwards:
        shown.reverse()
    return Page(
        rows=shown,
        next_cursor=_write(shown, -1, field, backwards=False) if more or wanted.backwards else "",
        previous_cursor=_write(shown, 0, field, backwards=True)
        if (more if wanted.backwards else wanted.beyond is not None)
        else "",
    )


def _beyond(field: str, position: _Position, down: bool) -> Q:
    """Row comparison written so that the index serves it: first the range, then the ties."""
    side = "lt" if down else "gt"
    ties = Q((f"{field}__{side}", position.value)) | Q((f"pk__{side}", position.row_id))
    return Q((f"{field}__{side}e", position.value)) & ties


def _write(rows: list[Row], index: int, field: str, *, backwards: bool) -> str:
    if not rows:
        return ""
    row = rows[index]
    value = getattr(row, field)
    if value is None:
        raise ValueError(f"A list cannot be paged by {field}: it is empty in row {row.pk}.")
    text = value.isoformat() if isinstance(value, date | datetime) else value
    return signing.dumps([field, text, row.pk, backwards], salt=_SALT)


def _read(cursor: str, field: str, model: type[Model]) -> _Position:
    try:
        of_field, text, row_id, backwards = signing.loads(cursor, salt=_SALT)
        if of_field != field:
            raise CursorInvalid("The cursor belongs to a list in another order.")
        value = model._meta.get_field(field).to_python(text)  # type: ignore[union-attr]  # a column
    except (signing.BadSignature, ValidationError, ValueError) as error:
        raise CursorInvalid("The cursor is not valid.") from error
    return _Position(value, row_id, bool(backwards))
