"""The tier clock of a case that is classified anew: counted by the new rule, fair to whoever waits.

The moment is never later than before unless a second person agreed, and never before now. Time that has run
out has run out: the timer moves such a case, whatever its classification.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from complaints.escalation import clock
from complaints.models import Complaint, History, Reclassification
from complaints.services import thread
from complaints.states import CLOCK_RUNS, Event, Status


def retimed(case: Complaint, change: Reclassification, *, now: datetime) -> dict[str, Any]:
    """What the change does to the clock of the locked case in its present tier, for transitions.record.

    What becomes urgent has the urgent limit from now on; anything else is counted from the entry into the
    tier, without the pauses. Nothing for a case whose time has run out.
    """
    moment = case.paused_at or now
    if case.breached_at is not None or case.due_at <= moment:
        return {}
    tier, start, is_returned = (case.tier, now, False) if change.raises_urgency else _clock(case, change)
    key = replace(_key(case, change), tier=tier)
    to_decide = is_returned or case.first_reaction_at is not None
    due = clock.to_decide(key=key, entered_at=start) if to_decide else clock.on_entry(key=key, now=start)
    counted = due.due_at if change.raises_urgency else _later_by_pauses(case, key, start, due.due_at)
    due_at = fair(counted, before=case.due_at, agreed=change.lowers, now=moment)
    changes: dict[str, Any] = {"due_at": due_at, "stage": due.stage}
    if not is_returned:
        changes["entered_at"] = start
    if Status(case.status) in CLOCK_RUNS:
        return changes | {"escalate_at": due_at}
    own_key = replace(key, tier=case.tier)
    left = clock.remaining_seconds(key=own_key, due_at=due_at, now=moment)
    return changes | {"remaining_seconds": left}


def fair(counted: datetime, *, before: datetime, agreed: bool, now: datetime) -> datetime:
    """The moment that holds: never later than before unless a second person agreed, never before now."""
    return max(counted if agreed else min(counted, before), now)


def _key(case: Complaint, change: Reclassification) -> clock.Key:
    return replace(
        thread.key_of(case),
        kind=change.to_kind, category_id=change.to_category_id, urgency=change.to_urgency,
    )  # fmt: skip


def _clock(case: Complaint, change: Reclassification) -> tuple[int, datetime, bool]:
    """Whose limit the clock runs by, since when, and whether it came down with a return.

    A case that became urgent in its tier runs since then; made ordinary again, since its entry.
    """
    hop = History.objects.hop_line(case.pk, case.hop)
    entry = hop.at if hop else case.registered_at
    if not change.lowers_urgency and case.entered_at > entry:
        return case.tier, case.entered_at, False
    if hop is None or hop.event != Event.RETURNED:
        return case.tier, entry, False
    earlier = History.objects.hop_line(case.pk, case.hop - 1)
    return hop.from_tier, earlier.at if earlier else case.registered_at, True


def _later_by_pauses(case: Complaint, key: clock.Key, start: datetime, due_at: datetime) -> datetime:
    """The moment moved by what the ended pauses since `start` took of the limit."""
    if not case.pauses_used:
        return due_at
    pauses = History.objects.ended_pauses(case.pk, since=start)
    seconds = sum(clock.remaining_seconds(key=key, due_at=end, now=begin) for begin, end in pauses)
    return clock.after_pause(key=key, seconds=seconds, now=due_at) if seconds else due_at
