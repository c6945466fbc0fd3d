"""The lists of the workplace: what each tab holds, in which order, how many, and whether it changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Complaint
from complaints.querysets import MOST_COUNTED, CategoryQuerySet, ComplaintQuerySet, CountUpTo, Stamp
from complaints.reports.staff.places import branches_of, working_branches
from insurers.querysets import BranchQuerySet
from omsportal.platform.models import Alarm
from omsportal.platform.pagination import CursorInvalid, Page, page
from omsportal.platform.querysets import AlarmQuerySet
from representatives.models import User
from representatives.profiles import Profile

PAGE_SIZE = 30
#: Urgent cases beyond these are on the next page of nothing: so many at once is an alarm of its own.
LANE_SIZE = 50


class Tab(StrEnum):
    QUEUE = "queue"
    MINE = "mine"
    WAITING = "waiting"
    DISPATCH = "dispatch"
    ANSWERED = "answered"
    ALL = "all"
    ALARMS = "alarms"


TITLES = {
    Tab.QUEUE: _("Queue"),
    Tab.MINE: _("My cases"),
    Tab.WAITING: _("Waiting for the patient"),
    Tab.DISPATCH: _("To send"),
    Tab.ANSWERED: _("Answered"),
    Tab.ALL: _("All open"),
    Tab.ALARMS: _("Alarms"),
}
#: The moment each list goes by; answered ones newest first, all others oldest first.
ORDER = {Tab.DISPATCH: "resolved_at", Tab.ANSWERED: "answered_at"}
NEWEST_FIRST = {Tab.ANSWERED}


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of all tabs and the digest of what this one shows, from one query."""

    counts: Mapping[str, int]
    stamp: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list under the urgent lane."""

    lane: list[Complaint]
    page: Page[Complaint]
    proposals: list[Complaint] = field(default_factory=list)


def rows_of(tab: Tab, profile: Profile, wanted: Mapping[str, Any]) -> ComplaintQuerySet:
    """Exactly what opening allows: own tier, headed branches, own cases; "all" shows cards.

    A card does not tell the theme, so a filter by theme leaves the cases of other tiers out.
    """
    cases: ComplaintQuerySet = Complaint.objects.narrowed(**wanted)
    return {
        Tab.QUEUE: lambda: cases.waiting_for_hands_of(profile).ordinary(),
        Tab.MINE: lambda: cases.visible_to(profile).held_by(profile.user_id).in_work().ordinary(),
        Tab.WAITING: lambda: cases.on_desk_of(profile).waiting(),
        Tab.DISPATCH: lambda: cases.on_desk_of(profile).to_dispatch(),
        Tab.ANSWERED: lambda: cases.on_desk_of(profile).dispatched(),
        Tab.ALL: lambda: (
            cases.on_desk_of(profile) if "category" in wanted else cases.visible_to(profile)
        ).open(),
    }[tab]()


def case_of(profile: Profile, number: str) -> Complaint | None:
    """The case, if this person may see its card."""
    case: Complaint | None = Complaint.objects.visible_to(profile).with_content().by_number(number).first()
    return case


def choices(profile: Profile, day: date) -> tuple[BranchQuerySet, CategoryQuerySet]:
    """The branches and themes a list can be narrowed to."""
    return working_branches(profile).with_names().alphabetical(), Category.objects.valid_on(day)


def lane_of(profile: Profile) -> ComplaintQuerySet:
    lane: ComplaintQuerySet = Complaint.objects.urgent_lane_of(profile)
    return lane


def to_decide(profile: Profile) -> ComplaintQuerySet:
    """Cases in which this person may be the second one."""
    cases: ComplaintQuerySet = Complaint.objects.on_desk_of(profile).for_second_person(profile.user_id)
    return cases


def open_alarms(profile: Profile) -> AlarmQuerySet:
    """Alarms of the own branches that nobody has acknowledged first; partial index alarm_open."""
    own = branches_of(profile).values("pk")
    alarms: AlarmQuerySet = Alarm.objects.open().filter(receiver_branch_id__in=own)
    return alarms


def summary(tab: Tab, profile: Profile, wanted: Mapping[str, Any], now: datetime) -> Summary:
    """One query: each list is counted to 999 by its partial index, the first page is digested."""
    lists = {t: rows_of(t, profile, {}) for t in Tab if t is not Tab.ALARMS}
    columns: dict[str, Any] = {f"{t}_count": CountUpTo(rows) for t, rows in lists.items()}
    columns["alarms_count"] = CountUpTo(open_alarms(profile).unacknowledged())
    columns["lane_count"] = CountUpTo(lane_of(profile))
    columns["proposals_count"] = CountUpTo(to_decide(profile))
    columns["calls_stamp"] = Stamp(lane_of(profile).calling(profile.user_id).order_by("pk").values("pk"))
    columns["lane_stamp"] = lane_of(profile).stamp(now=now, order="due_at", most=LANE_SIZE)
    if tab is not Tab.ALARMS:
        shown = rows_of(tab, profile, wanted)
        order = f"-{ORDER[tab]}" if tab in NEWEST_FIRST else ORDER.get(tab, "due_at")
        columns["stamp"] = shown.stamp(now=now, order=order, most=PAGE_SIZE + 1)
    row: dict[str, Any] = dict(User.objects.filter(pk=profile.user_id).values(**columns)[0])
    text = f"{sorted(row.items())} {get_language()} {profile.presence}"
    counts = {name.removesuffix("_count"): row[name] for name in columns if name.endswith("_count")}
    return Summary(counts=counts, stamp=sha256(text.encode()).hexdigest()[:32])


def listing(
    tab: Tab, profile: Profile, wanted: Mapping[str, Any], cursor: str, *, proposals: bool = False
) -> Listing:
    """The page of a list, the urgent lane and, if asked for, what waits for a second person above it.

    A cursor that does not fit shows the first page.
    """
    rows = rows_of(tab, profile, wanted).with_places().with_news().with_proposals()
    lane = lane_of(profile).with_places().with_news().with_proposals().with_calls(profile.user_id)
    lane = lane.order_by("due_at", "pk")[:LANE_SIZE]
    waiting = to_decide(profile).with_places().order_by("due_at", "pk") if proposals else ()
    return Listing(list(lane), _page(tab, rows, cursor), list(waiting[:LANE_SIZE]))


def _page(tab: Tab, rows: ComplaintQuerySet, cursor: str) -> Page[Complaint]:
    field, descending = ORDER.get(tab, "due_at"), tab in NEWEST_FIRST
    try:
        return page(rows, field=field, size=PAGE_SIZE, cursor=cursor, descending=descending)
    except CursorInvalid:
        return page(rows, field=field, size=PAGE_SIZE, descending=descending)


def count_text(count: int) -> str:
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)


def holdings(profile: Profile) -> dict[str, int]:
    """How many cases this person holds in work and waiting (index complaint_holder)."""
    held = Complaint.objects.held_by(profile.user_id)
    return {"in_work": held.in_work().count(), "waiting": held.waiting().count()}
