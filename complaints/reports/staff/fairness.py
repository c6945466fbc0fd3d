"""The fairness of the timer, for heads and the fund: what was done with it, by branch and by person.

A figure alone proves nothing: each tells what it counts and what it does not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta, tzinfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.escalation.fairness import Deeds, deeds
from complaints.reports.staff.watch import Watch
from insurers.models import Branch
from representatives.models import User
from representatives.roles import Tier

LAST_DAYS = 30
MOST_MONTHS = 12
#: With more branches one must be chosen first: the report of a whole country is no page.
MOST_BRANCHES = 30

#: The figures in the order of the columns, with their titles and what they count.
COLUMNS: dict[str, tuple[Promise, Promise]] = {
    "decided": (
        gettext_lazy("Decisions"),
        gettext_lazy("Appeals that this person decided in the period."),
    ),
    "untouched": (
        gettext_lazy("of them without contact"),
        gettext_lazy(
            "Decisions before which nobody of the staff wrote to the applicant on the portal or noted a "
            "call. Letters on paper and talks that nobody noted are not seen here."
        ),
    ),
    "last_tenth": (
        gettext_lazy("of them in the last tenth"),
        gettext_lazy(
            "Decisions made in time, but when less than a tenth of the tier's limit was left, in working "
            "time. Late decisions are not among them."
        ),
    ),
    "paused": (
        gettext_lazy("Pauses"),
        gettext_lazy("How often this person paused the clock with a question to the applicant."),
    ),
    "reclassified": (
        gettext_lazy("Reclassified"),
        gettext_lazy("How often this person changed the kind, theme or urgency of an appeal."),
    ),
    "reopened": (
        gettext_lazy("Asked again"),
        gettext_lazy(
            "Applicants who said in the period that the answer did not help and asked again. Counted against "
            "who had decided, perhaps before the period."
        ),
    ),
    "late": (
        gettext_lazy("Time ran out"),
        gettext_lazy(
            "The timer passed the case to the next tier, or the last tier did not decide in time. Counted "
            "against the tier, and against the person if somebody held the case."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` to before `until`; `key` stands in the address."""

    key: str
    title: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of a branch, or of one person or queue of it."""

    name: str
    tier: Tier | None
    branch: Branch
    figures: list[int]

    @property
    def cells(self) -> list[tuple[Promise, int]]:
        """Each figure with its title, for a table that becomes cards."""
        return [
            (title, figure) for (title, _meaning), figure in zip(COLUMNS.values(), self.figures, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Fairness:
    """Branches with their sums; people only of one branch at a time."""

    branches: list[Branch]
    chosen: Branch | None
    period: Period
    periods: list[Period]
    by_branch: list[Row]
    by_person: list[Row]

    @property
    def must_choose(self) -> bool:
        return self.chosen is None and len(self.branches) > MOST_BRANCHES

    @property
    def columns(self) -> list[tuple[Promise, Promise]]:
        return list(COLUMNS.values())


def fairness(watch: Watch, branch_id: int | None, period_key: str, now: datetime) -> Fairness:
    """Two queries at most, bounded by the period and by the branches."""
    branches = list(watch.branches.values())
    chosen = watch.branches.get(branch_id or 0) or (branches[0] if len(branches) == 1 else None)
    shown = [chosen] if chosen else branches if len(branches) <= MOST_BRANCHES else []
    periods = _periods((chosen or branches[0]).zone if branches else None, now)
    period = next((one for one in periods if one.key == period_key), periods[0])
    done = _deeds(shown, period)
    return Fairness(
        branches=branches,
        chosen=chosen,
        period=period,
        periods=periods,
        by_branch=[_sum_of(branch, done) for branch in shown],
        by_person=_people(chosen, done) if chosen else [],
    )


def _deeds(branches: Sequence[Branch], period: Period) -> list[Deeds]:
    if not branches:
        return []
    ids = [branch.pk for branch in branches]
    return deeds(branch_ids=ids, since=period.since, until=period.until)


def _sum_of(branch: Branch, done: Iterable[Deeds]) -> Row:
    own = [one for one in done if one.branch_id == branch.pk]
    return Row(str(branch), None, branch, [sum(getattr(one, name) for one in own) for name in COLUMNS])


def _people(branch: Branch, done: Sequence[Deeds]) -> list[Row]:
    """By tier, then by name; the queue that nobody held stands before the people of its tier."""
    names = User.objects.in_bulk({one.person_id for one in done if one.person_id})
    rows = [
        Row(
            str(names[one.person_id]) if one.person_id in names else "",
            Tier(one.tier),
            branch,
            [getattr(one, name) for name in COLUMNS],
        )
        for one in done
    ]
    return sorted(rows, key=lambda row: (row.tier or 0, row.name))


def _periods(zone: tzinfo | None, now: datetime) -> list[Period]:
    """The last 30 days up to now, and the months before, by days of the branch's zone."""
    today = now.astimezone(zone).date()
    title = _("last %(days)s days") % {"days": LAST_DAYS}
    months = [_month(first, zone) for first in _months(today)]
    return [Period("", title, now - timedelta(days=LAST_DAYS), now), *months]


def _months(today: date) -> list[date]:
    """The first days of the present month and of those before it."""
    count = today.year * 12 + today.month - 1
    return [date((count - ago) // 12, (count - ago) % 12 + 1, 1) for ago in range(MOST_MONTHS)]


def _month(first: date, zone: tzinfo | None) -> Period:
    after = (first + timedelta(days=31)).replace(day=1)
    return Period(
        key=f"{first:%Y-%m}",
        title=date_format(first, "F Y"),
        since=datetime(first.year, first.month, 1, tzinfo=zone),
        until=datetime(after.year, after.month, 1, tzinfo=zone),
    )


def _validate() -> None:
    """Each column is a figure of the report, and each figure has its column."""
    counted = [field.name for field in fields(Deeds)][3:]
    if counted != list(COLUMNS):
        raise RuntimeError(f"columns of the fairness report: {counted}")


_validate()
