"""Statements that Django writes once for each shape of a question and that are asked again with other values.

Writing a large statement costs Django more than the server needs to answer it, and planning it costs the
server as much again. Whoever asks often writes it with stand-ins in the place of what differs between two
who ask. The text is kept by the process and prepared by each connection; an asking sends the real values.
"""

from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from itertools import count
from threading import Lock
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.models import Model, QuerySet, Value
from django.db.models.expressions import BaseExpression, Col
from django.db.models.query import ModelIterable
from psycopg2.extensions import Binary

#: Of so many the statement that was not asked for longest makes room: of what people are there are some tens,
#: each asks some tens; how lists are narrowed comes and goes.
MOST_KEPT = 300
#: A connection prepares so many; then the one that was not asked for longest makes room.
MOST_PREPARED = 40
#: Numbers from here on are stand-ins.
FAR = 4 * 10**18
#: The server knows no such statement (somebody discarded it), knows it already, or a table has changed.
_STALE = {"26000", "42P05", "0A000"}

#: Stand-ins for who needs one of a kind: an id, a day, a moment.
ID, DAY, MOMENT = 6 * 10**18, date(9001, 1, 1), datetime(9001, 1, 1, tzinfo=UTC)
Real = Mapping[Any, Any]
#: A queryset and which of its columns.
Wanted = tuple[QuerySet[Any], Sequence[str]]
Row = TypeVar("Row", bound=Model)
Asked = TypeVar("Asked")


class Answer(NamedTuple):
    """Rows and the names of their columns."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def fetch(shape: Hashable, real: Real, write: Callable[[], Wanted]) -> Answer:
    """These columns of the queryset that `write` makes.

    `shape` is equal only where the querysets differ in nothing but the stand-ins, the keys of `real`. A
    stand-in is a value that nothing else has: a number beyond all ids, a day far away.
    """
    ready = _known(shape) or _keep(shape, real, *write())
    if not ready.text:
        return Answer(ready.names, [])
    rows = _again_if_stale(lambda: list(ready.asked(real).results_iter(tuple_expected=True)))
    return Answer(ready.names, rows)


def objects(shape: Hashable, real: Real, write: Callable[[], QuerySet[Row]]) -> list[Row]:
    """The rows of the queryset that `write` makes, as Django makes them, with what it selects beside."""
    ready = _known(shape) or _keep(shape, real, write())
    if not ready.text:
        return []
    source: Any = SimpleNamespace(
        query=SimpleNamespace(get_compiler=lambda using: ready.asked(real)),  # noqa: ARG005  (Django names it)
        db=DEFAULT_DB_ALIAS, _known_related_objects={},
    )  # fmt: skip
    return _again_if_stale(lambda: list(ModelIterable(source)))


def rows_of(sql: str, types: Mapping[str, str], **values: Any) -> list[tuple[Any, ...]]:
    """Rows of a statement of our own, the same text each time, with `%(name)s` for values of these types."""
    return _again_if_stale(lambda: _rows_of(sql, types, values))


def _rows_of(sql: str, types: Mapping[str, str], values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if settings.PREPARED_STATEMENTS:
            places = {name: f"${place}" for place, name in enumerate(types, 1)}
            title = _titled(sql, tuple(types.items()))
            name = _prepare(title, f" ({', '.join(types.values())})", lambda _cursor: sql % places)
            sent = ", ".join(f"%({each})s" for each in types)
            cursor.execute(f"EXECUTE {name} ({sent})", values)
        else:
            cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@lru_cache
def _titled(*parts: Any) -> str:
    """The name follows the text: new code never meets an old plan."""
    return "ready_" + sha256(repr(parts).encode()).hexdigest()[:24]


def _prepare(title: str, types: str, write: Callable[[Any], str]) -> str:
    """By which name the connection knows it. A part of the connection like its time zone: no query of
    whoever asks. One that was lost is noticed before: the next one knows nothing."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    known = _prepared.setdefault(connection.connection, {})
    # Asked for last, it stands last.
    known[title] = known.pop(title, "") or _prepare_anew(known, f"{title}_{next(_numbers)}", types, write)
    return known[title]


def _prepare_anew(known: dict[str, str], name: str, types: str, write: Callable[[Any], str]) -> str:
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        if len(known) >= MOST_PREPARED:
            first = next(iter(known))
            cursor.execute(f"DEALLOCATE {known[first]}")
            del known[first]
        cursor.execute(f"PREPARE {name}{types} AS {write(cursor)}")
    return name


