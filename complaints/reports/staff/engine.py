"""How the engine stands: what it did, what it left, what it is about to do. Nothing here changes a row.

Each figure reads a partial index: complaint_due, complaint_blocked, alarm_open, history_hops_by_time,
engine_hold_open, job_unfinished. Whoever heads a branch sees its cases, an administrator of the portal all.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Min
from django.db.models.functions import TruncHour
from django.utils.translation import get_language

from complaints.escalation.hold import KEEP
from complaints.escalation.sweep import HEARTBEAT
from complaints.models import Complaint, EngineHold, History
from complaints.querysets import ComplaintQuerySet, HistoryQuerySet
from complaints.reports.staff.alarms import TITLES
from complaints.reports.staff.watch import Watch, cases_of
from complaints.states import HOPS
from insurers.models import Branch
from omsportal.platform.models import Alarm, Heartbeat
from omsportal.platform.pagination import CursorInvalid, Page, page
from omsportal.platform.querysets import AlarmQuerySet
from representatives.models import User
from representatives.roles import Tier

PAGE_SIZE = 10
HOURS = 24
AHEAD = timedelta(hours=1)
MOST_SHOWN = 30
#: Branches with the most cases about to move; the others are summed up.
MOST_BRANCHES = 20
SWEEP_IS_LATE = timedelta(minutes=1)
MOST_HOLDS = 5
#: How many held cases one press of "all of them" tries: each is a transaction of its own.
MOST_TRIED = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """The part of the page that keeps itself fresh. Whole minutes are told, so that they rarely change."""

    swept_ago: timedelta | None
    #: What the last sweep did in the whole country; shown to who watches all of it.
    swept: dict[str, int]
    due: int
    overdue_by: timedelta | None
    blocked: int
    alarms: int
    hold: EngineHold | None

    @property
    def is_late(self) -> bool:
        return self.swept_ago is None or self.swept_ago > SWEEP_IS_LATE

    @property
    def stamp(self) -> str:
        """Changes with what is shown."""
        minutes = [
            None if ago is None else ago // timedelta(minutes=1) for ago in (self.swept_ago, self.overdue_by)
        ]
        hold = self.hold.pk if self.hold else None
        shown = (minutes, self.swept, self.due, self.blocked, self.alarms, hold, self.is_late, get_language())
        return sha256(repr(shown).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Held:
    """A case that the engine could not move, and what the database said."""

    complaint: Complaint
    code: str
    rule: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class Raised:
    """An open alarm in words. Without a branch it is for administrators of the portal."""

    alarm: Alarm
    title: object
    number: str
    branch: Branch | None
    acknowledged_by: User | None
    may_acknowledge: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """A case whose time ends within the hour; `next_tier` is None where an alarm is the move."""

    complaint: Complaint
    next_tier: Tier | None
    may_open: bool


@dataclass(frozen=True, slots=True)
class ComingOfBranch:
    """How many cases of a branch would leave each tier."""

    branch: Branch
    tiers: list[tuple[Tier, int]]
    total: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The dry run: what would move within the hour if nobody did anything. Later hops are not counted."""

    total: int
    tiers: list[tuple[Tier, int]]
    branches: list[ComingOfBranch]
    more_branches: int
    first: list[Coming]


def standing(watch: Watch, now: datetime) -> Standing:
    """Five probes."""
    beat = Heartbeat.objects.filter(name=HEARTBEAT).first()
    late = _due(watch, until=now).aggregate(count=Count("pk"), oldest=Min("escalate_at"))
    return Standing(
        swept_ago=max(now - beat.beat_at, timedelta()) if beat else None,
        swept=dict(beat.detail) if beat and watch.everywhere else {},
        due=late["count"],
        overdue_by=now - late["oldest"] if late["oldest"] else None,
        blocked=_blocked(watch).count(),
        alarms=open_alarms(watch).count(),
        hold=_holds().filter(released_at=None, held_at__lte=now, held_at__gt=now - KEEP).first(),
    )


