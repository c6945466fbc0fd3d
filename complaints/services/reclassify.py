"""A case is classified anew: kind, theme, urgency. What eases the branch's duties needs a second person."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from complaints.escalation import moves, rounds
from complaints.escalation.moves import CHANGED
from complaints.kinds import Cause, Reason
from complaints.models import Category, Complaint, Message, Reclassification
from complaints.permissions import Act, require
from complaints.services import retiming, routing, thread, transitions
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Event, Status
from omsportal.platform import bells, outbox
from representatives.models import User
from representatives.roles import Tier

if TYPE_CHECKING:
    from representatives.profiles import Profile

PROPOSED, APPROVED, REFUSED, LAPSED = (
    f"reclassification_{end}" for end in ("proposed", "approved", "refused", "lapsed")
)
#: How soon whoever proposed learns that the case has moved on.
LOOK_EVERY = timedelta(minutes=1)


@transaction.atomic
def propose(
    *,
    complaint: Complaint,
    kind: str,
    category: Category,
    urgency: str,
    reason: str,
    note: str = "",
    by: User,
    profile: "Profile",
    now: datetime,
) -> Reclassification:
    """Change the classification at once, or, when kind or urgency is lowered, ask a second person.

    An earlier proposal that still waits lapses. The patient's own choice of theme stays. What becomes urgent,
    or gets a theme of a higher tier, moves up. Raises NotAllowed, RuleBroken.
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.RECLASSIFY, case)
    now = transitions.not_before(case, now)
    change = _change(case, kind, category, urgency, reason, by, now)
    _check(case, change, note)
    waiting: Reclassification | None = Reclassification.objects.open().of_case(case.pk).first()
    if waiting is not None and _is_the_same(waiting, change):
        return waiting  # pressed twice
    if waiting is not None:
        _lapse(case, waiting, now)
    _leave_note(case, note, by, profile, now)
    change.save()
    if change.lowers:
        _ask_second_person(case, change, now)
    else:
        _take_effect(case, change, now)
    bells.ring(CHANGED)
    return change


def decide(
    *,
    complaint: Complaint,
    approve: bool,
    proposal_id: int | None = None,
    note: str = "",
    by: User,
    profile: "Profile",
    now: datetime,
) -> Reclassification:
    """Agree with the proposed change or refuse it, as the second person.

    A proposal whose case has moved on meanwhile lapses, and that stays so though SomebodyWasFirst is raised;
    the same when `proposal_id` is not the one that waits. Raises NotAllowed too.
    """
    decided = _decide(complaint.pk, approve, proposal_id, note, by, profile, now)
    if decided is None:
        raise SomebodyWasFirst
    return decided


def lapse_outdated(now: datetime) -> int:
    """End proposals whose case has moved on, and tell who made them; returns how many."""
    outdated = Reclassification.objects.outdated().order_by("complaint")
    return sum(_lapse(transitions.locked(change.complaint_id), change, now) for change in outdated)


@transaction.atomic
def _decide(
    case_id: int, approve: bool, proposal_id: int | None, note: str, by: User, profile: "Profile",
    now: datetime,
) -> Reclassification | None:  # fmt: skip
    case = transitions.locked(case_id)
    change: Reclassification | None = Reclassification.objects.open().of_case(case.pk).with_words().first()
    if change is not None and not change.still_fits(case):
        _lapse(case, change, now)
        return None
    if proposal_id is not None and (change is None or change.pk != proposal_id):
        return None
    require(profile, Act.DECIDE_RECLASSIFICATION, case)
    now = transitions.not_before(case, now)
    assert change is not None, "the rule of the act found it"
    _leave_note(case, note, by, profile, now)
    if approve:
        _end(change, approved=True, by=by, now=now)
        _take_effect(case, change, now)
        _tell_proposer(case, change, APPROVED, now)
    else:
        _refuse(case, change, by, now)
    bells.ring(CHANGED)
    return change


def _change(
    case: Complaint, kind: str, category: Category, urgency: str, reason: str, by: User, now: datetime
) -> Reclassification:
    """Not saved yet; decided as it is made, unless it lowers something."""
    change = Reclassification(
        complaint=case, from_kind=case.kind, to_kind=kind, from_category=case.category, to_category=category,
        from_urgency=case.urgency, to_urgency=urgency, reason=reason, proposed_by=by, proposed_at=now,
    )  # fmt: skip
    if not change.lowers:
        change.decided_at, change.approved = now, True
    return change


def _check(case: Complaint, change: Reclassification, note: str) -> None:
    if not (change.changes_kind or change.changes_category or change.changes_urgency):
        raise RuleBroken("nothing_changed", _("Nothing would change: choose what is to be other."))
    if change.to_category.about_insurer and change.changes_category and not case.branch.is_fund:
        message = _(
            "The territorial fund answers complaints about the insurer: forward the appeal to the fund."
        )
        raise RuleBroken("forward_to_fund", message)
    if change.raises_urgency and change.lowers:
        message = _("Make the appeal urgent first: that holds at once. Then propose the other kind.")
        raise RuleBroken("one_at_a_time", message)
    if not note.strip() and (change.lowers or change.reason == Reason.OTHER):
        raise RuleBroken("note_needed", _("Write in the note why: a colleague must understand it."))


def _is_the_same(waiting: Reclassification, change: Reclassification) -> bool:
    asked = ("from_kind", "to_kind", "to_category_id", "from_urgency", "to_urgency", "proposed_by_id")
    return all(getattr(waiting, name) == getattr(change, name) for name in asked)