def _again_if_stale(ask: Callable[[], Asked]) -> Asked:
    """The connection forgets what it prepared when the server does not go by it any more. A transaction is
    lost with the first error; whoever asks next is answered."""
    try:
        return ask()
    except DatabaseError as error:
        if getattr(error.__cause__, "pgcode", "") not in _STALE or connection.connection is None:
            raise
        if _prepared.pop(connection.connection, None) is None or connection.in_atomic_block:
            raise
    return ask()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement as Django wrote it; without a text Django knows that there is nothing."""

    compiler: Any
    names: tuple[str, ...]
    text: str
    values: tuple[Any, ...]
    #: Whether each of the values has a stand-in in it.
    open: tuple[bool, ...]
    title: str

    def asked(self, real: Real) -> Any:
        """Django's own compiler, which does all but to compile; of this thread alone."""
        asked = copy(self.compiler)
        asked.connection, asked.as_sql = connection, lambda: self._statement(real)
        return asked

    def _statement(self, real: Real) -> tuple[str, list[Any]]:
        if not settings.PREPARED_STATEMENTS:
            return self.text, [_filled(value, real) for value in self.values]
        name = _prepare(self.title, "", self._body)
        sent = [
            _filled(value, real) for value, is_open in zip(self.values, self.open, strict=True) if is_open
        ]
        places = ", ".join(["%s"] * len(sent))
        return f"EXECUTE {name} ({places})" if sent else f"EXECUTE {name}", sent

    def _body(self, cursor: Any) -> str:
        """What is always the same stands in the text: by it the planner knows partial indexes."""
        parts, place = [], 0
        for value, is_open in zip(self.values, self.open, strict=True):
            place += is_open
            parts.append(f"${place}" if is_open else cursor.mogrify("%s", (value,)).decode())
        return self.text % tuple(parts)


_kept: dict[Hashable, _Ready] = {}
_keeping = Lock()
#: By title the name of each: never the same twice, so none meets a forgotten one.
_prepared: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()
_numbers = count()


def _known(shape: Hashable) -> _Ready | None:
    with _keeping:
        ready = _kept.pop(shape, None)
        if ready is not None:  # asked for last, it stands last
            _kept[shape] = ready
    return ready


def _keep(shape: Hashable, real: Real, rows: QuerySet[Any], names: Sequence[str] = ()) -> _Ready:
    ready = _written(rows.values_list(*names) if names else rows, tuple(names), real)
    with _keeping:
        while len(_kept) >= MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[shape] = ready
    return ready


def _written(rows: QuerySet[Any], names: tuple[str, ...], stand_ins: Container[Any]) -> _Ready:
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        text, values = compiler.as_sql()
    except EmptyResultSet:
        return _Ready(compiler, names, "", (), (), "")
    finally:
        compiler.connection = None  # it is of the thread that wrote, and would not end with it
    is_open = tuple(_has_stand_in(value, stand_ins) for value in values)
    title = _titled(text, repr([_plain(value) for value in values]), is_open)
    return _Ready(_lightened(compiler), names, text, tuple(values), is_open, title)


def _lightened(compiler: Any) -> Any:
    """What reading rows needs of it. The tree of the query has become text: some hundred kilobytes less."""
    light = copy(compiler)
    light.query = light.where = light.having = light.qualify = None
    light.select = [(_without_tree(column), None, alias) for column, _text, alias in compiler.select]
    return light


def _without_tree(column: Any) -> Any:
    """The same conversion of what the server says, if it goes by the kind of value alone."""
    kind = type(column)
    if isinstance(column, Col) or kind.get_db_converters is not BaseExpression.get_db_converters:
        return column
    own = kind.convert_value is not BaseExpression.convert_value
    return column if own else Value(None, output_field=column.output_field)


def _plain(value: Any) -> Any:
    """What bytes and JSON are, of which the driver shows only where they lie."""
    return bytes(value.adapted) if isinstance(value, Binary) else getattr(value, "adapted", value)


def _has_stand_in(value: Any, stand_ins: Container[Any]) -> bool:
    if isinstance(value, list | tuple):
        every = [_has_stand_in(each, stand_ins) for each in value]
        return any(every)
    if (bytes(value.adapted) if isinstance(value, Binary) else value) in stand_ins:
        return True
    if isinstance(value, date) or (isinstance(value, int) and value >= FAR):
        raise ValueError(f"{value} would be kept for everybody: give its stand-in a real value.")
    return False


def _filled(value: Any, real: Real) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_filled(each, real) for each in value)
    if isinstance(value, Binary):
        return Binary(real.get(bytes(value.adapted), value.adapted))
    return real.get(value, value)
