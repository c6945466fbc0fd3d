"""Which row of the official form each theme counts into, by edition; what has no row is listed."""

from dataclasses import dataclass
from datetime import date, datetime

from complaints.models import Category, CategoryCode, OfficialCode
from complaints.services.amendments import today_of
from complaints.services.official_codes import APPEALS, Edition, editions


@dataclass(frozen=True, slots=True)
class Line:
    """A theme, and the row it counts into."""

    theme: Category
    row: OfficialCode | None


@dataclass(frozen=True, slots=True)
class Mapping:
    """One edition on the day from which a change would hold."""

    edition: Edition
    editions: list[Edition]
    day: date
    is_over: bool
    lines: list[Line]
    rows: list[OfficialCode]

    @property
    def without(self) -> list[Category]:
        """Themes that would be counted nowhere."""
        return [line.theme for line in self.lines if line.row is None]

    @property
    def chosen(self) -> dict[int, int | None]:
        """Ids of themes and rows, as they stand."""
        return {line.theme.pk: line.row.pk if line.row else None for line in self.lines}


def mapping(name: str, now: datetime) -> Mapping | None:
    """The named edition, without a name the one in force; None when there is none. Some dozens of rows."""
    known, today = editions(), today_of(None, now)
    in_force = [one for one in known if one.begins_on <= today]
    chosen = [one for one in known if one.name == name] if name else (in_force or known)[:1]
    if not chosen:
        return None
    edition = chosen[0]
    is_over = edition.ends_on is not None and edition.ends_on < today
    day = edition.ends_on if is_over and edition.ends_on else max(today, edition.begins_on)
    codes = CategoryCode.objects.valid_on(day).filter(official_code__edition=edition.name)
    by_theme = {one.category_id: one.official_code for one in codes.select_related("official_code")}
    lines = [Line(theme, by_theme.get(theme.pk)) for theme in Category.objects.valid_on(day)]
    rows = OfficialCode.objects.filter(edition=edition.name, table=APPEALS).order_by("id")
    return Mapping(edition, known, day, is_over, lines, list(rows))
