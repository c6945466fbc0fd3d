"""The next seven days of a branch's duty roster, with its gaps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from complaints.escalation import roster
from complaints.escalation.roster import AHEAD, Gap
from complaints.reports.staff.places import supervised_branches
from insurers.models import Branch
from representatives.models import DutyShift
from representatives.profiles import Profile
from representatives.roles import Tier


@dataclass(frozen=True, slots=True)
class Entry:
    """A shift, or a span in which nobody is on duty. Moments are in the branch's time."""

    starts_at: datetime
    ends_at: datetime
    shift: DutyShift | None = None
    is_on_leave: bool = False
    is_running: bool = False

    @property
    def is_gap(self) -> bool:
        return self.shift is None

    @property
    def ends_on_another_day(self) -> bool:
        return self.starts_at.date() != self.ends_at.date()


@dataclass(frozen=True, slots=True)
class Line:
    """One tier: days with what begins on them."""

    tier: Tier
    days: list[tuple[date, list[Entry]]]
    gaps: int


@dataclass(frozen=True, slots=True)
class Week:
    branch: Branch
    branches: list[Branch]
    lines: list[Line]
    may_change: bool


def week(profile: Profile, branch_id: int | None, now: datetime) -> Week | None:
    """The roster of one of the branches this person answers for, the first unless one is chosen; or None."""
    branches = list(supervised_branches(profile).with_names().alphabetical())
    own = [branch for branch in branches if branch.pk in profile.headed_branch_ids]
    chosen = [b for b in branches if b.pk == branch_id] if branch_id else (own or branches)[:1]
    if not chosen:
        return None
    branch = chosen[0]
    shifts = list(DutyShift.objects.of_branch(branch).between(now, now + AHEAD).with_people())
    gaps = roster.gaps(branch_id=branch.pk, now=now)
    tiers = roster.OF_FUND if branch.is_fund else roster.OF_INSURER
    lines = [_line(tier, shifts, gaps, branch, now) for tier in tiers]
    return Week(branch, branches, lines, branch.pk in profile.headed_branch_ids)


def shift_of(profile: Profile, shift_id: int) -> DutyShift | None:
    """The shift, if it belongs to a branch this person answers for."""
    branches = supervised_branches(profile).values("pk")
    return DutyShift.objects.filter(pk=shift_id, branch__in=branches).first()


def _line(
    tier: Tier, shifts: Iterable[DutyShift], gaps: Iterable[Gap], branch: Branch, now: datetime
) -> Line:
    entries = [_shift(shift, branch, now) for shift in shifts if shift.tier == tier]
    holes = [
        Entry(gap.starts_at.astimezone(branch.zone), gap.ends_at.astimezone(branch.zone))
        for gap in gaps
        if gap.tier == tier
    ]
    entries = sorted([*entries, *holes], key=lambda entry: (entry.starts_at, entry.is_gap, _place(entry)))
    days = [(day, list(rows)) for day, rows in groupby(entries, key=lambda entry: entry.starts_at.date())]
    return Line(tier, days, len(holes))


def _place(entry: Entry) -> int:
    return entry.shift.place if entry.shift else 0


def _shift(shift: DutyShift, branch: Branch, now: datetime) -> Entry:
    starts_at, ends_at = shift.starts_at.astimezone(branch.zone), shift.ends_at.astimezone(branch.zone)
    away = any(
        leave.starts_on <= ends_at.date() and leave.ends_on >= starts_at.date()
        for leave in shift.representative.leaves.all()
    )
    return Entry(starts_at, ends_at, shift, is_on_leave=away, is_running=shift.starts_at <= now)
