"""Figures of heads and the fund as files: each table of the dashboard, also behind its charts; fairness."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.reports.staff import dashboard as report
from complaints.reports.staff import fairness as fair_report
from complaints.reports.staff.dashboard import Dashboard
from complaints.reports.staff.dashboard_counts import Rising, Spans
from complaints.reports.staff.export_sheets import (
    Asker,
    Cell,
    Chosen,
    Column,
    Holds,
    Line,
    Sheet,
    Whole,
    always,
    day,
    number,
    words,
)
from complaints.reports.staff.form_figures import Quarter, form_figures
from complaints.reports.staff.places import supervised_branches, supervises
from complaints.reports.staff.watch import may_watch, watch_of

Cells = Sequence[Cell]
_TIER = Column(gettext_lazy("Tier"), width=34)
_DAY = Column(gettext_lazy("Day"), Holds.DAY)
_WHAT = Column(gettext_lazy("What is counted"), width=44)
_COUNT = Column(gettext_lazy("Count"), Holds.NUMBER)


def _counted(title: Promise | str) -> Column:
    return Column(title, Holds.NUMBER)


def _now(figures: Dashboard) -> Iterator[Cells]:
    now = figures.now
    yield from [
        [_("Open cases"), number(now.open)],
        [_("Urgent"), number(now.urgent)],
        [_("Tier's time has run out"), number(now.overdue)],
        [_("Tier's time ends within the hour"), number(now.soon)],
        [_("Last tier late"), number(now.breached)],
        [_("Answer by law overdue"), number(now.answer_overdue)],
        [_("Answer by law within 3 days"), number(now.answer_soon)],
        [_("Waiting for the patient"), number(now.waiting)],
        [_("Alarms nobody has seen"), number(now.alarms)],
    ]


def _ages(figures: Dashboard) -> Iterator[Cells]:
    for row in figures.tiers:
        yield [str(row.tier.label), *map(number, row.ages), number(row.total)]


def _flow(figures: Dashboard) -> Iterator[Cells]:
    for on, filed, decided in zip(figures.period.days, figures.filed, figures.decided, strict=True):
        yield [day(on), number(filed), number(decided)]


def _hops(figures: Dashboard) -> Iterator[Cells]:
    for on, count in figures.hops:
        yield [day(on), number(count)]


def _open_by_day(figures: Dashboard) -> Iterator[Cells]:
    for on, count in figures.open_by_day:
        yield [day(on), number(count)]


def _times(figures: Dashboard) -> Iterator[Cells]:
    for row in figures.times:
        yield [str(row.tier.label), *_spans(row.reaction), *_spans(row.decision)]


def _spans(spans: Spans) -> list[Cell]:
    return [number(spans.count), _hours(spans.median), _hours(spans.p90)]


def _hours(span: timedelta | None) -> Cell:
    return None if span is None else number(round(span / timedelta(hours=1), 2))


def _marks(figures: Dashboard) -> Iterator[Cells]:
    for star, count in figures.satisfaction.stars:
        yield [number(star), number(count)]


def _fair(figures: Dashboard) -> Iterator[Cells]:
    """Under the titles of the report by person."""
    for field in fields(figures.fair):
        words_of = fair_report.COLUMNS.get({"asked_again": "reopened"}.get(field.name, field.name))
        if words_of is not None:
            yield [str(words_of[0]), number(getattr(figures.fair, field.name))]
    yield [_("Said that it helped"), number(figures.satisfaction.helped)]


def _risen(rows: Sequence[Rising]) -> Iterator[Cells]:
    for row in rows:
        yield [row.name, number(row.last_week), number(row.usual)]


def _clinics(figures: Dashboard) -> Iterator[Cells]:
    """Of very many branches they are not counted, and the file says so."""
    if not figures.knows_clinics:
        yield [_("Choose a branch: clinics of so many are not compared."), None, None]
    yield from _risen(figures.clinics)


def _load(figures: Dashboard) -> Iterator[Cells]:
    for row in figures.load:
        presence = _("on leave") if row.is_on_leave else row.person.get_presence_display()
        yield [
            str(row.person), words(row.person.get_tier_display()), words(presence), number(row.in_work),
            number(row.waiting), number(row.overdue), number(row.person.ceiling),
        ]  # fmt: skip


def _age_columns() -> Sequence[Column]:
    """The ages are named in the reader's language when the file is made."""
    return (_TIER, *(_counted(title) for title in report.age_titles()), _counted(_("In all")))


_RISEN = (Column(gettext_lazy("Name"), width=60), _counted(gettext_lazy("Last 7 days")),
          _counted(gettext_lazy("Usual")))  # fmt: skip
