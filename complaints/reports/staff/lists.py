"""The lists of the workplace: what each tab holds, in which order, how many, and whether it changed."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language

from complaints.models import Complaint
from complaints.querysets import MOST_COUNTED, ComplaintQuerySet, CountUpTo, Stamp
from complaints.queue_ranges import Counted, First, Part
from complaints.reports.staff import colleagues, filtering, lines, looking
from complaints.reports.staff.looking import Found, Looked, Sought
from complaints.reports.staff.places import branches_of
from complaints.reports.staff.stand_ins import NOW, StandIn, stand_in
from complaints.reports.staff.tabs import (
    NEWEST_FIRST,
    TITLES,
    Tab,
    order_of,
    parts_of,
    parts_of_lane,
    rule_of,
)
from insurers.models import Revision
from insurers.services.revisions import DRAFT, MISSED
from omsportal.platform import ready_sql
from omsportal.platform.models import Alarm
from omsportal.platform.pagination import CursorInvalid, Page, Window, page_of, window
from omsportal.platform.querysets import AlarmQuerySet
from representatives.models import User
from representatives.profiles import Profile

PAGE_SIZE = 30
#: Urgent cases beyond these are on the next page of nothing: so many at once is an alarm of its own.
LANE_SIZE = 50
#: Stands for the number of a case; no number is like it.
_NUMBER = "the number"
#: What each line marks beside the row's own columns.
_MARKS = ("has_news", "has_proposal", "has_answer_proposal", "has_leaving")
#: What a card does not tell: a filter by it leaves out the cases of which this person sees the card only.
CONTENT = frozenset({"category", "medical_organisation", "region_of_care"})


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of all tabs and the digest of what this page shows, from one query. `found`: what a filter
    left of the list."""

    counts: Mapping[str, int]
    stamp: str
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A list with stand-ins in the place of what differs between two who ask for it: narrowed how, from
    where. `shape` is equal for those that differ in `real` only. `place`: the window as it is.

    `found`: what a filter left of it; that is not narrowed once more.
    """

    tab: Tab
    wanted: Mapping[str, Any]
    seen: Window
    shape: Hashable
    real: ready_sql.Real
    place: Window
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list under the urgent lane."""

    lane: list[Complaint]
    page: Page[Complaint]
    proposals: list[Complaint] = field(default_factory=list)
    looked: Looked | None = None


def rows_of(tab: Tab, profile: Profile, wanted: Mapping[str, Any]) -> ComplaintQuerySet:
    """By the rule of the list alone."""
    cases: ComplaintQuerySet = Complaint.objects.narrowed(**wanted)
    return rule_of(tab, profile, content=_asks_content(wanted))(cases)


def _asks_content(wanted: Mapping[str, Any]) -> bool:
    return not CONTENT.isdisjoint(wanted)


def _sifted(profile: Profile, wanted: Mapping[str, Any]) -> ComplaintQuerySet:
    """What each range of an index is sifted by."""
    rows: ComplaintQuerySet = Complaint.objects.narrowed(**wanted).without_barred(profile)
    return rows


def asked_for(tab: Tab, chosen: Mapping[str, str], cursor: str, now: datetime) -> Asked:
    """From the checked values of an address. A cursor that does not fit is the first page."""
    narrowed = filtering.stood_in(chosen, now)
    place = _window(tab, cursor)
    seen, real = place.stood_in()
    shape = (tab, PAGE_SIZE, seen.backwards, seen.position is not None, narrowed.shape)
    wanted = filtering.wanted_of(narrowed.chosen, NOW)
    return Asked(tab, wanted, seen, shape, {**narrowed.real, **real}, place)


def _sought(asked: Asked, asker: StandIn, found: Found | None) -> Asked:
    """A narrowed list is looked through first, unless that was done; a whole one is read as it lies."""
    if not asked.wanted or asked.tab is Tab.ALARMS:
        return asked
    of = asker.profile
    sought = Sought(
        asker, _parts(asked, of), lambda: _sifted(of, asked.wanted), asked.wanted, asked.shape, asked.real
    )
    found = found or looking.find(sought, asked.place)
    seen = replace(asked.seen, beyond=None, position=None)
    shape = ("found", asked.tab, seen.most, seen.down, _asks_content(asked.wanted))
    return replace(asked, seen=seen, shape=shape, real=found.real, place=found.window, found=found)


