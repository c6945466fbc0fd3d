"""Which row of the official form each kind and theme count into, by edition; what has no row is listed."""

from collections.abc import Mapping as Pairs
from dataclasses import dataclass
from datetime import date, datetime

from complaints.kinds import Kind
from complaints.models import Category, CategoryCode, OfficialCode
from complaints.services.amendments import today_of
from complaints.services.official_codes import APPEALS, OTHERS, WORDS, Edition, editions

#: Kind of appeal and theme (OTHERS: every theme without a row of its own) to the row.
Chosen = Pairs[tuple[str, int], OfficialCode]


@dataclass(frozen=True, slots=True)
class Line:
    """A theme, None: all that have no row of their own; and the row it counts into."""

    theme: Category | None
    row: OfficialCode | None

    @property
    def key(self) -> int:
        return self.theme.pk if self.theme else OTHERS


@dataclass(frozen=True, slots=True)
class OfKind:
    """How a kind of appeal is counted: the themes that would be counted nowhere."""

    kind: Kind
    without: list[Category]


@dataclass(frozen=True, slots=True)
class Mapping:
    """One edition on the day from which a change would hold, for one kind of appeal."""

    edition: Edition
    editions: list[Edition]
    kind: Kind
    kinds: list[OfKind]
    day: date
    is_over: bool
    lines: list[Line]
    rows: list[OfficialCode]

    @property
    def without(self) -> list[Category]:
        """Themes whose appeals of this kind would be counted nowhere."""
        return next(one.without for one in self.kinds if one.kind == self.kind)

    @property
    def chosen(self) -> dict[int, int | None]:
        """Ids of themes and rows, as they stand."""
        return {line.key: line.row.pk if line.row else None for line in self.lines}


def mapping(name: str, kind: str, now: datetime) -> Mapping | None:
    """The named edition, without a name the one in force; None when there is none. Some dozens of rows."""
    known, today = editions(), today_of(None, now)
    in_force = [one for one in known if one.begins_on <= today]
    named = [one for one in known if one.name == name] if name else (in_force or known)[:1]
    if not named:
        return None
    edition, shown = named[0], Kind(kind) if kind in Kind.values else Kind.COMPLAINT
    is_over = edition.ends_on is not None and edition.ends_on < today
    day = edition.ends_on if is_over and edition.ends_on else max(today, edition.begins_on)
    codes = CategoryCode.objects.valid_on(day).filter(official_code__edition=edition.name)
    chosen = codes.select_related("official_code")
    rows = {(one.kind, one.category_id or OTHERS): one.official_code for one in chosen}
    themes = list(Category.objects.valid_on(day))
    lines = [Line(theme, rows.get((shown, theme.pk))) for theme in themes]
    return Mapping(
        edition=edition, editions=known, kind=shown, day=day, is_over=is_over,
        kinds=[_of_kind(one, themes, rows) for one in Kind],
        lines=[*lines, Line(None, rows.get((shown, OTHERS)))], rows=_offered(edition, shown),
    )  # fmt: skip


def _of_kind(kind: Kind, themes: list[Category], rows: Chosen) -> OfKind:
    if (kind, OTHERS) in rows:
        return OfKind(kind, [])
    return OfKind(kind, [theme for theme in themes if (kind, theme.pk) not in rows])


def _offered(edition: Edition, kind: Kind) -> list[OfficialCode]:
    """Rows that count such appeals, and those that do not say what they count."""
    rows = OfficialCode.objects.filter(edition=edition.name, table=APPEALS, kind__in=["", WORDS[kind]])
    return list(rows.order_by("id"))
