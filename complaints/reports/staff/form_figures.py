"""The table of appeals of the official form: how many counted into each row in a quarter.

Every read goes by the unique key of the figures; what it costs goes by branches and days, not by cases.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from complaints.escalation.daily_counts import ROWS
from complaints.escalation.form_counts import ROW_STEP
from complaints.kinds import Kind
from complaints.models import CountMark, DailyCount, OfficialCode
from complaints.models.counts import Measure
from complaints.reports.staff.places import supervised_branches
from complaints.services.official_codes import APPEALS, WORDS
from insurers.models import Branch
from insurers.reports import today_in
from representatives.profiles import Profile

#: Quarters that can be chosen: this one and those before.
QUARTERS = 8
#: What a row says that sums up the whole table.
EVERYTHING = "всего"
_MONTHS = 3
_NAME = re.compile(r"(20[0-9]{2})-([1-4])")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month - 1) // _MONTHS + 1)

    @classmethod
    def asked(cls, name: str, now: datetime) -> "Quarter | None":
        """The one that an address names, this one where it names none; None for what is none or not yet."""
        this, found = cls.of(today_in(None, now)), _NAME.fullmatch(name)
        if found is None:
            return None if name else this
        asked = cls(int(found[1]), int(found[2]))
        return asked if asked <= this else None

    @property
    def name(self) -> str:
        """As it stands in an address."""
        return f"{self.year}-{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, _MONTHS * (self.number - 1) + 1, 1)

    @property
    def last(self) -> date:
        return (self.first + timedelta(days=100)).replace(day=1) - timedelta(days=1)

    @property
    def before(self) -> "Quarter":
        return Quarter.of(self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the form and how many counted into it or into what it sums up."""

    row: OfficialCode
    count: int


@dataclass(frozen=True, slots=True)
class FormFigures:
    """One quarter of the branches that somebody answers for. `lines` without those that have nothing."""

    branches: list[Branch]
    chosen: int | None
    quarter: Quarter
    quarters: list[Quarter]
    lines: list[Line]
    counted_at: datetime | None


def form_figures(profile: Profile, branch_id: int | None, quarter: str, now: datetime) -> FormFigures:
    """Of one branch or of all; a quarter that is none is this one, an older one than those offered is offered
    too. Four queries."""
    branches = list(supervised_branches(profile).with_names().alphabetical())
    ids = [branch.pk for branch in branches]
    chosen = branch_id if branch_id in ids else None
    offered = [Quarter.of(today_in(None, now))]
    while len(offered) < QUARTERS:
        offered.append(offered[-1].before)
    shown = Quarter.asked(quarter, now) or offered[0]
    if shown not in offered:
        offered.append(shown)
    mark = CountMark.objects.filter(pk=ROWS).first()
    return FormFigures(
        branches=branches, chosen=chosen, quarter=shown, quarters=offered,
        lines=_lines([chosen] if chosen else ids, shown), counted_at=mark.counted_at if mark else None,
    )  # fmt: skip


def _lines(branch_ids: list[int], quarter: Quarter) -> list[Line]:
    kept = DailyCount.objects.of([Measure.OFFICIAL_ROW]).of_branches(branch_ids)
    totals = dict(kept.between(quarter.first, quarter.last).totals("key"))
    ids = {key // ROW_STEP for key in totals}
    editions = OfficialCode.objects.filter(pk__in=ids).values("edition")
    # In the administration a theme can be given a row of another table: it is shown as what it is.
    shown = Q(edition__in=editions, table=APPEALS) | Q(pk__in=ids)
    rows = list(OfficialCode.objects.filter(shown).order_by("valid_from", "pk"))
    by_code = {(row.edition, row.table, row.code): row for row in rows}
    by_id = {row.pk: row for row in rows}
    whole = [row for row in rows if row.kind == EVERYTHING]
    counted: Counter[int] = Counter()
    for key, total in totals.items():
        into = _into(by_id[key // ROW_STEP], by_code, is_justified=bool(key % ROW_STEP))
        for row in [*into, *(row for row in whole if row.edition == into[0].edition and row not in into)]:
            counted[row.pk] += total
    return [Line(row, counted[row.pk]) for row in rows if counted[row.pk]]


def _into(
    row: OfficialCode, by_code: dict[tuple[str, str, str], OfficialCode], *, is_justified: bool
) -> list[OfficialCode]:
    """The row and all that sum it up, but for the sum of the table. The reasons under "complaints" are those
    of the justified ones."""
    found = [row]
    while parent := by_code.get((row.edition, row.table, found[-1].parent_code)):
        if parent in found or parent.kind == EVERYTHING:
            break
        found.append(parent)
    return found if is_justified or row.kind != WORDS[Kind.COMPLAINT] else found[-1:]