def _parts(asked: Asked, profile: Profile) -> list[Part]:
    held = "assignee" in asked.wanted
    return parts_of(asked.tab, profile, content=_asks_content(asked.wanted), held=held)


def _first(asked: Asked, profile: Profile) -> First:
    """The ids of a page, range by range."""
    return First(_parts(asked, profile), _sifted(profile, asked.wanted), asked.seen)


def _rows(asked: Asked, profile: Profile) -> ComplaintQuerySet:
    """Of the ids, what the rule of the list says once more."""
    rule = rule_of(asked.tab, profile, content=_asks_content(asked.wanted))
    ids = asked.found.given if asked.found else _first(asked, profile)
    return rule(Complaint.objects.first_of(ids))


def case_of(profile: Profile, number: str) -> Complaint | None:
    """The case, if this person may see its card."""
    asker = stand_in(profile)
    found: list[Complaint] = ready_sql.objects(
        ("case", asker.shape), asker.real | {_NUMBER: number}, lambda: _one_case(asker.profile)
    )
    return found[0] if found else None


def _one_case(asker: Profile) -> ComplaintQuerySet:
    cases: ComplaintQuerySet = Complaint.objects.visible_to(asker).with_content().by_number(_NUMBER)
    return cases


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
    """Alarms of the own branches, and of the insurers this person administers; partial index alarm_open."""
    alarms: AlarmQuerySet = Alarm.objects.open()
    own = alarms.filter(receiver_branch_id__in=branches_of(profile).values("pk"))
    if not profile.insurer_ids:
        return own
    # Two ranges of the index: an OR of them would read all open alarms of the country.
    both = own.values("pk").union(alarms.filter(_about_insurers(profile)).values("pk"), all=True)
    return alarms.filter(pk__in=both)


def alarm_of(profile: Profile, alarm_id: int) -> Alarm | None:
    """The alarm, open or over, if it was raised to a branch or an insurer this person has to do with."""
    to_branches = Q(receiver_branch_id__in=branches_of(profile).values("pk"))
    theirs = to_branches | _about_insurers(profile) if profile.insurer_ids else to_branches
    return Alarm.objects.filter(theirs, pk=alarm_id).first()


def _about_insurers(profile: Profile) -> Q:
    """What belongs to an insurer in the whole country has no branch that an alarm could be raised to."""
    drafts = Revision.objects.filter(insurer__in=profile.insurer_ids)
    return Q(receiver_branch_id=None, kind=MISSED, subject_kind=DRAFT, subject_id__in=drafts.values("pk"))


def summary(
    tab: Tab, profile: Profile, chosen: Mapping[str, str], now: datetime, *, cursor: str = ""
) -> Summary:
    """One query: each list is counted to 999 by its index, the page is digested.

    The page of a cursor is digested by a query of its own; a filter is asked first what it leaves.
    """
    asker = stand_in(profile, now)
    asked = _sought(asked_for(tab, chosen, cursor, now), asker, None)
    shown = asked if _is_plain(asked) or (asked.found and asked.found.ids) else None
    answer = ready_sql.fetch(
        ("summary", shown and shown.shape, asker.shape), {**asker.real, **(shown.real if shown else {})},
        lambda: _summarised(shown, asker.profile),
    )  # fmt: skip
    row = dict(zip(answer.names, answer.rows[0], strict=True))
    if asked.found:
        row["end"] = asked.found.end
    elif shown is None and tab is not Tab.ALARMS:
        row["stamp"] = _read_stamp(asked, asker)
    text = f"{sorted(row.items())} {get_language()} {profile.presence}"
    counts = {name.removesuffix("_count"): row[name] for name in row if name.endswith("_count")}
    return Summary(counts, sha256(text.encode()).hexdigest()[:32], asked.found)


