"""The lists of the workplace: what each tab holds, in which order, how many, and whether it changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import get_language

from complaints.models import Complaint
from complaints.querysets import MOST_COUNTED, ComplaintQuerySet, CountUpTo, Stamp
from complaints.queue_ranges import Counted, First, Part
from complaints.reports.staff import colleagues
from complaints.reports.staff.places import branches_of
from complaints.reports.staff.tabs import NEWEST_FIRST, TITLES, Tab, order_of, parts_of, parts_of_lane
from omsportal.platform.models import Alarm
from omsportal.platform.pagination import CursorInvalid, Page, Window, page, window
from omsportal.platform.querysets import AlarmQuerySet
from representatives.models import User
from representatives.profiles import Profile

PAGE_SIZE = 30
#: Urgent cases beyond these are on the next page of nothing: so many at once is an alarm of its own.
LANE_SIZE = 50
#: What a card does not tell: a filter by it leaves out the cases of which this person sees the card only.
CONTENT = frozenset({"category", "medical_organisation", "region_of_care"})


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of all tabs and the digest of what this page shows, from one query."""

    counts: Mapping[str, int]
    stamp: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list under the urgent lane."""

    lane: list[Complaint]
    page: Page[Complaint]
    proposals: list[Complaint] = field(default_factory=list)


def rows_of(tab: Tab, profile: Profile, wanted: Mapping[str, Any]) -> ComplaintQuerySet:
    """Exactly what opening allows: own tier, headed branches, own cases; "all" shows cards."""
    cases: ComplaintQuerySet = Complaint.objects.narrowed(**wanted)
    return {
        Tab.QUEUE: lambda: cases.waiting_for_hands_of(profile).ordinary(),
        Tab.MINE: lambda: cases.visible_to(profile).held_by(profile.user_id).in_work().ordinary(),
        Tab.WAITING: lambda: cases.on_desk_of(profile).waiting(),
        Tab.DISPATCH: lambda: cases.on_desk_of(profile).to_dispatch(),
        Tab.ANSWERED: lambda: cases.on_desk_of(profile).dispatched(),
        Tab.ALL: lambda: (
            cases.on_desk_of(profile) if _asks_content(wanted) else cases.visible_to(profile)
        ).open(),
    }[tab]()


def _asks_content(wanted: Mapping[str, Any]) -> bool:
    return not CONTENT.isdisjoint(wanted)


def _sifted(profile: Profile, wanted: Mapping[str, Any]) -> ComplaintQuerySet:
    """What each range of an index is sifted by."""
    rows: ComplaintQuerySet = Complaint.objects.narrowed(**wanted).without_barred(profile)
    return rows


def _first(tab: Tab, profile: Profile, wanted: Mapping[str, Any], seen: Window) -> First:
    """The ids of a page, range by range; rows_of then says once more what may be shown."""
    parts = parts_of(tab, profile, content=_asks_content(wanted))
    return First(parts, _sifted(profile, wanted), seen)


def case_of(profile: Profile, number: str) -> Complaint | None:
    """The case, if this person may see its card."""
    case: Complaint | None = Complaint.objects.visible_to(profile).with_content().by_number(number).first()
    return case


def lane_of(profile: Profile) -> ComplaintQuerySet:
    """The first of the urgent lane, in its order."""
    seen = Window("due_at", LANE_SIZE, down=False, backwards=False, beyond=None)
    ids = First(parts_of_lane(profile), _sifted(profile, {}), seen)
    lane: ComplaintQuerySet = Complaint.objects.urgent_lane_of(profile).first_of(ids)
    return lane.order_by("due_at", "pk")


def to_decide(profile: Profile) -> ComplaintQuerySet:
    """Cases in which this person may be the second one."""
    cases: ComplaintQuerySet = Complaint.objects.on_desk_of(profile).for_second_person(profile.user_id)
    return cases


def open_alarms(profile: Profile) -> AlarmQuerySet:
    """Alarms of the own branches that nobody has acknowledged first; partial index alarm_open."""
    own = branches_of(profile).values("pk")
    alarms: AlarmQuerySet = Alarm.objects.open().filter(receiver_branch_id__in=own)
    return alarms


def summary(
    tab: Tab, profile: Profile, wanted: Mapping[str, Any], now: datetime, *, cursor: str = ""
) -> Summary:
    """One query: each list is counted to 999 by its index, the page is digested."""
    rows = _sifted(profile, {})

    def counted(parts: list[Part]) -> Counted:
        return Counted(parts, rows, MOST_COUNTED)

    lists = [t for t in Tab if t is not Tab.ALARMS]
    columns: dict[str, Any] = {f"{t}_count": counted(parts_of(t, profile, content=False)) for t in lists}
    columns["alarms_count"] = CountUpTo(open_alarms(profile).unacknowledged())
    columns["lane_count"] = counted(parts_of_lane(profile))
    columns["proposals_count"] = CountUpTo(to_decide(profile))
    columns |= {f"{name}_count": CountUpTo(free) for name, free in colleagues.free(profile, now).items()}
    lane = lane_of(profile)
    columns["calls_stamp"] = Stamp(lane.calling(profile.user_id).values("pk"))
    columns["lane_stamp"] = lane.stamp(now=now, order=("due_at", "pk"))
    if tab is not Tab.ALARMS:
        columns["stamp"] = _stamp(tab, profile, wanted, now, cursor)
    row: dict[str, Any] = dict(User.objects.filter(pk=profile.user_id).values(**columns)[0])
    text = f"{sorted(row.items())} {get_language()} {profile.presence}"
    counts = {name.removesuffix("_count"): row[name] for name in columns if name.endswith("_count")}
    return Summary(counts=counts, stamp=sha256(text.encode()).hexdigest()[:32])


def _stamp(tab: Tab, profile: Profile, wanted: Mapping[str, Any], now: datetime, cursor: str) -> Stamp:
    seen = _window(tab, cursor)
    shown = rows_of(tab, profile, wanted).first_of(_first(tab, profile, wanted, seen))
    return shown.stamp(now=now, order=seen.order)


def listing(
    tab: Tab, profile: Profile, wanted: Mapping[str, Any], cursor: str, *, proposals: bool = False
) -> Listing:
    """The page of a list, the urgent lane and, if asked for, what waits for a second person above it.

    A cursor that does not fit shows the first page.
    """
    rows = rows_of(tab, profile, wanted).with_places().with_news().with_proposals()
    if tab is Tab.MINE:
        rows = rows.with_last_event()
    lane = lane_of(profile).with_places().with_news().with_proposals().with_calls(profile.user_id)
    shown = page(
        rows,
        field=order_of(tab),
        size=PAGE_SIZE,
        cursor=cursor if _fits(tab, cursor) else "",
        descending=tab in NEWEST_FIRST,
        among=lambda rows, seen: rows.first_of(_first(tab, profile, wanted, seen)),
    )
    waiting = to_decide(profile).with_places().order_by("due_at", "pk") if proposals else ()
    return Listing(list(lane), shown, list(waiting[:LANE_SIZE]))


def _window(tab: Tab, cursor: str) -> Window:
    known = cursor if _fits(tab, cursor) else ""
    return _asked(tab, known)


def _fits(tab: Tab, cursor: str) -> bool:
    try:
        _asked(tab, cursor)
    except CursorInvalid:
        return False
    return True


def _asked(tab: Tab, cursor: str) -> Window:
    down = tab in NEWEST_FIRST
    return window(Complaint, field=order_of(tab), size=PAGE_SIZE, cursor=cursor, descending=down)


def has_several_branches(profile: Profile) -> bool:
    """Each line then says of which branch it is."""
    return len(profile.branch_ids | profile.headed_branch_ids) > 1 or bool(profile.insurer_ids)


def count_text(count: int) -> str:
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)


def holdings(profile: Profile) -> dict[str, int]:
    """How many cases this person holds in work and waiting, and how many chats (index complaint_holder)."""
    held = Complaint.objects.held_by(profile.user_id)
    in_work = held.in_work()
    return {
        "in_work": in_work.count(),
        "waiting": held.waiting().count(),
        "chats": in_work.of_channel("chat").count(),
    }


__all__ = ["TITLES", "Tab"]
