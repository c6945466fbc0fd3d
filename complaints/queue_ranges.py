"""The first rows of a list that lies in many ranges of an index.

An index gives each branch, tier, status and urgency in the order of the list; nothing gives all of them
together, and sorting a whole branch costs by its size. So the first rows of each range are read, and the
first among those are the first of all: the cost goes by the number of ranges.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.core.exceptions import EmptyResultSet
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateTimeField,
    Expression,
    Field,
    IntegerField,
    JSONField,
    QuerySet,
)

from complaints.states import OPEN
from omsportal.platform.pagination import Window
from representatives.roles import Tier

if TYPE_CHECKING:
    from representatives.profiles import Profile

Statement = tuple[str, tuple[Any, ...]]
#: A branch with one of its tiers, or with all of them.
Place = tuple[int, int | None]
_NOTHING = "SELECT NULL::bigint, NULL::timestamptz WHERE false"


class _Words(Expression):
    """An expression in our own words."""

    def __init__(self, words: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.words = words

    def as_sql(self, compiler: Any, connection: Any) -> Statement:  # noqa: ARG002
        return self.words, ()


class Part(Protocol):
    """Some of the ranges of a list."""

    #: The columns that its index narrows by: rows that such a filter leaves out are never read.
    indexed: ClassVar[frozenset[str]]

    def statement(self, rows: QuerySet[Any], window: Window) -> Statement:
        """Id and moment of its first rows, among `rows`."""

    def unsifted(self) -> "tuple[Part, ...]":
        """What is read for it before anything is left out; nothing for what is short anyway."""


@dataclass(frozen=True)
class Pools:
    """Index complaint_queue: one range for each place, status and urgency."""

    indexed: ClassVar[frozenset[str]] = frozenset({"branch", "tier", "status", "urgency", "due_at"})
    places: tuple[Place, ...]
    statuses: tuple[str, ...]
    urgencies: tuple[str, ...] = ("urgent", "ordinary")
    #: All branches of these insurers, too.
    insurer_ids: tuple[int, ...] = ()

    def statement(self, rows: QuerySet[Any], window: Window) -> Statement:
        open_rows = rows.filter(status__in=OPEN)  # by this the planner knows the partial index
        inner, values = _compiled(_in_place(open_rows, "branch_id", "tier", "status", "urgency"), window)
        return (
            f"""SELECT found.id, found.moment FROM (
                SELECT * FROM unnest(%s::bigint[], %s::smallint[])
                UNION SELECT b.id, every.tier FROM insurers_branch b
                    CROSS JOIN unnest(%s::smallint[]) AS every (tier) WHERE b.insurer_id = ANY(%s::bigint[])
            ) AS of_place (branch_id, tier)
            CROSS JOIN unnest(%s::text[]) AS of_status (status)
            CROSS JOIN unnest(%s::text[]) AS of_urgency (urgency)
            CROSS JOIN LATERAL (
                SELECT of_place.branch_id, of_place.tier, of_status.status, of_urgency.urgency
            ) AS place CROSS JOIN LATERAL ({inner}) AS found (id, moment)""",
            (*_columns(_every_tier(self.places)), list(Tier), list(self.insurer_ids),
             list(self.statuses), list(self.urgencies), *values),
        )  # fmt: skip

    def unsifted(self) -> tuple[Part, ...]:
        return (self,)


@dataclass(frozen=True)
class Answers:
    """Indexes complaint_to_dispatch and complaint_open_answer: a range for each branch, its tiers sifted."""

    indexed: ClassVar[frozenset[str]] = frozenset({"branch"})
    places: tuple[Place, ...]
    status: str

    def statement(self, rows: QuerySet[Any], window: Window) -> Statement:
        decided = _in_place(rows.filter(status=self.status), "branch_id")
        of_tier = "(place.tier IS NULL OR complaints_complaint.tier = place.tier)"
        inner, values = _compiled(decided.filter(_Words(of_tier, BooleanField())), window)
        return (
            f"""SELECT found.id, found.moment
            FROM unnest(%s::bigint[], %s::smallint[]) AS place (branch_id, tier)
            CROSS JOIN LATERAL ({inner}) AS found (id, moment)""",
            (*_columns(self.places), *values),
        )

    def unsifted(self) -> tuple[Part, ...]:
        branches = sorted({branch for branch, _tier in self.places})
        return (replace(self, places=tuple((branch, None) for branch in branches)),)


@dataclass(frozen=True)
class Few:
    """Rows that one index finds, and that are few: what one person holds."""

    indexed: ClassVar[frozenset[str]] = frozenset()
    of: Callable[[Any], QuerySet[Any]]

    def statement(self, rows: QuerySet[Any], window: Window) -> Statement:
        return _compiled(self.of(rows), window)

    def unsifted(self) -> tuple[Part, ...]:
        return ()


class First(Expression):
    """The ids of the window's rows, for ListQuerySet.first_of.

    An array, made once and before anything else: of a sub-query among many joins the planner would rather
    read the whole table.
    """

    def __init__(self, parts: Sequence[Part], rows: QuerySet[Any], window: Window) -> None:
        super().__init__(output_field=BigIntegerField())
        self.parts, self.rows, self.window = parts, rows, window

    def as_sql(self, compiler: Any, connection: Any) -> Statement:  # noqa: ARG002
        ordered, values = _ordered(self.parts, self.rows, self.window)
        return f"(ARRAY(SELECT id FROM ({ordered}) AS first))", values


@dataclass(frozen=True)
class Read:
    """What a list is looked for in: so many rows of these parts, before anything but what their indexes
    know is left out."""

    parts: Sequence[Part]
    rows: QuerySet[Any]
    most: int


class Sifted(Expression):
    """As First, but among so many rows of the list; and where those end, if there are more of them: moment
    and id of the first that was not looked at, and the time zone of its branch."""

    def __init__(self, parts: Sequence[Part], rows: QuerySet[Any], window: Window, read: Read) -> None:
        super().__init__(output_field=JSONField())
        self.parts, self.rows, self.window, self.read = parts, rows, window, read

    def as_sql(self, compiler: Any, connection: Any) -> Statement:  # noqa: ARG002
        read, never = self.read, "-infinity" if self.window.down else "infinity"
        beyond = replace(self.window, most=read.most + 1)
        horizon, first = _ordered(read.parts, read.rows, beyond, without=read.most)
        until = self.window.ending_before(
            _Words(f"coalesce((SELECT moment FROM horizon), '{never}')", DateTimeField()),
            _Words("coalesce((SELECT id FROM horizon), 0)", BigIntegerField()),
        )
        found, then = _ordered(self.parts, self.rows, until)
        return (
            f"""(WITH horizon AS MATERIALIZED ({horizon})
            SELECT jsonb_build_object(
                'ids', ARRAY(SELECT id FROM ({found}) AS found),
                'end', (
                    SELECT jsonb_build_array(horizon.moment, horizon.id, region.time_zone)
                    FROM horizon JOIN complaints_complaint ON complaints_complaint.id = horizon.id
                    JOIN insurers_branch branch ON branch.id = complaints_complaint.branch_id
                    JOIN insurers_region region ON region.id = branch.region_id
                )
            ))""",
            (*first, *then),
        )

    def get_group_by_cols(self) -> list[Any]:
        return []


class Given(Expression):
    """Ids that were found before, for ListQuerySet.first_of: as PostgreSQL writes an array."""

    def __init__(self, ids: str) -> None:
        super().__init__(output_field=BigIntegerField())
        self.ids = ids

    def as_sql(self, compiler: Any, connection: Any) -> Statement:  # noqa: ARG002
        return "(%s::bigint[])", (self.ids,)


class Counted(Expression):
    """How many rows there are, as a column of another query; reads `most` of each range at most."""

    def __init__(self, parts: Sequence[Part], rows: QuerySet[Any], most: int) -> None:
        super().__init__(output_field=IntegerField())
        self.parts, self.rows = parts, rows
        self.window = Window(field="", most=most, down=False, backwards=False, beyond=None)

    def as_sql(self, compiler: Any, connection: Any) -> Statement:  # noqa: ARG002
        every, values = _together(self.parts, self.rows, self.window)
        counted = f"SELECT id FROM ({every}) AS every (id, moment) LIMIT {self.window.most:d}"
        return f"(SELECT count(*) FROM ({counted}) AS counted)", values

    def get_group_by_cols(self) -> list[Any]:
        return []


def served(profile: "Profile") -> tuple[Place, ...]:
    """The places whose pools a representative works today: the own ones, and those they stand in for."""
    own: list[Place] = [(branch_id, profile.tier) for branch_id in profile.branch_ids] if profile.tier else []
    return (*own, *profile.covered)


def _together(parts: Sequence[Part], rows: QuerySet[Any], window: Window) -> Statement:
    """A row that lies in two parts counts once."""
    statements = [part.statement(rows, window) for part in parts]
    every = " UNION ".join(f"({text})" for text, _values in statements)
    return every or _NOTHING, tuple(value for _text, values in statements for value in values)


def _ordered(parts: Sequence[Part], rows: QuerySet[Any], window: Window, *, without: int = 0) -> Statement:
    """Id and moment of the window's rows, without so many of the first."""
    every, values = _together(parts, rows, window)
    way = "DESC" if window.down else "ASC"
    ordered = f"ORDER BY moment {way}, id {way} LIMIT {window.most - without:d} OFFSET {without:d}"
    return f"SELECT id, moment FROM ({every}) AS every (id, moment) {ordered}", values