def _take_effect(case: Complaint, change: Reclassification, now: datetime) -> None:
    """One line for the change, one for each hop. The case is locked, the change is decided.

    History and the fund's report name who wanted it; the second person stands on the change itself.
    """
    by = change.proposed_by
    if change.raises_urgency and case.status == Status.WAITING:
        thread.resume(case, cause=Cause.STAFF, by=by, now=now)
    tier = _tier_after(case, change)
    clock = retiming.retimed(case, change, now=now) if tier == case.tier else {}
    transitions.record(
        case, Event.RECLASSIFIED, now=now, cause=Cause.STAFF, by=by, reason=change.reason,
        kind=change.to_kind, category=change.to_category, urgency=change.to_urgency, **clock,
    )  # fmt: skip
    for _hop in range(case.tier, tier):
        moves.move_up(complaint_id=case.pk, by_id=by.pk, reason=change.reason, now=now)
    case.refresh_from_db()
    if change.changes_urgency:
        _tell_patient(case, change, now)


def _tier_after(case: Complaint, change: Reclassification) -> int:
    """Urgent cases never wait in tier 1, some themes belong to the experts; no change takes a case down."""
    if case.branch.is_fund:
        return case.tier
    before = routing.arrival_tier(
        branch=case.branch, category=change.from_category, urgency=change.from_urgency
    )
    after = routing.arrival_tier(branch=case.branch, category=change.to_category, urgency=change.to_urgency)
    return max(case.tier, min(after, Tier.EXPERTS)) if after > before else case.tier


def _ask_second_person(case: Complaint, change: Reclassification, now: datetime) -> None:
    """Told to the tier's pool and to the head; lists show it, so the case counts as changed."""
    notices = [_notice(case, change, PROPOSED, receiver, case.branch_id) for receiver in ("pool", "head")]
    outbox.enqueue_many(notices, now)
    _mark_changed(case)


def _refuse(case: Complaint, change: Reclassification, by: User, now: datetime) -> None:
    _end(change, approved=False, by=by, now=now)
    text = _("The change proposed by %(proposer)s was refused by %(decider)s.")
    _say(case, text, {"proposer": change.proposed_by, "decider": by}, is_internal=True, now=now)
    _tell_proposer(case, change, REFUSED, now)
    transitions.record(case, Event.PROPOSAL_REFUSED, now=now, cause=Cause.STAFF, by=by, reason=change.reason)


def _lapse(case: Complaint, change: Reclassification, now: datetime) -> bool:
    """False when somebody decided meanwhile. The case is locked."""
    if not _end(change, approved=False, by=None, now=now):
        return False
    text = _("The change proposed by %(proposer)s lapsed: the case has moved on.")
    _say(case, text, {"proposer": change.proposed_by}, is_internal=True, now=now)
    _tell_proposer(case, change, LAPSED, now)
    transitions.record(case, Event.PROPOSAL_LAPSED, now=now, cause=Cause.SYSTEM, reason=change.reason)
    return True


def _end(change: Reclassification, *, approved: bool, by: User | None, now: datetime) -> bool:
    """Decide the row if nobody has; the first one stays."""
    still_open = Reclassification.objects.open().filter(pk=change.pk)
    if not still_open.update(approved=approved, decided_by=by, decided_at=now):
        return False
    change.approved, change.decided_by, change.decided_at = approved, by, now
    return True


def _tell_proposer(case: Complaint, change: Reclassification, kind: str, now: datetime) -> None:
    outbox.enqueue_many([_notice(case, change, kind, "user", change.proposed_by_id)], now)


def _notice(
    case: Complaint, change: Reclassification, kind: str, receiver: str, receiver_id: int
) -> outbox.Notice:
    return outbox.Notice(
        channel="portal", kind=kind, subject_kind="complaint", subject_id=case.pk, hop=case.hop,
        receiver_kind=receiver, receiver_id=receiver_id, dedup=change.pk,
        payload={"number": case.number, "tier": case.tier},
    )  # fmt: skip


def _tell_patient(case: Complaint, change: Reclassification, now: datetime) -> None:
    """A message of the portal in plain words: it is no first reaction, no person has written."""
    message = _say(case, _LOWERED if change.lowers_urgency else _RAISED, {}, is_internal=False, now=now)
    thread.tell_contact(case, kind="message", dedup=message.pk, now=now)


_RAISED = _(
    "Your appeal is now urgent: it goes before the others. If you get worse or are in danger, "
    "call 103 or 112 at once."
)
_LOWERED = _(
    "Two of our specialists have looked at your appeal and decided that it is not urgent. We go on with it "
    "in the ordinary order. If you are in the clinic and are refused help, if you get worse or do not agree, "
    "write to us here. In danger call 103 or 112 at once."
)


def _say(
    case: Complaint, text: object, named: dict[str, User], *, is_internal: bool, now: datetime
) -> Message:
    with translation.override(settings.LANGUAGE_CODE):
        words = str(text) % named if named else str(text)
    return thread.post_by_portal(case, words, is_internal=is_internal, now=now)


def _leave_note(case: Complaint, note: str, by: User, profile: "Profile", now: datetime) -> None:
    if note.strip():
        thread.post_by_staff(complaint=case, text=note, is_internal=True, by=by, profile=profile, now=now)


def _mark_changed(case: Complaint) -> None:
    case.version += 1
    case.save(update_fields=["version"])


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("proposals", LOOK_EVERY, lapse_outdated))
