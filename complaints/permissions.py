"""Who may do what with a case. One rule for pages, API and buttons: `refusal` says why not, `can` whether."""

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Kind
from complaints.states import MOVES, Event, Status
from representatives.models import ApiKey
from representatives.roles import Action, Extent, Tier

if TYPE_CHECKING:
    from complaints.models import AnswerProposal, Complaint, Leaving, Reclassification
    from representatives.profiles import Profile


class Act(StrEnum):
    """What staff do with one case."""

    OPEN = "open"  # story, thread, files; the card opens for everybody who sees the case
    CLAIM = "claim"
    RELEASE = "release"
    MESSAGE = "message"
    NOTE = "note"
    ESCALATE = "escalate"
    RETURN = "return"
    WAIT = "wait"
    RESUME = "resume"
    RESOLVE = "resolve"
    DISPATCH = "dispatch"  # record that a letter left or was handed over
    HAND_OVER = "hand_over"
    FORWARD = "forward"
    REOPEN = "reopen"
    RECLASSIFY = "reclassify"  # change kind, theme or urgency; what lowers them is only proposed
    NAME_CLINIC = "name_clinic"  # which clinic it is about, from the register
    DECIDE_RECLASSIFICATION = "decide_reclassification"  # as the second person
    REVIEW_ANSWER = "review_answer"  # agree with a proposed answer or return it, as the second person
    NOTE_NAMING = "note_naming"  # what the applicant said: may the clinic hear the name
    # Only on the page, by a person; and only who reads the case anyway: a new code opens it.
    IDENTIFY = "identify"
    RENEW_CODE = "renew_code"
    CHANGE_CONTACT = "change_contact"
    NOTE_DEATH = "note_death"  # or take the mark back
    LINK = "link"  # with another appeal about the same event
    UNLINK = "unlink"
    EXTEND = "extend"  # the time to answer by law, once
    LEAVE = "leave"  # propose to leave it without an answer: 59-ФЗ art. 11
    DECIDE_LEAVING = "decide_leaving"  # as the second person
    RECORD_NOTICE = "record_notice"  # that there is no answer and why: it has left on paper
    GATHER = "gather"  # into an incident, or out of it
    DECIDE_ERASURE = "decide_erasure"  # of personal data, and the hold on it


class Refusal(TextChoices):
    """Why an act is refused, for the person who wants it."""

    OTHER_TIER = "other_tier", _("the case is with another tier")
    NOT_HOLDER = "not_holder", _("take the case first: only who holds it may do this")
    STATUS = "status", _("not possible in the present status")
    NO_RIGHT = "no_right", _("your tier may not do this")
    HIGHEST = "highest", _("there is no higher tier")
    LOWEST = "lowest", _("there is no lower tier")
    RETURNED_ONCE = "returned_once", _("a case is returned only once")
    TIME_IS_OUT = "time_is_out", _("the tier's time has run out: nothing is left to return")
    PAUSES_USED = "pauses_used", _("both pauses are used")
    NOTHING_PROPOSED = "nothing_proposed", _("no change waits for a decision")
    SECOND_PERSON = "second_person", _("who proposed the change does not decide on it: a colleague must")
    NO_ANSWER_PROPOSED = "no_answer_proposed", _("no answer waits for a second person")
    OWN_ANSWER = "own_answer", _("a second pair of eyes is wanted: a colleague or the head must agree")
    HEAD_ONLY = "head_only", _("the head of the branch decides on this")
    NOT_A_PERSON = "not_a_person", _("a person decides on this, not a system")
    ORAL = "oral", _("an oral appeal has no date of the answer by law")
    EXTENDED_ONCE = "extended_once", _("the time to answer is extended only once")
    DATE_PASSED = "date_passed", _("the date of the answer by law has passed")
    URGENT = "urgent", _("an urgent appeal is helped first: make it ordinary before, with a second person")


class NotAllowed(Exception):
    """This person may not do this with this case (403)."""

    def __init__(self, act: Act, why: Refusal) -> None:
        super().__init__(f"{act}: {why}")
        self.act, self.why = act, why