def hops_by_hour(watch: Watch, now: datetime) -> list[tuple[datetime, int]]:
    """The last 24 hours, the present one included; index history_hops_by_time."""
    last = now.replace(minute=0, second=0, microsecond=0)
    hours = [last - timedelta(hours=ago) for ago in reversed(range(HOURS))]
    rows = _hops(watch, hours[0], now).annotate(hour=TruncHour("at")).values("hour").annotate(n=Count("pk"))
    counts = {row["hour"]: row["n"] for row in rows}
    return [(hour, counts.get(hour, 0)) for hour in hours]


def hop_bars(hops: Sequence[tuple[datetime, int]], zone: ZoneInfo) -> list[tuple[str, int]]:
    """ "14:00" in the zone of whoever looks; nothing when there was no hop at all."""
    if not any(count for _hour, count in hops):
        return []
    return [(f"{hour.astimezone(zone):%H:%M}", count) for hour, count in hops]


def zone_of(watch: Watch) -> ZoneInfo:
    """The first watched branch's; Moscow's for the whole country."""
    first = next(iter(watch.branches.values()), None)
    return ZoneInfo("Europe/Moscow" if watch.everywhere or first is None else first.time_zone)


def open_alarms(watch: Watch) -> AlarmQuerySet:
    """Raised to the headed or administered branches; administrators of the portal see all of them."""
    alarms: AlarmQuerySet = Alarm.objects.open()
    if watch.everywhere:
        return alarms
    own = watch.profile.headed_branch_ids | {
        pk for pk, branch in watch.branches.items() if branch.insurer_id in watch.profile.insurer_ids
    }
    return alarms.received_by(sorted(own))


def page_of_alarms(watch: Watch, cursor: str) -> Page[Alarm]:
    return _page(open_alarms(watch), "raised_at", cursor, descending=True)


def described(alarms: Iterable[Alarm], watch: Watch) -> list[Raised]:
    """One query for the people."""
    rows = list(alarms)
    people = User.objects.in_bulk({row.acknowledged_by_id for row in rows if row.acknowledged_by_id})
    return [
        Raised(
            alarm=row,
            title=TITLES.get(row.kind, row.kind),
            number=str(row.payload.get("number", "")),
            branch=watch.branches.get(row.receiver_branch_id or 0),
            acknowledged_by=people.get(row.acknowledged_by_id or 0),
            may_acknowledge=row.acknowledged_at is None and answers_for(watch, row),
        )
        for row in rows
    ]


def answers_for(watch: Watch, alarm: Alarm) -> bool:
    """Its head, or an administrator of the portal where it was raised to no branch."""
    if alarm.receiver_branch_id is None:
        return watch.everywhere
    return alarm.receiver_branch_id in watch.profile.headed_branch_ids


def alarm_of(watch: Watch, alarm_id: int) -> Alarm | None:
    return open_alarms(watch).filter(pk=alarm_id).first()


def page_of_blocked(watch: Watch, cursor: str) -> Page[Complaint]:
    """Oldest first."""
    return _page(all_blocked(watch), "blocked_at", cursor)


def all_blocked(watch: Watch) -> ComplaintQuerySet:
    """With what a line tells of them."""
    return _blocked(watch).with_places()


def held(cases: Sequence[Complaint], watch: Watch) -> list[Held]:
    """With what the alarm of the present hop says; two queries, by the unique key alarm_once."""
    alarms = Alarm.objects.filter(
        kind="blocked", subject_kind="complaint", subject_id__in=[case.pk for case in cases]
    )
    said = {(row.subject_id, row.hop): row.payload for row in alarms}
    opened = _openable(cases, watch)
    return [
        Held(
            complaint=case,
            code=str(said.get((case.pk, case.hop), {}).get("code", "")),
            rule=str(said.get((case.pk, case.hop), {}).get("rule", "")),
            may_open=case.pk in opened,
        )
        for case in cases
    ]


