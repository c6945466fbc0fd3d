"""The next seven days of a branch's duty roster, with its gaps."""

from collections.abc import Iterable, Iterator
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
class Turn:
    """One person's place in a span."""

    shift: DutyShift
    is_on_leave: bool


@dataclass(frozen=True, slots=True)
class Span:
    """The line of those on duty from one moment to another; nobody's is a gap. In the branch's time."""

    starts_at: datetime
    ends_at: datetime
    turns: list[Turn]
    is_running: bool = False

    @property
    def is_gap(self) -> bool:
        return not self.turns

    @property
    def text(self) -> str:
        return f"{self.starts_at:%H:%M} – {self.ends_at:%H:%M}"

    @property
    def ends_on(self) -> date | None:
        """The day of its end, if that is another."""
        return None if self.starts_at.date() == self.ends_at.date() else self.ends_at.date()


@dataclass(frozen=True, slots=True)
class Line:
    """One tier: days with what begins on them."""

    tier: Tier
    days: list[tuple[date, list[Span]]]
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
    own = [shift for shift in shifts if shift.tier == tier]
    holes = [Span(*_local(gap, branch), turns=[]) for gap in gaps if gap.tier == tier]
    spans = sorted([*_spans(own, branch, now), *holes], key=lambda span: (span.starts_at, span.ends_at))
    days = [(day, list(rows)) for day, rows in groupby(spans, key=lambda span: span.starts_at.date())]
    return Line(tier, days, len(holes))


def _spans(shifts: Iterable[DutyShift], branch: Branch, now: datetime) -> Iterator[Span]:
    """Shifts that begin and end together are one line."""
    ordered = sorted(shifts, key=lambda shift: (shift.starts_at, shift.ends_at, shift.place))
    for (starts_at, _ends_at), together in groupby(ordered, key=lambda s: (s.starts_at, s.ends_at)):
        line = list(together)
        turns = [Turn(shift, _is_on_leave(shift, branch)) for shift in line]
        yield Span(*_local(line[0], branch), turns=turns, is_running=starts_at <= now)


def _local(span: DutyShift | Gap, branch: Branch) -> tuple[datetime, datetime]:
    return span.starts_at.astimezone(branch.zone), span.ends_at.astimezone(branch.zone)


def _is_on_leave(shift: DutyShift, branch: Branch) -> bool:
    starts_at, ends_at = _local(shift, branch)
    return any(
        leave.starts_on <= ends_at.date() and leave.ends_on >= starts_at.date()
        for leave in shift.representative.leaves.all()
    )
