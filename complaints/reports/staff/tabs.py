"""The lists of the workplace: their names, orders, and in which ranges of an index each of them lies."""

from collections.abc import Callable
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from complaints.querysets import ComplaintQuerySet
from complaints.queue_ranges import Answers, Few, Part, Place, Pools, served
from complaints.states import CLOCK_RUNS, OPEN, Status
from representatives.profiles import Profile
from representatives.roles import Tier


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
_URGENT, _ORDINARY = ("urgent",), ("ordinary",)
Which = Callable[[ComplaintQuerySet], ComplaintQuerySet]


def order_of(tab: Tab) -> str:
    return ORDER.get(tab, "due_at")


def rule_of(tab: Tab, profile: Profile, *, content: bool) -> Which:
    """Exactly what opening allows: own tier, headed branches, own cases; "all" shows cards, with `content`
    only of cases whose content this person opens."""
    rules: dict[Tab, Which] = {
        Tab.QUEUE: lambda rows: rows.waiting_for_hands_of(profile).ordinary(),
        Tab.MINE: lambda rows: rows.visible_to(profile).held_by(profile.user_id).in_work().ordinary(),
        Tab.WAITING: lambda rows: rows.on_desk_of(profile).waiting(),
        Tab.DISPATCH: lambda rows: rows.on_desk_of(profile).to_dispatch(),
        Tab.ANSWERED: lambda rows: rows.on_desk_of(profile).dispatched(),
        Tab.ALL: lambda rows: (rows.on_desk_of(profile) if content else rows.visible_to(profile)).open(),
    }
    return rules[tab]


def parts_of(tab: Tab, profile: Profile, *, content: bool, held: bool = False) -> list[Part]:
    """Where the rows of a list lie. `content`: only of cases whose content this person opens. `held`: only
    what one person holds, which is few however long the pools are (index complaint_holder)."""
    if held:
        return [Few(rule_of(tab, profile, content=content))]
    if tab is Tab.MINE:
        return [_held(profile, lambda rows: rows.in_work().ordinary())]
    if tab is Tab.QUEUE:
        new = _helped(profile, lambda rows: rows.new().ordinary()) if profile.tier is None else []
        return [_pool(profile, _ORDINARY), *new]
    if tab is Tab.WAITING:
        return [Pools(_desk(profile), (Status.WAITING,)), *_own(profile, lambda rows: rows.waiting())]
    if tab is Tab.DISPATCH:
        return [Answers(_desk(profile), Status.RESOLVED), *_own(profile, lambda rows: rows.to_dispatch())]
    if tab is Tab.ANSWERED:
        return [Answers(_desk(profile), Status.ANSWERED), *_own(profile, lambda rows: rows.dispatched())]
    if content:
        return [Pools(_desk(profile), tuple(OPEN)), *_own(profile, lambda rows: rows.open())]
    return [_seen(profile, tuple(OPEN)), *_breached(profile), *_helped(profile, lambda rows: rows.open())]


def parts_of_lane(profile: Profile) -> list[Part]:
    """Urgent cases with a running clock: the pool this person looks after, and the own ones."""
    if profile.tier is None:
        urgent = _helped(profile, lambda rows: rows.running().urgent())
        return [_seen(profile, tuple(CLOCK_RUNS), _URGENT), *urgent]
    return [_pool(profile, _URGENT), _held(profile, lambda rows: rows.running().urgent())]


def _pool(profile: Profile, urgencies: tuple[str, ...]) -> Part:
    """As ComplaintQuerySet.waiting_for_hands_of."""
    if profile.tier is None:
        return _seen(profile, (Status.NEW,), urgencies)
    return Pools(served(profile), (Status.NEW,), urgencies)


def _seen(
    profile: Profile, statuses: tuple[str, ...], urgencies: tuple[str, ...] = _URGENT + _ORDINARY
) -> Part:
    """As ComplaintQuerySet.visible_to, without what a fund sees of its region."""
    every: list[Place] = [(branch_id, None) for branch_id in profile.branch_ids | profile.headed_branch_ids]
    return Pools((*every, *profile.covered), statuses, urgencies, tuple(profile.insurer_ids))


def _breached(profile: Profile) -> list[Part]:
    """What a fund sees of its region beside its own cases (index complaint_breached)."""
    if profile.tier != Tier.FUND:
        return []
    return [Few(lambda rows: rows.breached_in_regions_of(profile).open())]


def _desk(profile: Profile) -> tuple[Place, ...]:
    """As ComplaintQuerySet.on_desk_of, without single cases: those held, and those of other regions."""
    return (*((branch_id, None) for branch_id in profile.headed_branch_ids), *served(profile))


def _own(profile: Profile, which: Which) -> list[Part]:
    return [_held(profile, which), *_helped(profile, which)]


def _held(profile: Profile, which: Which) -> Part:
    """Index complaint_holder; whoever moved to another branch does not see what they left behind."""
    return Few(lambda rows: which(rows.visible_to(profile).held_by(profile.user_id)))


def _helped(profile: Profile, which: Which) -> list[Part]:
    """Single cases of other regions that a branch of this person helps with."""
    if not profile.helped_case_ids:
        return []
    return [Few(lambda rows: which(rows.visible_to(profile).among(profile.helped_case_ids)))]


__all__ = ["NEWEST_FIRST", "TITLES", "Tab", "order_of", "parts_of", "parts_of_lane", "rule_of"]