def blocked_case(watch: Watch, number: str) -> Complaint | None:
    """A case that is, or a moment ago was, held; None when it is not this person's to see."""
    case: Complaint | None = cases_of(watch).by_number(number).first()
    return case


def blocked_cases(watch: Watch) -> list[Complaint]:
    """What one press tries, oldest first."""
    return list(_blocked(watch).order_by("blocked_at", "pk")[:MOST_TRIED])


def preview(watch: Watch, now: datetime) -> Preview:
    """Two queries over the rows that fall due within the hour, and over no others."""
    coming = _due(watch, until=now + AHEAD)
    counted = coming.order_by().values("branch_id", "tier").annotate(n=Count("pk"))
    by_tier: dict[int, int] = defaultdict(int)
    by_branch: dict[int, dict[int, int]] = defaultdict(dict)
    for row in counted:
        by_tier[row["tier"]] += row["n"]
        by_branch[row["branch_id"]][row["tier"]] = row["n"]
    busiest = sorted(by_branch.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    first = list(coming.with_places().order_by("escalate_at", "pk")[:MOST_SHOWN])
    opened = _openable(first, watch)
    return Preview(
        total=sum(by_tier.values()),
        tiers=_tiers(by_tier),
        branches=[
            ComingOfBranch(watch.branches[pk], _tiers(counts), sum(counts.values()))
            for pk, counts in busiest[:MOST_BRANCHES]
        ],
        more_branches=max(0, len(busiest) - MOST_BRANCHES),
        first=[Coming(case, next_tier(case.tier), case.pk in opened) for case in first],
    )


def next_tier(tier: int) -> Tier | None:
    """Where the timer sends a case; from the experts and the fund nowhere."""
    return Tier(tier + 1) if tier < Tier.EXPERTS else None


def holds(now: datetime) -> list[tuple[EngineHold, bool]]:
    """The latest ones, newest first, and whether each is in force."""
    return [
        (hold, hold.released_at is None and hold.held_at <= now < hold.held_at + KEEP)
        for hold in _holds()[:MOST_HOLDS]
    ]


def _holds() -> Any:
    return EngineHold.objects.select_related("released_by").order_by("-pk")


def _due(watch: Watch, *, until: datetime) -> ComplaintQuerySet:
    """Partial index complaint_due."""
    return cases_of(watch).filter(escalate_at__lte=until, blocked_at=None)


def _blocked(watch: Watch) -> ComplaintQuerySet:
    """Partial index complaint_blocked; what was decided meanwhile needs no timer any more."""
    return cases_of(watch).filter(blocked_at__isnull=False, resolved_at=None, closed_at=None)


def _hops(watch: Watch, since: datetime, until: datetime) -> HistoryQuerySet:
    """Partial index history_hops_by_time: one descent for each branch."""
    hops = sorted(event.value for event in HOPS)
    lines: HistoryQuerySet = History.objects.filter(
        event__in=hops, at__gte=since, at__lte=until, to_branch__in=watch.branch_ids
    )
    return lines


def _openable(cases: Sequence[Complaint], watch: Watch) -> set[int]:
    """Those whose card this person may open: a watch over a region or the country is not a right to read."""
    visible = Complaint.objects.visible_to(watch.profile).filter(pk__in=[case.pk for case in cases])
    return set(visible.values_list("pk", flat=True))


def _tiers(counts: dict[int, int]) -> list[tuple[Tier, int]]:
    return [(Tier(tier), count) for tier, count in sorted(counts.items())]


def _page(rows: Any, field: str, cursor: str, *, descending: bool = False) -> Page[Any]:
    try:
        return page(rows, field=field, size=PAGE_SIZE, cursor=cursor, descending=descending)
    except CursorInvalid:
        return page(rows, field=field, size=PAGE_SIZE, descending=descending)
