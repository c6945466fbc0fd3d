"""Pages of long lists by position instead of number: the hundredth page costs as much as the first.

The position (the last row's field value and id) travels in a signed cursor. A cursor is part of an address
and can be read, so page by moments, due dates and numbers, never by personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

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


def page(
    queryset: QuerySet[Row], *, field: str, size: int, cursor: str = "", descending: bool = False
) -> Page[Row]:
    """The page after (or before) the cursor, ordered by (field, id); `field` must not be null in these rows.

    Costs one query; an index on (field, id) with the queryset's conditions serves it. Raises CursorInvalid.
    """
    position = _read(cursor, field, queryset) if cursor else None
    backwards = position is not None and position.backwards
    down = descending != backwards
    rows = queryset if position is None else queryset.filter(_beyond(field, position, down))
    order = (f"-{field}", "-pk") if down else (field, "pk")
    fetched = list(rows.order_by(*order)[: size + 1])
    more, shown = len(fetched) > size, fetched[:size]
    if backwards:
        shown.reverse()
    return Page(
        rows=shown,
        next_cursor=_write(shown, -1, field, backwards=False) if more or backwards else "",
        previous_cursor=_write(shown, 0, field, backwards=True)
        if (more if backwards else position is not None)
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


def _read(cursor: str, field: str, queryset: QuerySet[Row]) -> _Position:
    try:
        of_field, text, row_id, backwards = signing.loads(cursor, salt=_SALT)
        if of_field != field:
            raise CursorInvalid("The cursor belongs to a list in another order.")
        value = queryset.model._meta.get_field(field).to_python(text)  # type: ignore[union-attr]  # a column
    except (signing.BadSignature, ValidationError, ValueError) as error:
        raise CursorInvalid("The cursor is not valid.") from error
    return _Position(value, row_id, bool(backwards))