_TIMES = (
    _TIER,
    _counted(gettext_lazy("First reactions")),
    _counted(gettext_lazy("First reaction, hours: half within")),
    _counted(gettext_lazy("First reaction, hours: 9 of 10 within")),
    _counted(gettext_lazy("Decisions")),
    _counted(gettext_lazy("Decision, hours: half within")),
    _counted(gettext_lazy("Decision, hours: 9 of 10 within")),
)
_FORM = (
    Column(gettext_lazy("Edition"), width=12),
    Column(gettext_lazy("Row"), width=12),
    Column(gettext_lazy("What it counts"), width=80),
    _counted(gettext_lazy("Appeals")),
)
_LOAD = (
    Column(gettext_lazy("Person"), width=34),
    Column(gettext_lazy("Tier"), width=26),
    Column(gettext_lazy("Presence")),
    _counted(gettext_lazy("In work")),
    _counted(gettext_lazy("Waiting")),
    _counted(gettext_lazy("Overdue")),
    _counted(gettext_lazy("Ceiling")),
)
#: Each table of the dashboard: its title, its columns and its rows.
TABLES: Mapping[
    str, tuple[Promise, Callable[[], Sequence[Column]], Callable[[Dashboard], Iterator[Cells]]]
] = {
    "load": (gettext_lazy("Load"), lambda: _LOAD, _load),
    "now": (gettext_lazy("Now"), lambda: (_WHAT, _COUNT), _now),
    "ages": (gettext_lazy("Open by tier and age"), _age_columns, _ages),
    "flow": (
        gettext_lazy("Registered and decided, by day"),
        lambda: (_DAY, _counted(gettext_lazy("Registered")), _counted(gettext_lazy("Decided"))), _flow,
    ),
    "hops": (
        gettext_lazy("Hops between tiers, by day"), lambda: (_DAY, _counted(gettext_lazy("Hops"))), _hops,
    ),
    "open": (
        gettext_lazy("Open at the end of each day"), lambda: (_DAY, _counted(gettext_lazy("Open cases"))),
        _open_by_day,
    ),
    "times": (gettext_lazy("How long it took"), lambda: _TIMES, _times),
    "marks": (
        gettext_lazy("Marks of applicants"), lambda: (_counted(gettext_lazy("Mark, 1 to 5")), _COUNT), _marks,
    ),
    "fair": (gettext_lazy("Fairness of the timer"), lambda: (_WHAT, _COUNT), _fair),
    "themes": (
        gettext_lazy("Themes: more than usual"), lambda: _RISEN, lambda figures: _risen(figures.themes),
    ),
    "clinics": (
        gettext_lazy("Clinics: more than usual"), lambda: _RISEN, _clinics,
    ),
}  # fmt: skip


def _table(chosen: Chosen) -> str:
    return chosen.get("table", "")


def _may_see(asker: Asker) -> bool:
    """A table that exists, of branches that this person answers for."""
    return _table(asker.chosen) in TABLES and _supervises(asker)


def _supervises(asker: Asker) -> bool:
    if not supervises(asker.profile):
        return False
    branch_id = asker.number("branch")
    return branch_id is None or supervised_branches(asker.profile).filter(pk=branch_id).exists()


def _lines(asker: Asker) -> Iterator[Line]:
    _title, _columns, rows = TABLES[_table(asker.chosen)]
    branch_id = asker.number("branch")
    length, everybody = asker.number("days") or 0, _table(asker.chosen) == "load"
    figures = report.dashboard(asker.profile, branch_id, asker.now, length=length, everybody=everybody)
    for place, cells in enumerate(rows(figures)):
        yield Line(str(place), cells, branch_id)


def _has_quarter(asker: Asker) -> bool:
    """A file never tells of another quarter than its title."""
    return _supervises(asker) and Quarter.asked(asker.chosen.get("quarter", ""), asker.now) is not None


def _form_lines(asker: Asker) -> Iterator[Line]:
    """The rows of the official form that something counted into."""
    branch_id = asker.number("branch")
    found = form_figures(asker.profile, branch_id, asker.chosen.get("quarter", ""), asker.now)
    for line in found.lines:
        cells = [line.row.edition, line.row.code, line.row.text, number(line.count)]
        yield Line(str(line.row.pk), cells, found.chosen)


def _fair_columns(_chosen: Chosen) -> Sequence[Column]:
    first = [Column(gettext_lazy("Branch"), width=34), Column(gettext_lazy("Person"), width=34),
             Column(gettext_lazy("Tier"), width=26)]  # fmt: skip
    return [*first, *(_counted(title) for title, _meaning in fair_report.COLUMNS.values())]


def _fair_lines(asker: Asker) -> Iterator[Line]:
    """By person where one branch is looked at, else by branch."""
    watch = watch_of(asker.user, asker.profile)
    figures = fair_report.fairness(watch, asker.number("branch"), asker.chosen.get("period", ""), asker.now)
    by_person = figures.chosen is not None
    for place, row in enumerate(figures.by_person if by_person else figures.by_branch):
        queue = _("in the queue, held by nobody") if by_person else None
        name = (row.name or queue) if by_person else None
        tier = str(row.tier.label) if row.tier else None
        cells = [str(row.branch), name, tier, *map(number, row.figures)]
        yield Line(str(place), cells, row.branch.pk)


SHEETS: dict[str, Sheet] = {
    "dashboard": Sheet(
        gettext_lazy("Dashboard"), "dashboard",
        lambda chosen: TABLES[_table(chosen)][1](), _may_see, Whole(_lines),
        asks=("branch", "days", "table"), tells=lambda chosen: TABLES[_table(chosen)][0],
    ),
    "form": Sheet(
        gettext_lazy("Official form"), "official_form", always(_FORM), _has_quarter, Whole(_form_lines),
        asks=("branch", "quarter"), tells=lambda chosen: chosen.get("quarter", ""),
    ),
    "fairness": Sheet(
        gettext_lazy("Fairness of the timer"), "fairness", _fair_columns,
        lambda asker: may_watch(asker.user, asker.profile), Whole(_fair_lines), asks=("branch", "period"),
    ),
}  # fmt: skip