def _summarised(shown: Asked | None, asker: Profile) -> ready_sql.Wanted:
    """Counts of everything, digests of the lane and of the first page of this list."""
    rows = _sifted(asker, {})

    def counted(parts: list[Part]) -> Counted:
        return Counted(parts, rows, MOST_COUNTED)

    lists = [t for t in Tab if t is not Tab.ALARMS]
    columns: dict[str, Any] = {f"{t}_count": counted(parts_of(t, asker, content=False)) for t in lists}
    columns["alarms_count"] = CountUpTo(open_alarms(asker).unacknowledged())
    columns["lane_count"] = counted(parts_of_lane(asker))
    columns["proposals_count"] = CountUpTo(to_decide(asker))
    columns |= {f"{name}_count": CountUpTo(free) for name, free in colleagues.free(asker, NOW).items()}
    lane = lane_of(asker)
    columns["calls_stamp"] = Stamp(lane.calling(asker.user_id).values("pk"))
    columns["lane_stamp"] = lane.stamp(now=NOW, order=("due_at", "pk"))
    if shown is not None:
        columns["stamp"] = _stamp(shown, asker)
    return User.objects.filter(pk=asker.user_id).annotate(**columns), list(columns)


def _is_plain(asked: Asked) -> bool:
    """The first page of a whole list: what is asked all day."""
    return asked.tab is not Tab.ALARMS and not asked.wanted and asked.seen.position is None


def _read_stamp(asked: Asked, asker: StandIn) -> Any:
    answer = ready_sql.fetch(
        ("stamp", asked.shape, asker.shape), {**asker.real, **asked.real},
        lambda: _stamped(asked, asker.profile),
    )  # fmt: skip
    return answer.rows[0][0]


def _stamped(asked: Asked, asker: Profile) -> ready_sql.Wanted:
    return User.objects.filter(pk=asker.user_id).annotate(stamp=_stamp(asked, asker)), ["stamp"]


def _stamp(asked: Asked, asker: Profile) -> Stamp:
    return _rows(asked, asker).stamp(now=NOW, order=asked.seen.order)


def listing(
    tab: Tab, profile: Profile, chosen: Mapping[str, str], cursor: str, *, proposals: bool = False,
    found: Found | None = None,
) -> Listing:  # fmt: skip
    """The page of a list, the urgent lane and, if asked for, what waits for a second person above it.

    A cursor that does not fit shows the first page. `found`: what the summary of the same list found.
    """
    asker = stand_in(profile)
    asked = _sought(asked_for(tab, chosen, cursor, profile.at), asker, found)
    lane = _read("lane", asker, {}, _lane_lines, (*_MARKS, "calls_me"))
    waiting = to_decide(profile).with_places().order_by("due_at", "pk") if proposals else ()
    looked = asked.found.looked if asked.found else None
    return Listing(lane, _page(asked, asker), list(waiting[:LANE_SIZE]), looked)


def _page(asked: Asked, asker: StandIn) -> Page[Complaint]:
    marks = (*_MARKS, "last_event") if asked.tab is Tab.MINE else _MARKS
    found, rows = asked.found, list[Complaint]()
    if found is None or found.ids:
        rows = _read(asked.shape, asker, asked.real, lambda of: _lines(asked, of), marks)
    return page_of(rows, asked.place, more=found.is_full if found else None)


def _read(
    what: Hashable, asker: StandIn, real: ready_sql.Real, which: Callable[[Profile], ComplaintQuerySet],
    marks: Sequence[str],
) -> list[Complaint]:  # fmt: skip
    """By a statement that is written once for people of this kind."""
    answer = ready_sql.fetch(
        ("lines", what, asker.shape), {**asker.real, **real},
        lambda: (which(asker.profile), lines.columns(marks)),
    )  # fmt: skip
    return lines.cases(answer.rows, marks)


def _lane_lines(profile: Profile) -> ComplaintQuerySet:
    return lane_of(profile).with_news().with_proposals().with_calls(profile.user_id)


def _lines(asked: Asked, profile: Profile) -> ComplaintQuerySet:
    rows = _rows(asked, profile).with_news().with_proposals()
    if asked.tab is Tab.MINE:
        rows = rows.with_last_event()
    found: Any = asked.seen.of(rows)
    whole: ComplaintQuerySet = found
    return whole


def _window(tab: Tab, cursor: str) -> Window:
    try:
        return _at(tab, cursor)
    except CursorInvalid:
        return _at(tab, "")


def _at(tab: Tab, cursor: str) -> Window:
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
