"""Figures for heads and the fund. Nothing here reads a table that grows with the years: what came and went is
kept day by day, and the open cases of a large scope are written down every ten minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.escalation import daily_counts
from complaints.escalation.daily_counts import AGES, Standing
from complaints.escalation.sweep import HEARTBEAT
from complaints.models import Complaint, CountMark
from complaints.models.counts import Measure
from complaints.reports.staff import dashboard_counts as kept
from complaints.reports.staff.dashboard_counts import Flows, Period, Rising, Satisfaction, TierTimes
from complaints.reports.staff.dashboard_load import Load, load
from complaints.reports.staff.lists import open_alarms
from complaints.reports.staff.places import supervised_branches
from complaints.states import Event
from insurers.models import Branch
from omsportal.platform import heartbeats
from representatives.profiles import Profile
from representatives.roles import Tier

#: The timer sweeps every few seconds; silence of a minute is worth an alarm.
TIMER_IS_LATE = timedelta(minutes=1)
#: Lengths of the period, in days up to today; the first is shown unless another is chosen.
PERIODS = (14, 30, 90, 365)
#: So many open cases are counted while somebody waits for the page; of more, the last count is shown.
COUNTED_LIVE = 20_000
#: Clinics are compared in so many branches at once; with more, one is chosen first.
MOST_BRANCHES = 30


@dataclass(frozen=True, slots=True)
class TierRow:
    """Open cases of one tier by age."""

    tier: Tier
    ages: list[int]

    @property
    def total(self) -> int:
        return sum(self.ages)

    @property
    def cells(self) -> list[tuple[str, int, str]]:
        """Each age with its title, for a table that becomes cards on a phone; and the filter of these."""
        return list(zip(age_titles(), self.ages, self._filters, strict=True))

    @property
    def filter(self) -> str:
        """Of the whole line, as it stands in an address."""
        return urlencode({"tier": int(self.tier)})

    @property
    def _filters(self) -> list[str]:
        ends = [(None, AGES[0]), *pairwise(AGES), (AGES[-1], None)]
        asked = [{"tier": int(self.tier), "age": oldest, "younger": youngest} for oldest, youngest in ends]
        return [urlencode({name: value for name, value in one.items() if value}) for one in asked]


@dataclass(frozen=True, slots=True)
class Now:
    """How things stand, counted just now or at `counted_at`."""

    open: int
    urgent: int
    overdue: int
    soon: int
    breached: int
    answer_overdue: int
    answer_soon: int
    waiting: int
    alarms: int
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fair:
    """What the fairness of the timer goes by, as sums; the report names people and meanings.

    `is_behind`: decisions of the past are still being looked at, there will be more without contact and late.
    """

    decided: int
    untouched: int
    last_tenth: int
    late: int
    paused: int
    reclassified: int
    asked_again: int
    is_behind: bool


@dataclass(frozen=True, slots=True)
class Dashboard:
    branches: list[Branch]
    chosen: list[Branch]
    now: Now
    tiers: list[TierRow]
    period: Period
    length: int
    filed: list[int]
    decided: list[int]
    hops: list[tuple[date, int]]
    open_by_day: list[tuple[date, int]]
    times: list[TierTimes]
    fair: Fair
    satisfaction: Satisfaction
    themes: list[Rising]
    clinics: list[Rising]
    load: Load
    swept_ago: timedelta | None
    counted_at: datetime | None

    @property
    def is_timer_late(self) -> bool:
        return self.swept_ago is not None and self.swept_ago > TIMER_IS_LATE

    @property
    def zone(self) -> str:
        """Of the clock on the wall where these branches are; empty when they have several."""
        zones = {branch.time_zone for branch in self.chosen}
        return zones.pop() if len(zones) == 1 else ""

    @property
    def scope(self) -> str:
        """Narrows a list to what the figures are of."""
        return urlencode({"branch": self.chosen[0].pk}) if len(self.chosen) == 1 else ""

    @property
    def age_titles(self) -> list[str]:
        return age_titles()

    @property
    def day_names(self) -> list[str]:
        return [date_format(day, "j E") for day in self.period.days]

    @property
    def hop_counts(self) -> list[int]:
        return [count for _day, count in self.hops]

    @property
    def open_bars(self) -> list[tuple[str, int]]:
        return [(date_format(day, "j E"), count) for day, count in self.open_by_day]

    @property
    def knows_clinics(self) -> bool:
        return len(self.chosen) <= MOST_BRANCHES

    @property
    def lengths(self) -> list[tuple[int, str]]:
        return [(days, _("last %(days)s days") % {"days": days}) for days in PERIODS]


def sees_all(profile: Profile, branches: Sequence[Branch]) -> bool:
    """Whether every figure of these branches can be opened as a list; a fund sees figures of others only."""
    own = profile.branch_ids | profile.headed_branch_ids
    return all(branch.pk in own or branch.insurer_id in profile.insurer_ids for branch in branches)


def age_titles() -> list[str]:
    """ "to 1 day", "1–3", …, "over 30"."""
    between = [_("%(first)s–%(last)s days") % {"first": a, "last": b} for a, b in pairwise(AGES)]
    return [_("up to %s day") % AGES[0], *between, _("over %s days") % AGES[-1]]


def dashboard(
    profile: Profile, branch_id: int | None, now: datetime, *, length: int = 0, everybody: bool = False
) -> Dashboard:
    """The figures of the branches this person answers for, or of one of them, over the last `length` days.

    `everybody`: also of more people than a page shows.
    """
    branches = list(supervised_branches(profile).with_names().alphabetical())
    chosen = [branch for branch in branches if branch_id in (None, branch.pk)]
    ids = [branch.pk for branch in chosen]
    days = length if length in PERIODS else PERIODS[0]
    period = _last(days, chosen, now)
    mark, is_behind = kept.marks()
    counts = kept.flows(ids, period)
    times, stars = kept.times(ids, period)
    standing, tiers = _standing(chosen, mark, profile, now)
    themes, clinics = kept.rising(ids, period.last, clinics=len(ids) <= MOST_BRANCHES)
    return Dashboard(
        branches=branches, chosen=chosen, now=standing, tiers=tiers, period=period, length=days,
        filed=kept.by_day(counts, [Event.FILED], period),
        decided=kept.by_day(counts, [Event.RESOLVED], period),
        hops=kept.hops(counts, period), open_by_day=kept.open_by_day(ids, period),
        times=times, fair=_fair(counts, is_behind=is_behind),
        satisfaction=_satisfaction(counts, stars),
        themes=themes, clinics=clinics, load=load(ids, now, everybody=everybody),
        swept_ago=heartbeats.age(HEARTBEAT, now), counted_at=mark.counted_at,
    )  # fmt: skip


def _last(days: int, branches: Sequence[Branch], now: datetime) -> Period:
    zone = ZoneInfo(branches[0].time_zone if branches else "UTC")
    today = now.astimezone(zone).date()
    return Period(today - timedelta(days=days - 1), today)


def _fair(counts: Flows, *, is_behind: bool) -> Fair:
    return Fair(
        decided=kept.total(counts, Event.RESOLVED),
        untouched=kept.total(counts, Measure.UNTOUCHED),
        last_tenth=kept.total(counts, Measure.LAST_TENTH),
        late=kept.total(counts, Event.ESCALATED, Event.BREACHED),
        paused=kept.total(counts, Event.WAITED),
        reclassified=kept.total(counts, Event.RECLASSIFIED),
        asked_again=kept.total(counts, Event.REOPENED),
        is_behind=is_behind,
    )


def _satisfaction(counts: Flows, stars: list[tuple[int, int]]) -> Satisfaction:
    helped, again = kept.total(counts, Event.CONFIRMED), kept.total(counts, Event.REOPENED)
    return Satisfaction(stars, helped, again)


def _standing(
    branches: Sequence[Branch], mark: CountMark, profile: Profile, now: datetime
) -> tuple[Now, list[TierRow]]:
    """Of few open cases counted now, else as last written down (partial index complaint_queue either way)."""
    ids = [branch.pk for branch in branches]
    some = Complaint.objects.open().narrowed(branch_id__in=ids).order_by().values("pk")[: COUNTED_LIVE + 1]
    is_live = mark.stocked_at is None or some.count() <= COUNTED_LIVE
    ages, matters = _live(ids, now) if is_live else kept.stock(_by_day(branches, mark))
    counted_at = None if is_live else mark.stocked_at
    # The same alarms as the list that the figure leads to.
    alarms = open_alarms(profile).unacknowledged().count()
    return _now(matters, alarms, counted_at), _tiers(ages)


def _live(ids: Sequence[int], now: datetime) -> tuple[dict[tuple[int, int], int], dict[int, int]]:
    ages: dict[tuple[int, int], int] = {}
    matters: dict[int, int] = {}
    for _branch, _day, tier, age, count, *flags in daily_counts.open_now(ids, now):
        ages[tier, age] = ages.get((tier, age), 0) + count
        for key, flag in enumerate(flags):
            matters[key] = matters.get(key, 0) + flag
    return ages, matters


def _by_day(branches: Sequence[Branch], mark: CountMark) -> dict[date, list[int]]:
    """The branches by the day on which their open cases were last written down."""
    found: dict[date, list[int]] = {}
    for branch in branches:
        if mark.stocked_at is not None:
            found.setdefault(mark.stocked_at.astimezone(branch.zone).date(), []).append(branch.pk)
    return found


def _now(matters: Mapping[int, int], alarms: int, counted_at: datetime | None) -> Now:
    return Now(
        open=matters.get(Standing.ALL, 0),
        urgent=matters.get(Standing.URGENT, 0),
        overdue=matters.get(Standing.OVERDUE, 0),
        soon=matters.get(Standing.SOON, 0),
        breached=matters.get(Standing.BREACHED, 0),
        answer_overdue=matters.get(Standing.ANSWER_OVERDUE, 0),
        answer_soon=matters.get(Standing.ANSWER_SOON, 0),
        waiting=matters.get(Standing.WAITING, 0),
        alarms=alarms,
        counted_at=counted_at,
    )


def _tiers(ages: Mapping[tuple[int, int], int]) -> list[TierRow]:
    tiers = sorted({tier for (tier, _age), count in ages.items() if count})
    return [TierRow(Tier(tier), [ages.get((tier, age), 0) for age in range(len(AGES) + 1)]) for tier in tiers]
