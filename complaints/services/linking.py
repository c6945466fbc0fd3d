"""One event on paper, by phone and on the site: its appeals are linked, and the earliest date rules for all.

Each keeps its number, code, dates of registration and answer; applicants learn nothing of each other. The
date of the law counts from the earliest registration among those not answered yet. Tier clocks of cases
that run beside each other end together, at the earliest moment.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Bond, Cause, Form
from complaints.models import Complaint, Link
from complaints.permissions import Act, require
from complaints.services import legal, transitions
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import OPEN, Event, Status
from omsportal.platform import turns
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: Appeals further apart than these days are about another event, or repeat one. Our own proposal.
EVENT_DAYS = 30
#: More appeals about one event of one person there are not; many people's equal complaints are an incident.
MOST_LINKED = 20
LINKING = (Bond.SAME_EVENT, Bond.SENT_TWICE)
ENDING = (Bond.OTHER_EVENT, Bond.BY_MISTAKE)
_UNANSWERED = OPEN | {Status.RESOLVED}


@transaction.atomic
def link(
    *, complaint: Complaint, other: Complaint, reason: str, by: User, profile: "Profile", now: datetime
) -> Link:
    """Both are about the same event. Linking them again returns the link that stands.

    Raises NotAllowed, RuleBroken: not visible, too far apart, too many, the case itself.
    """
    case, found = _together(complaint, other)
    require(profile, Act.LINK, case)
    _check(case, found, reason, profile)
    earlier, later = sorted((case, found), key=lambda row: (row.registered_at, row.pk))
    standing: Link | None = Link.objects.of_one_event().filter(earlier=earlier, later=later).first()
    if standing is not None:
        return standing
    if Link.objects.standing().filter(earlier=earlier, later=later).exists():
        raise RuleBroken("linked_otherwise", _("These two appeals belong together already, in another way."))
    group = _group({case.pk, found.pk})
    if len(group) > MOST_LINKED:
        message = _("More than %(most)s appeals would be one event: make an incident of them.")
        raise RuleBroken("too_many_linked", message % {"most": MOST_LINKED})
    made: Link = Link.objects.create(
        earlier=earlier, later=later, kind=Link.Kind.DUPLICATE, reason=reason, linked_at=now, linked_by=by
    )
    _told(group, {case.pk, found.pk}, Event.LINKED, reason, by, now)
    return made


@transaction.atomic
def unlink(
    *, link: Link, complaint: Complaint, reason: str, by: User, profile: "Profile", now: datetime
) -> Link:
    """It was another event after all. The dates of both are counted anew, which may give time back.

    Raises NotAllowed (the head decides), SomebodyWasFirst (ended before), RuleBroken.
    """
    _take_turn()
    require(profile, Act.UNLINK, transitions.locked(complaint.pk))
    if reason not in ENDING:
        raise RuleBroken("reason", _("Choose why they are not one event."))
    ended = Link.objects.of_one_event().touching([complaint.pk]).filter(pk=link.pk)
    if not ended.update(ended_at=max(now, link.linked_at), ended_by=by, end_reason=reason):
        raise SomebodyWasFirst
    link.refresh_from_db()
    ends = {link.earlier_id, link.later_id}
    for end in sorted(ends):
        group = _group({end})
        _told(group, ends & group.keys(), Event.UNLINKED, reason, by, now)
        ends -= group.keys()
    return link


def _take_turn() -> None:
    """Groups grow while they are read: one link is made or ended at a time, for some milliseconds."""
    turns.take("complaints.linking")


def _together(complaint: Complaint, other: Complaint) -> tuple[Complaint, Complaint]:
    _take_turn()
    if complaint.pk == other.pk:
        raise RuleBroken("itself", _("This is the number of this very appeal. Write the other one."))
    rows = _locked({complaint.pk, other.pk})
    return rows[complaint.pk], rows[other.pk]


def _locked(ids: Iterable[int]) -> dict[int, Complaint]:
    """In the order of their ids, so that two people never wait for each other."""
    rows = (
        Complaint.objects.filter(pk__in=list(ids)).order_by("pk").select_related("branch__region", "category")
    )
    return {row.pk: row for row in rows.select_for_update(no_key=True, of=("self",))}


def _check(case: Complaint, other: Complaint, reason: str, profile: "Profile") -> None:
    if reason not in LINKING:
        raise RuleBroken("reason", _("Choose why they are one event."))
    if not Complaint.objects.visible_to(profile).filter(pk=other.pk).exists():
        raise RuleBroken("unknown_number", _("You see no appeal with this number. Ask for it once more."))
    apart = abs((case.registered_on - other.registered_on).days)
    if apart > EVENT_DAYS:
        message = _(
            "%(days)s days lie between these appeals: that is another event or a repeated appeal. Name the "
            "earlier number in a note instead."
        )
        raise RuleBroken("not_one_event", message % {"days": apart})


def _group(ids: set[int]) -> dict[int, Complaint]:
    """All cases that are linked with these as one event, directly or through others; locked."""
    known: set[int] = set()
    new = set(ids)
    while new and len(known) <= MOST_LINKED:
        known |= new
        pairs = Link.objects.of_one_event().touching(sorted(new)).values_list("earlier", "later")
        new = {end for pair in pairs for end in pair} - known
    return _locked(known)


def _told(
    group: dict[int, Complaint], ends: set[int], event: Event, reason: str, by: User, now: datetime
) -> None:
    """A line for both ends, and for whatever else got other dates by it."""
    for case in group.values():
        changes = {**_legal_date(case, group.values()), **_tier_clock(case, group.values(), event, now)}
        if changes or case.pk in ends:
            moment = transitions.not_before(case, now)
            transitions.record(case, event, now=moment, cause=Cause.STAFF, by=by, reason=reason, **changes)


def _legal_date(case: Complaint, group: Iterable[Complaint]) -> dict[str, Any]:
    """From the earliest registration among the unanswered; an answered case keeps its date."""
    if case.form != Form.WRITTEN or case.status not in _UNANSWERED:
        return {}
    begun: date = min(row.registered_on for row in group if row.status in _UNANSWERED)
    changes = {
        "counts_from_on": begun if begun < case.registered_on else None,
        "answer_due_on": legal.date_of(case, begun=begun, extension=case.extended_by_days),
    }
    now_it_is = {name: getattr(case, name) for name in changes}
    return {} if now_it_is == changes else changes


def _tier_clock(case: Complaint, group: Iterable[Complaint], event: Event, now: datetime) -> dict[str, Any]:
    """Cases that run in the same queue end together. Ending a link gives no time back to a tier."""
    if event is not Event.LINKED or case.escalate_at is None:
        return {}
    place = _place(case)
    beside = [row.due_at for row in group if row.escalate_at is not None and _place(row) == place]
    due_at = max(min(beside), min(case.due_at, now))
    return {"due_at": due_at, "escalate_at": due_at} if due_at < case.due_at else {}


def _place(case: Complaint) -> tuple[int, int, str, str]:
    return case.branch_id, case.tier, case.urgency, case.stage


__all__ = ["ENDING", "EVENT_DAYS", "LINKING", "link", "unlink"]
