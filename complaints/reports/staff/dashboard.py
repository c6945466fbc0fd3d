"""Figures for heads and the fund. Every query reads a partial index of open rows or of recent hops:
nothing here scans a table that grows with the years."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Q, Value, When
from django.db.models.functions import TruncDate
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.escalation.sweep import HEARTBEAT
from complaints.models import Complaint, History
from complaints.querysets import ComplaintQuerySet
from complaints.reports.staff.lists import open_alarms
from complaints.reports.staff.places import supervised_branches
from complaints.states import HOPS
from insurers.models import Branch
from omsportal.platform import heartbeats
from representatives.models import Representative
from representatives.profiles import Profile
from representatives.roles import Tier

#: Upper bounds of the ages, in days since registration; older ones are the last group.
AGES = (1, 3, 7, 14, 30)
DAYS_OF_HOPS = 14
#: The timer sweeps every few seconds; silence of a minute is worth an alarm.
TIMER_IS_LATE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TierRow:
    """Open cases of one tier by age."""

    tier: Tier
    ages: list[int]

    @property
    def total(self) -> int:
        return sum(self.ages)

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Each age with its title, for a table that becomes cards on a phone."""
        return list(zip(age_titles(), self.ages, strict=True))


@dataclass(frozen=True, slots=True)
class LoadRow:
    """What one person holds."""

    person: Representative
    in_work: int
    waiting: int
    overdue: int

    @property
    def is_over_ceiling(self) -> bool:
        return self.in_work + self.waiting >= self.person.ceiling


@dataclass(frozen=True, slots=True)
class Now:
    """How things stand at this moment."""

    open: int
    urgent: int
    overdue: int
    breached: int
    answer_overdue: int
    answer_soon: int
    alarms: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    branches: list[Branch]
    now: Now
    tiers: list[TierRow]
    hops: list[tuple[date, int]]
    load: list[LoadRow]
    swept_ago: timedelta | None

    @property
    def is_timer_late(self) -> bool:
        return self.swept_ago is not None and self.swept_ago > TIMER_IS_LATE

    @property
    def age_titles(self) -> list[str]:
        return age_titles()

    @property
    def hop_bars(self) -> list[tuple[str, int]]:
        return [(date_format(day, "j E"), count) for day, count in self.hops]


def age_titles() -> list[str]:
    """ "to 1 day", "1–3", …, "over 30"."""
    between = [_("%(first)s–%(last)s days") % {"first": a, "last": b} for a, b in pairwise(AGES)]
    return [_("up to %s day") % AGES[0], *between, _("over %s days") % AGES[-1]]


def dashboard(profile: Profile, branch_id: int | None, now: datetime) -> Dashboard:
    """The figures of the branches this person answers for, or of one of them."""
    branches = list(supervised_branches(profile).with_names().alphabetical())
    chosen = [branch for branch in branches if branch_id in (None, branch.pk)]
    ids = [branch.pk for branch in chosen]
    return Dashboard(
        branches=branches,
        now=_now(ids, profile, now),
        tiers=_tiers(ids, now),
        hops=_hops(ids, chosen, now),
        load=_load(ids, now),
        swept_ago=heartbeats.age(HEARTBEAT, now),
    )


def _open_of(ids: Sequence[int]) -> ComplaintQuerySet:
    """Partial index complaint_queue: open cases only, by branch."""
    cases: ComplaintQuerySet = Complaint.objects.open().narrowed(branch_id__in=ids)
    return cases


def _now(ids: Sequence[int], profile: Profile, now: datetime) -> Now:
    """complaint_queue for open rows, complaint_answer_due for the legal dates, alarm_open for alarms."""
    today = now.date()
    running = Q(status__in=("new", "in_work"))
    counts = _open_of(ids).aggregate(
        open=Count("pk"),
        urgent=Count("pk", filter=Q(urgency="urgent")),
        overdue=Count("pk", filter=running & Q(due_at__lte=now)),
        breached=Count("pk", filter=Q(breached_at__isnull=False)),
        answer_overdue=Count("pk", filter=Q(answer_due_on__lt=today)),
        answer_soon=Count("pk", filter=Q(answer_due_on__range=(today, today + timedelta(days=3)))),
    )
    # The same alarms as the list that the figure leads to.
    alarms = open_alarms(profile).unacknowledged().count()
    return Now(alarms=alarms, **counts)


def _tiers(ids: Sequence[int], now: datetime) -> list[TierRow]:
    """complaint_queue, grouped by tier and age."""
    bounds = [
        When(registered_at__gt=now - timedelta(days=days), then=Value(i)) for i, days in enumerate(AGES)
    ]
    aged = _open_of(ids).annotate(age=Case(*bounds, default=Value(len(AGES))))
    counts = {
        (row["tier"], row["age"]): row["n"] for row in aged.values("tier", "age").annotate(n=Count("pk"))
    }
    tiers = sorted({tier for tier, _age in counts})
    return [
        TierRow(Tier(tier), [counts.get((tier, age), 0) for age in range(len(AGES) + 1)]) for tier in tiers
    ]


def _hops(ids: Sequence[int], branches: Sequence[Branch], now: datetime) -> list[tuple[date, int]]:
    """history_hops_by_time: hops of the last days only, by days of the branch's own zone."""
    zone = ZoneInfo(branches[0].time_zone if branches else "UTC")
    first = now.astimezone(zone).date() - timedelta(days=DAYS_OF_HOPS - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=zone)
    events = sorted(event.value for event in HOPS)
    recent = History.objects.filter(event__in=events, at__gte=since, to_branch__in=ids)
    days = recent.annotate(day=TruncDate("at", tzinfo=zone)).values("day").annotate(n=Count("pk"))
    counts = {row["day"]: row["n"] for row in days}
    return [(day, counts.get(day, 0)) for day in (first + timedelta(days=i) for i in range(DAYS_OF_HOPS))]


def _load(ids: Sequence[int], now: datetime) -> list[LoadRow]:
    """complaint_queue again, grouped by holder; the staff of the branches beside it, idle ones too."""
    held = _open_of(ids).exclude(assignee=None).values("assignee")
    rows = held.annotate(
        in_work=Count("pk", filter=Q(status="in_work")),
        waiting=Count("pk", filter=Q(status="waiting")),
        overdue=Count("pk", filter=Q(status="in_work", due_at__lte=now)),
    )
    counts = {row.pop("assignee"): row for row in rows}
    people = Representative.objects.filter(branches__in=ids, user__is_active=True).select_related("user")
    nothing = {"in_work": 0, "waiting": 0, "overdue": 0}
    return [
        LoadRow(person, **counts.get(person.user_id, nothing))
        for person in people.order_by("tier", "user__full_name").distinct()
    ]
