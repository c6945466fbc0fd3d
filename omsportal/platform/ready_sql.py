"""Statements that Django writes once for each shape of a question and that are asked again with other values.

Writing a large statement costs Django more than the server needs to answer it. Whoever asks often writes it
with stand-ins in the place of what differs between two who ask; the text is kept, and each asking puts the
real values where the stand-ins stand.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from copy import copy
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable
from psycopg2.extensions import Binary

#: Beyond so many shapes all are forgotten: of what people are there are some tens.
MOST_KEPT = 300


Real = Mapping[Any, Any]
#: A queryset and which of its columns.
Wanted = tuple[QuerySet[Any], Sequence[str]]
Row = TypeVar("Row", bound=Model)


class _Ready(NamedTuple):
    """A statement with its values, among them stand-ins; no text: Django knows that there is nothing."""

    compiler: Any
    names: tuple[str, ...]
    text: str
    values: tuple[Any, ...]

    def asked(self, real: Real) -> Any:
        """Django's own compiler, which does all but to compile; of this thread alone."""
        asked, values = copy(self.compiler), [_filled(value, real) for value in self.values]
        asked.connection, asked.as_sql = connection, lambda: (self.text, values)
        return asked


class Answer(NamedTuple):
    """Rows and the names of their columns."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]


_kept: dict[Hashable, _Ready] = {}


def fetch(shape: Hashable, real: Real, write: Callable[[], Wanted]) -> Answer:
    """These columns of the queryset that `write` makes.

    `shape` is equal only where the querysets differ in nothing but the stand-ins, the keys of `real`. A
    stand-in is a value that nothing else has: a number beyond all ids, a day far away.
    """
    ready = _kept.get(shape) or _keep(shape, *write())
    if not ready.text:
        return Answer(ready.names, [])
    return Answer(ready.names, list(ready.asked(real).results_iter(tuple_expected=True)))


def objects(shape: Hashable, real: Real, write: Callable[[], QuerySet[Row]]) -> list[Row]:
    """The rows of the queryset that `write` makes, as Django makes them, with what it selects beside."""
    ready = _kept.get(shape) or _keep(shape, write())
    if not ready.text:
        return []
    asked = ready.asked(real)
    source: Any = SimpleNamespace(
        query=SimpleNamespace(get_compiler=lambda using: asked),  # noqa: ARG005  (Django names it)
        db=DEFAULT_DB_ALIAS, _known_related_objects={},
    )  # fmt: skip
    return list(ModelIterable(source))


def _keep(shape: Hashable, rows: QuerySet[Any], names: Sequence[str] = ()) -> _Ready:
    ready = _written(rows.values_list(*names) if names else rows, tuple(names))
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[shape] = ready
    return ready


def _written(rows: QuerySet[Any], names: tuple[str, ...]) -> _Ready:
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        text, values = compiler.as_sql()
    except EmptyResultSet:
        return _Ready(compiler, names, "", ())
    return _Ready(compiler, names, text, tuple(values))


def _filled(value: Any, real: Real) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_filled(each, real) for each in value)
    if isinstance(value, Binary):
        return Binary(real.get(bytes(value.adapted), value.adapted))
    return real.get(value, value)