def works_here(profile: "Profile", complaint: "Complaint") -> bool:
    """Serves the case's present tier and branch today, as their own or standing in."""
    return profile.serves(complaint.branch_id, complaint.tier)


def heads_here(profile: "Profile", complaint: "Complaint") -> bool:
    return profile.heads(complaint.branch_id, complaint.tier)


def holds(profile: "Profile", complaint: "Complaint") -> bool:
    return complaint.assignee_id == profile.user_id


def helps(profile: "Profile", complaint: "Complaint") -> bool:
    """A branch of theirs in another region has been given this case for some days: to read, and to note."""
    return complaint.pk in profile.helped_case_ids


def _open(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    return None if helps(profile, complaint) else _answer_for(profile, complaint)


def _answer_for(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    """Opens it as one of those whose case it is."""
    if works_here(profile, complaint) or heads_here(profile, complaint) or holds(profile, complaint):
        return None
    return Refusal.OTHER_TIER


def _claim(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    if not works_here(profile, complaint):
        return Refusal.OTHER_TIER
    return None if complaint.status == Status.NEW else Refusal.STATUS


def _held(event: Event | None) -> Callable[["Profile", "Complaint"], Refusal | None]:
    """Only who holds the case, and only where the event is possible."""

    def rule(profile: "Profile", complaint: "Complaint") -> Refusal | None:
        if event is not None and Status(complaint.status) not in MOVES[event]:
            return Refusal.STATUS
        return None if holds(profile, complaint) else Refusal.NOT_HOLDER

    return rule


def _message(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    if complaint.status not in {Status.IN_WORK, Status.WAITING, Status.RESOLVED, Status.ANSWERED}:
        return Refusal.STATUS if complaint.status != Status.NEW else Refusal.NOT_HOLDER
    return None if holds(profile, complaint) else Refusal.NOT_HOLDER


def _escalate(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    if Status(complaint.status) not in MOVES[Event.ESCALATED_BY_HAND]:
        return Refusal.STATUS
    if complaint.tier >= Tier.EXPERTS:
        return Refusal.HIGHEST
    if heads_here(profile, complaint):
        return None
    if not holds(profile, complaint):
        return Refusal.NOT_HOLDER
    return None if profile.right(Action.ESCALATE) else Refusal.NO_RIGHT


def _return(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    if Status(complaint.status) not in MOVES[Event.RETURNED]:
        return Refusal.STATUS
    if complaint.tier not in {Tier.SPECIALISTS, Tier.EXPERTS}:
        return Refusal.LOWEST
    if complaint.returns_used:
        return Refusal.RETURNED_ONCE
    if complaint.escalate_at is None:
        return Refusal.TIME_IS_OUT
    if heads_here(profile, complaint):
        return None
    if not holds(profile, complaint):
        return Refusal.NOT_HOLDER
    return None if profile.right(Action.RETURN) else Refusal.NO_RIGHT


def _wait(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    held = _held(Event.WAITED)(profile, complaint)
    if held is None and complaint.pauses_used >= MOST_PAUSES:
        return Refusal.PAUSES_USED
    if held is None and complaint.escalate_at is None:
        return Refusal.TIME_IS_OUT
    return held


def _resolve(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    held = _held(Event.RESOLVED)(profile, complaint)
    if held is not None:
        return held
    return None if _may_close_somehow(profile, complaint) else Refusal.NO_RIGHT


def _may_close_somehow(profile: "Profile", complaint: "Complaint") -> bool:
    """Help organised is open to every tier that may phone the clinic; services.closing asks for it."""
    any_outcome = may_close_with_any_outcome(profile, complaint)
    return any_outcome or profile.right(Action.ORGANISE_CARE) is not None


def _review_answer(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    if Status(complaint.status) not in MOVES[Event.RESOLVED]:
        return Refusal.STATUS
    if not (works_here(profile, complaint) or heads_here(profile, complaint)):
        return Refusal.OTHER_TIER
    if not (heads_here(profile, complaint) or _may_close_somehow(profile, complaint)):
        return Refusal.NO_RIGHT
    proposal = proposed_answer(complaint)
    if proposal is None or not proposal.still_fits(complaint):
        return Refusal.NO_ANSWER_PROPOSED
    if proposal.proposed_by_id == profile.user_id:
        return Refusal.OWN_ANSWER
    return Refusal.NOT_A_PERSON if ApiKey.objects.of_user(profile.user_id).exists() else None


def _forward(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    if Status(complaint.status) not in MOVES[Event.FORWARDED]:
        return Refusal.STATUS
    if not (holds(profile, complaint) or heads_here(profile, complaint)):
        return Refusal.NOT_HOLDER
    return None if profile.right(Action.FORWARD) or heads_here(profile, complaint) else Refusal.NO_RIGHT


def _where(event: Event) -> Callable[["Profile", "Complaint"], Refusal | None]:
    """Whoever answers for it, where the event is possible."""

    def rule(profile: "Profile", complaint: "Complaint") -> Refusal | None:
        is_possible = Status(complaint.status) in MOVES[event]
        return _answer_for(profile, complaint) if is_possible else Refusal.STATUS

    return rule


def _in_hand(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    """Whoever holds it, or heads those who do."""
    if Status(complaint.status) not in MOVES[Event.HANDED_OVER]:
        return Refusal.STATUS
    return None if holds(profile, complaint) or heads_here(profile, complaint) else Refusal.NOT_HOLDER


def _reclassify(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    if Status(complaint.status) not in MOVES[Event.RECLASSIFIED]:
        return Refusal.STATUS
    if heads_here(profile, complaint):
        return None
    if not holds(profile, complaint):
        return Refusal.NOT_HOLDER
    return None if profile.right(Action.REGISTER) else Refusal.NO_RIGHT


def _decide_reclassification(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    if Status(complaint.status) not in MOVES[Event.RECLASSIFIED]:
        return Refusal.STATUS
    if not (works_here(profile, complaint) or heads_here(profile, complaint)):
        return Refusal.OTHER_TIER
    if not (heads_here(profile, complaint) or profile.right(Action.REGISTER)):
        return Refusal.NO_RIGHT
    return _second_person(profile, open_proposal(complaint))


def _second_person(profile: "Profile", proposal: "Reclassification | Leaving | None") -> Refusal | None:
    """Two keys of one system, or a person and a key, are not two people."""
    if proposal is None:
        return Refusal.NOTHING_PROPOSED
    if proposal.proposed_by_id == profile.user_id:
        return Refusal.SECOND_PERSON
    return Refusal.NOT_A_PERSON if ApiKey.objects.of_user(profile.user_id).exists() else None


def _head_only(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    """What may give time back to the branch is not for whoever works against that time."""
    return None if heads_here(profile, complaint) else Refusal.HEAD_ONLY


def _extend(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    """59-ФЗ art. 12 part 2: the head, once, and not after the date has passed where the branch is."""
    if Status(complaint.status) not in MOVES[Event.EXTENDED]:
        return Refusal.STATUS
    if complaint.answer_due_on is None:
        return Refusal.ORAL
    if complaint.extended_by_days:
        return Refusal.EXTENDED_ONCE
    is_over = complaint.answer_due_on < profile.at.astimezone(complaint.branch.zone).date()
    return Refusal.DATE_PASSED if is_over else _head_only(profile, complaint)


def _leave(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    held = _held(Event.LEAVING_PROPOSED)(profile, complaint)
    if held is not None:
        return held
    if complaint.is_urgent:
        return Refusal.URGENT
    return None if may_close_with_any_outcome(profile, complaint) else Refusal.NO_RIGHT


def _decide_leaving(profile: "Profile", complaint: "Complaint") -> Refusal | None:
    if Status(complaint.status) not in MOVES[Event.LEFT_UNANSWERED]:
        return Refusal.STATUS
    if complaint.is_urgent:
        return Refusal.URGENT
    heads = heads_here(profile, complaint)
    if not (works_here(profile, complaint) or heads):
        return Refusal.OTHER_TIER
    if not (heads or may_close_with_any_outcome(profile, complaint)):
        return Refusal.NO_RIGHT
    return _second_person(profile, proposed_leaving(complaint))


def open_proposal(complaint: "Complaint") -> "Reclassification | None":
    """The change that waits for a second person; one query, none where the case is known to have no such."""
    if not getattr(complaint, "has_proposal", True):
        return None
    found: Reclassification | None = complaint.reclassifications.open().with_words().first()
    return found if found is not None and found.still_fits(complaint) else None


def proposed_answer(complaint: "Complaint") -> "AnswerProposal | None":
    """The answer on which nobody has decided, whether it still fits or not; asked once for a case.

    One query, none where the case is known to have no such.
    """
    if not getattr(complaint, "has_answer_proposal", True):
        return None
    if "_proposed_answer" not in complaint.__dict__:
        waiting = complaint.answer_proposals.open().with_names().first()
        complaint.__dict__["_proposed_answer"] = waiting
    found: AnswerProposal | None = complaint.__dict__["_proposed_answer"]
    return found


def proposed_leaving(complaint: "Complaint") -> "Leaving | None":
    """The proposal to leave it without an answer that waits for a second person; one query."""
    found: Leaving | None = complaint.leavings.open().with_words().first()
    return found if found is not None and found.still_fits(complaint) else None


#: At most two pauses, each with its end (fairness of the timer).
MOST_PAUSES = 2

RULES: dict[Act, Callable[["Profile", "Complaint"], Refusal | None]] = {
    Act.OPEN: _open,
    Act.CLAIM: _claim,
    Act.RELEASE: _held(Event.RELEASED),
    Act.MESSAGE: _message,
    Act.NOTE: _open,
    Act.ESCALATE: _escalate,
    Act.RETURN: _return,
    Act.WAIT: _wait,
    Act.RESUME: _held(Event.RESUMED),
    Act.RESOLVE: _resolve,
    Act.DISPATCH: _where(Event.ANSWERED),
    Act.HAND_OVER: _in_hand,
    Act.FORWARD: _forward,
    Act.REOPEN: _where(Event.REOPENED),
    Act.RECLASSIFY: _reclassify,
    Act.NAME_CLINIC: _in_hand,
    Act.DECIDE_RECLASSIFICATION: _decide_reclassification,
    Act.REVIEW_ANSWER: _review_answer,
    Act.NOTE_NAMING: _answer_for,
    Act.IDENTIFY: _answer_for,
    Act.RENEW_CODE: _answer_for,
    Act.CHANGE_CONTACT: _answer_for,
    Act.NOTE_DEATH: _answer_for,
    Act.LINK: _answer_for,
    Act.UNLINK: _head_only,
    Act.EXTEND: _extend,
    Act.LEAVE: _leave,
    Act.DECIDE_LEAVING: _decide_leaving,
    Act.RECORD_NOTICE: _where(Event.NOTICE_SENT),
    Act.GATHER: _answer_for,
    Act.DECIDE_ERASURE: _head_only,
}


def refusal(profile: "Profile", act: Act, complaint: "Complaint") -> Refusal | None:
    """Why this person may not; None when they may. The case must be visible to them already."""
    return RULES[act](profile, complaint)


def can(profile: "Profile", act: Act, complaint: "Complaint") -> bool:
    return refusal(profile, act, complaint) is None


def require(profile: "Profile", act: Act, complaint: "Complaint") -> None:
    """Raises NotAllowed."""
    why = refusal(profile, act, complaint)
    if why is not None:
        raise NotAllowed(act, why)


def leads_incidents(profile: "Profile", branch_id: int) -> bool:
    """Opens, asks, answers and closes incidents of this branch: its head; of a fund all who serve it."""
    of_fund = profile.tier == Tier.FUND and branch_id in profile.branch_ids
    return of_fund or branch_id in profile.headed_branch_ids


def may_call_clinics(profile: "Profile") -> bool:
    """Of this person's tier: to organise care, or to ask for an explanation."""
    return bool(profile.right(Action.ORGANISE_CARE) or profile.right(Action.ASK_CLINIC))


def may_close_with_any_outcome(profile: "Profile", complaint: "Complaint") -> bool:
    """False: only "organised" is open to this tier for this kind of appeal."""
    action = Action.CLOSE_COMPLAINT if complaint.kind == Kind.COMPLAINT else Action.CLOSE_CONSULTATION
    return profile.right(action) in {Extent.FULL, Extent.WITHOUT_REVIEW}
