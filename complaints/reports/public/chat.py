"""The chat: what whoever asks now may expect, from presence, queue and the first answers of late.

Nothing is promised that is not known: without figures, or without anybody at work, the page says so in words.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import ClassVar

from django.db.models import Q

from complaints.kinds import Channel, Urgency
from complaints.models import Complaint
from complaints.states import Status
from insurers.models import Branch, WorkingAxis
from representatives.models import Representative
from representatives.roles import Presence, Tier

#: So many first answers are looked at, none older than that: the newest days of working time are in one row.
LATELY, OF_LATE = 20, timedelta(days=14)
#: Fewer say nothing.
FEWEST = 3
#: People are counted so far; beyond it is "many".
MOST_AHEAD = 100
#: What is promised, minutes: the next one above what is expected.
STEPS = (2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120)
AT_WORK = (Presence.FREE, Presence.BUSY)


@dataclass(frozen=True, slots=True)
class Promise:
    """`minutes` until the first answer; None: nobody knows. `opens_at` only outside working hours."""

    branch: Branch
    is_open: bool
    opens_at: datetime | None = None
    people: int = 0
    ahead: int = 0
    minutes: int | None = None

    MANY: ClassVar[int] = MOST_AHEAD

    @property
    def zone(self) -> str:
        return self.branch.time_zone


def promise(*, branch: Branch, case: Complaint | None = None, now: datetime) -> Promise:
    """For whoever asks this branch now, or has asked and waits with `case`. Four queries at most."""
    axis = WorkingAxis.objects.filter(schedule=branch.schedule_id).first()
    if axis is None:
        return Promise(branch, is_open=False)
    if not _covers(axis, now):
        return Promise(branch, is_open=False, opens_at=_next(axis, now))
    usual = Tier.FUND if branch.is_fund else Tier.CONTACT_CENTRE
    tier = case.tier if case is not None else usual
    serving = Representative.objects.serving_today(branch_id=branch.pk, tier=tier, now=now)
    people = serving.filter(presence__in=AT_WORK).count()
    ahead = _ahead(branch, tier, case)
    minutes = _minutes(_waits(branch, axis, now), people, ahead)
    return Promise(branch, is_open=True, people=people, ahead=ahead, minutes=minutes)


def _ahead(branch: Branch, tier: int, case: Complaint | None) -> int:
    """Who is taken up before; the queue goes by the due moment (index complaint_queue), read to the limit."""
    queue = Complaint.objects.filter(branch=branch, tier=tier, status=Status.NEW)
    if case is not None:
        queue = queue.filter(Q(urgency=Urgency.URGENT) | Q(due_at__lt=case.due_at))
    return int(queue[:MOST_AHEAD].count())


def _waits(branch: Branch, axis: WorkingAxis, now: datetime) -> list[float]:
    """Seconds to the first answer of the newest chats (index complaint_chat_reaction).

    Those answered on another day than they began say how long the night is, and are left out.
    """
    answered = Complaint.objects.filter(
        branch=branch, channel=Channel.CHAT, first_reaction_at__gte=now - OF_LATE
    )
    rows = answered.order_by("-first_reaction_at").values_list("registered_at", "first_reaction_at")
    return [
        (reacted - begun).total_seconds()
        for begun, reacted in rows[:LATELY]
        if _span(axis, begun) == _span(axis, reacted) and _covers(axis, begun)
    ]


def _minutes(waits: Sequence[float], people: int, ahead: int) -> int | None:
    """What was usual, and once more for each round of questions that comes before."""
    if not people or len(waits) < FEWEST:
        return None
    expected = median(waits) * (1 + ahead // people) / 60
    return next((step for step in STEPS if expected <= step), None)


def _span(axis: WorkingAxis, moment: datetime) -> int:
    """Which piece of working time began last before the moment; -1: none."""
    return bisect_right(axis.starts, moment) - 1


def _covers(axis: WorkingAxis, moment: datetime) -> bool:
    span = _span(axis, moment)
    return span >= 0 and moment < axis.ends[span]


def _next(axis: WorkingAxis, moment: datetime) -> datetime | None:
    later = _span(axis, moment) + 1
    return axis.starts[later] if later < len(axis.starts) else None