def _in_place(rows: QuerySet[Any], *columns: str) -> QuerySet[Any]:
    same = " AND ".join(f"complaints_complaint.{column} = place.{column}" for column in columns)
    return rows.filter(_Words(same, BooleanField()))


def _compiled(rows: QuerySet[Any], window: Window) -> Statement:
    """A count asks for no order."""
    asked = window.of(rows).values_list("pk", window.field) if window.field else _unordered(rows, window)
    try:
        text, values = asked.query.sql_with_params()
    except EmptyResultSet:
        return _NOTHING, ()
    return text, tuple(values)


def _unordered(rows: QuerySet[Any], window: Window) -> QuerySet[Any]:
    moment: Field[Any, Any] = rows.model._meta.get_field("due_at")  # the second column of every part
    return rows.order_by().values_list("pk", moment.name)[: window.most]


def _every_tier(places: Iterable[Place]) -> list[Place]:
    return sorted({(branch, one) for branch, tier in places for one in ([tier] if tier else list(Tier))})


def _columns(places: Iterable[Place]) -> tuple[list[int], list[int | None]]:
    pairs = list(places)
    return [branch for branch, _tier in pairs], [tier for _branch, tier in pairs]


__all__ = [
    "Answers",
    "Counted",
    "Few",
    "First",
    "Given",
    "Part",
    "Place",
    "Pools",
    "Read",
    "Sifted",
    "served",
]
