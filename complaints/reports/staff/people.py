"""The people of headed branches: what they take, what they hold, and when they are away."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from complaints.models import Category, Complaint
from complaints.reports.staff.dashboard_load import LoadRow, rows_of
from complaints.reports.staff.places import supervised_branches
from complaints.services.legal import day_off_rule
from insurers.models import Branch
from representatives.models import Leave, Representative
from representatives.profiles import Profile
from representatives.roles import Tier

#: Of one branch; of larger ones the page says that it is cut, and the file has everybody.
MOST_PEOPLE = 300
#: Months further away than this are a slip in the address.
MOST_YEARS = 2
#: Cases shown of somebody's load; more are moved all the same.
MOST_HELD = 100


@dataclass(frozen=True, slots=True)
class PersonRow:
    load: LoadRow
    themes: list[str]
    next_leave: Leave | None

    @property
    def person(self) -> Representative:
        return self.load.person


@dataclass(frozen=True, slots=True)
class People:
    branch: Branch
    branches: list[Branch]
    rows: list[PersonRow]
    may_change: bool
    is_cut: bool

    @property
    def most(self) -> int:
        return MOST_PEOPLE


@dataclass(frozen=True, slots=True)
class OnePerson:
    """Everything a head sets about somebody, and what they hold in the head's branches."""

    row: LoadRow
    branch: Branch
    today: date
    leaves: list[Leave]
    held: list[Complaint]
    colleagues: list[Representative]

    @property
    def person(self) -> Representative:
        return self.row.person


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one person."""

    day: date
    is_away: bool
    is_off: bool


@dataclass(frozen=True, slots=True)
class MonthLine:
    person: Representative
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class AtWork:
    """How many of a tier are not on leave, day by day; none on a working day is a gap."""

    tier: Tier
    cells: list[tuple[Cell, int]]


@dataclass(frozen=True, slots=True)
class Month:
    branch: Branch
    branches: list[Branch]
    first: date
    before: date
    after: date
    days: list[Cell]
    lines: list[MonthLine]
    at_work: list[AtWork]
    may_change: bool
    staff: list[Representative]

    @property
    def most(self) -> int:
        return MOST_PEOPLE

    @property
    def is_cut(self) -> bool:
        return len(self.staff) > len(self.lines)


def chosen_branch(profile: Profile, branch_id: int | None) -> tuple[Branch | None, list[Branch]]:
    """The branch that is looked at, own ones first, and all that this person answers for."""
    branches = list(supervised_branches(profile).with_names().alphabetical())
    own = [branch for branch in branches if branch.pk in profile.headed_branch_ids]
    found = [b for b in branches if b.pk == branch_id] if branch_id else (own or branches)
    return (found[0] if found else None), branches


def people(
    profile: Profile, branch_id: int | None, now: datetime, *, everybody: bool = False
) -> People | None:
    """Those of one branch with load and next leave; None: no such branch. Five queries."""
    branch, branches = chosen_branch(profile, branch_id)
    if branch is None:
        return None
    own = Representative.objects.of_branches([branch.pk])
    found = list(own if everybody else own[: MOST_PEOPLE + 1])
    staff = found if everybody else found[:MOST_PEOPLE]
    today = now.astimezone(branch.zone).date()
    leaves: dict[int, Leave] = {}
    for leave in Leave.objects.of_people(staff).not_over(today):
        leaves.setdefault(leave.representative_id, leave)
    titles = _titles(staff)
    rows = [
        PersonRow(row, [titles.get(slug, slug) for slug in row.person.competences], leaves.get(row.person.pk))
        for row in rows_of(staff, now)
    ]
    may_change = branch.pk in profile.headed_branch_ids
    return People(branch, branches, rows, may_change, is_cut=len(found) > len(staff))


def _titles(staff: Sequence[Representative]) -> Mapping[str, str]:
    slugs = {slug for person in staff for slug in person.competences}
    return dict(Category.objects.filter(slug__in=slugs).values_list("slug", "title")) if slugs else {}


def person_of(profile: Profile, person_id: int) -> Representative | None:
    """Somebody who works in a branch that this person heads."""
    own = Representative.objects.filter(branches__in=profile.headed_branch_ids).select_related("user")
    return own.filter(pk=person_id).distinct().first()


def one(profile: Profile, person: Representative, now: datetime) -> OnePerson:
    """The page of somebody for whom `person_of` was asked."""
    branch = branch_of(profile, person)
    today = now.astimezone(branch.zone).date()
    own = Complaint.objects.visible_to(profile).narrowed(branch_id__in=profile.headed_branch_ids)
    held = own.held_by(person.user_id).open().with_places().order_by("due_at", "pk")
    colleagues = Representative.objects.of_branches([branch.pk]).filter(tier=person.tier)
    return OnePerson(
        row=rows_of([person], now)[0],
        branch=branch,
        today=today,
        leaves=list(Leave.objects.of(person).not_over(today)),
        held=list(held[:MOST_HELD]),
        colleagues=list(colleagues.exclude(pk=person.pk)),
    )


def branch_of(profile: Profile, person: Representative) -> Branch:
    """Where this head has to do with them."""
    ids = profile.headed_branch_ids & set(person.branches.values_list("pk", flat=True))
    return Branch.objects.with_names().get(pk=min(ids))


def leave_of(profile: Profile, leave_id: int) -> Leave | None:
    """A leave of somebody who works in a headed branch."""
    own = Representative.objects.filter(branches__in=profile.headed_branch_ids)
    return Leave.objects.filter(pk=leave_id, representative__in=own).select_related("representative").first()


def month(profile: Profile, branch_id: int | None, typed: str, now: datetime) -> Month | None:
    """The leaves of a branch's people in one month; `typed` is 2026-11, anything else the present one.

    Everybody counts into who is left; lines have the first MOST_PEOPLE.
    """
    branch, branches = chosen_branch(profile, branch_id)
    if branch is None:
        return None
    first = _first_day(typed, now.astimezone(branch.zone).date())
    last = first.replace(day=monthrange(first.year, first.month)[1])
    staff = list(Representative.objects.of_branches([branch.pk]).people())
    away: dict[int, list[Leave]] = {}
    for leave in Leave.objects.of_people(staff).touching(first, last):
        away.setdefault(leave.representative_id, []).append(leave)
    is_off = day_off_rule(branch, first, last)
    every = [first + timedelta(days=i) for i in range(last.day)]
    days = [Cell(day, False, is_off(day)) for day in every]
    lines = [MonthLine(person, [_cell(cell, away.get(person.pk, ())) for cell in days]) for person in staff]
    return Month(
        branch, branches, first, (first - timedelta(days=1)).replace(day=1), last + timedelta(days=1), days,
        lines[:MOST_PEOPLE], _at_work(lines, days), branch.pk in profile.headed_branch_ids, staff,
    )  # fmt: skip


def _first_day(typed: str, today: date) -> date:
    try:
        wanted = date.fromisoformat(f"{typed}-01")
    except ValueError:
        return today.replace(day=1)
    return wanted if abs(wanted.year - today.year) <= MOST_YEARS else today.replace(day=1)


def _cell(cell: Cell, leaves: Sequence[Leave]) -> Cell:
    is_away = any(leave.starts_on <= cell.day <= leave.ends_on for leave in leaves)
    return Cell(cell.day, is_away, cell.is_off)


def _at_work(lines: Sequence[MonthLine], days: Sequence[Cell]) -> list[AtWork]:
    tiers = sorted({line.person.tier for line in lines})
    return [
        AtWork(
            Tier(tier),
            [
                (cell, sum(not line.cells[i].is_away for line in lines if line.person.tier == tier))
                for i, cell in enumerate(days)
            ],
        )
        for tier in tiers
    ]
