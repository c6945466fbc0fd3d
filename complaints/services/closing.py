"""The end of a case: decision, the patient's verdict, withdrawal, forwarding, a new appeal."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import deadlines
from complaints.file_types import Accepted
from complaints.kinds import OUTCOMES_OF_KIND, Cause, Outcome
from complaints.models import Answer, Attachment, Barring, Card, Complaint, Consent, Leaving, Link
from complaints.patient_notices import WITHDRAWN
from complaints.permissions import Act, NotAllowed, Refusal, may_close_with_any_outcome, require
from complaints.services import (
    attachments,
    deciding,
    legal,
    second_eyes,
    taking_along,
    thread,
    transitions,
)
from complaints.services.deciding import Decision
from complaints.services.filing import Filed, Filing, file_complaint
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Event, Status
from insurers.models import Branch
from representatives.models import User
from representatives.roles import Tier

if TYPE_CHECKING:
    from representatives.profiles import Profile


def resolve(
    *,
    complaint: Complaint,
    outcome: str,
    text: str,
    sum_claimed: Decimal | None = None,
    sum_refunded: Decimal | None = None,
    no_health_facts: bool | None = None,
    files: Sequence[Accepted] = (),
    by: User,
    profile: "Profile",
    now: datetime,
) -> Complaint:
    """Decide with an outcome that fits the kind, and answer. An answer on the site is dispatched at once.

    Where the theme wants a second pair of eyes the answer is only proposed, and the case stays in work.
    Raises NotAllowed, RuleBroken, SomebodyWasFirst (the timer moved it meanwhile), FileRefused.
    """
    with attachments.all_or_nothing() as keep:
        case = transitions.locked(complaint.pk)
        if case.assignee_id != by.pk and complaint.assignee_id == by.pk:
            raise SomebodyWasFirst
        require(profile, Act.RESOLVE, case)
        now = transitions.not_before(case, now)
        _check_outcome(case, profile, outcome)
        decision = Decision(
            outcome=outcome, text=thread.checked_text(text),
            no_health_facts=thread.speaks_of_no_health(case, text, marked=no_health_facts),
            sum_claimed=sum_claimed, sum_refunded=sum_refunded,
        )  # fmt: skip
        _decide(case, decision, files, lambda: [
            keep(complaint=case, file=file, uploaded_by=by, now=now) for file in files
        ], by, now)  # fmt: skip
    return case


def _decide(
    case: Complaint, decision: Decision, files: Sequence[Accepted], kept: Callable[[], list[Attachment]],
    by: User, now: datetime,
) -> None:  # fmt: skip
    """At once, or by a second person. Pressed twice, an answer is proposed once, and its files kept once."""
    if not case.category.needs_second_person:
        deciding.take_effect(case, decision, files=kept(), by=by, now=now)
        return
    proposal = second_eyes.propose(case, decision, files=files, by=by, now=now)
    second_eyes.enclose(case, proposal, kept, by=by)


@transaction.atomic
def confirm(*, complaint: Complaint, now: datetime) -> Complaint:
    """The patient says that it helped. Pressing twice changes nothing.

    Raises SomebodyWasFirst, RuleBroken (after a death nobody is asked).
    """
    case = transitions.locked(complaint.pk)
    if Card.objects.filter(pk=case.pk, patient_died=True).exists():
        raise RuleBroken("died", _("We do not ask this about the appeal of somebody who has died."))
    if case.status == Status.CLOSED and case.helped:
        return case
    transitions.record(case, Event.CONFIRMED, now=now, cause=Cause.PATIENT, helped=True)
    return case


@transaction.atomic
def withdraw(*, complaint: Complaint, now: datetime) -> Complaint:
    """The patient takes the appeal back. Raises SomebodyWasFirst when it is decided already."""
    case = transitions.locked(complaint.pk)
    if case.status == Status.WITHDRAWN:
        return case
    line = transitions.record(
        case, Event.WITHDRAWN, now=now, cause=Cause.PATIENT, escalate_at=None, assignee=None,
        paused_at=None, wait_until=None, remaining_seconds=None,
    )  # fmt: skip
    # Whoever found the slip with number and code could do it: the applicant hears of it.
    thread.tell_every_contact(case, kind=WITHDRAWN, dedup=line.pk, now=now)
    return case


def check_reopening(case: Complaint, *, now: datetime) -> None:
    """Raises RuleBroken (too late, done before), SomebodyWasFirst (not answered)."""
    told_at = legal.told_the_end_at(case)
    if told_at is None:
        raise SomebodyWasFirst
    if not deadlines.may_ask_again(told_at, now, case.branch.zone):
        message = _("More than %(days)s days have passed since the answer. File a new appeal.")
        raise RuleBroken("reopen_too_late", message % {"days": deadlines.REOPEN_DAYS})
    if Link.objects.filter(earlier=case, kind=Link.Kind.REOPENING).exists():
        raise RuleBroken("reopened_already", _("You have already asked again: a new appeal is in work."))


def reopen(
    *,
    complaint: Complaint,
    text: str,
    by: User | None = None,
    profile: "Profile | None" = None,
    now: datetime,
) -> Filed:
    """It did not help: a linked new appeal with its own 30 days, one tier up, from the experts to the fund.

    What was said and answered before comes along. Without `by` the patient asks; staff ask for them with
    their profile. Raises RuleBroken (too late, done before), SomebodyWasFirst (not answered), NotAllowed.
    """
    with attachments.all_or_nothing() as keep:
        case = transitions.locked(complaint.pk)
        if profile is not None and legal.told_the_end_at(case) is not None:
            require(profile, Act.REOPEN, case)
        check_reopening(case, now=now)
        filed = file_complaint(filing=_again(case, text), by=by, now=now)
        _follow(case, filed.complaint, Link.Kind.REOPENING, by, now)
        taking_along.take_along(earlier=case, later=filed.complaint, keep=keep, with_story=True)
        _bar_the_earlier_expert(case, filed.complaint)
        transitions.record(
            case, Event.REOPENED, now=now, cause=Cause.STAFF if by else Cause.PATIENT, by=by, helped=False
        )
    return filed


def forward(
    *, complaint: Complaint, to: Branch, reason: str, by: User, profile: "Profile", now: datetime
) -> Filed:
    """Another body is competent: it registers the appeal anew with its own 30 days; both are linked.

    The whole card goes there, with what was sent and written. Raises NotAllowed, RuleBroken (to itself, to an
    insurer when it is about one).
    """
    with attachments.all_or_nothing() as keep:
        case = transitions.locked(complaint.pk)
        require(profile, Act.FORWARD, case)
        _check_addressee(case, to)
        filed = file_complaint(filing=_same_for(case, to), by=by, now=now)
        _follow(case, filed.complaint, Link.Kind.FORWARD, by, now)
        taking_along.take_along(earlier=case, later=filed.complaint, keep=keep)
        transitions.record(
            case, Event.FORWARDED, now=now, cause=Cause.STAFF, by=by, reason=reason,
            escalate_at=None, assignee=None,
        )  # fmt: skip
        thread.tell_contact(case, kind="forwarded", now=now)
    return filed


def _check_addressee(case: Complaint, to: Branch) -> None:
    if to.pk == case.branch_id:
        raise RuleBroken("forward_to_itself", _("The case is with this body already."))
    if case.category.about_insurer and not to.is_fund:
        message = _("An appeal about an insurer is for the fund, never for an insurer: choose the fund.")
        raise RuleBroken("forward_complained_of", message)


def _check_outcome(case: Complaint, profile: "Profile", outcome: str) -> None:
    if outcome not in OUTCOMES_OF_KIND[case.kind]:
        raise RuleBroken(
            "outcome_of_kind", _("This outcome does not fit the kind of appeal: choose another.")
        )
    if outcome != Outcome.ORGANISED and not may_close_with_any_outcome(profile, case):
        raise NotAllowed(Act.RESOLVE, Refusal.NO_RIGHT)


def _again(case: Complaint, text: str) -> Filing:
    card = Card.objects.get(pk=case.pk)
    details = {**card.sealed["details"], "story": thread.checked_text(text), "earlier_number": case.number}
    about_insurer = case.tier == Tier.EXPERTS
    fund = Branch.objects.fund_of_region(case.branch.region) if about_insurer else None
    return Filing(
        **_common(case, card),
        branch=fund or case.branch,
        details=details,
        lower_tier=min(case.tier + 1, Tier.EXPERTS),
    )


def _same_for(case: Complaint, to: Branch) -> Filing:
    card = Card.objects.get(pk=case.pk)
    return Filing(**_common(case, card), branch=to, details=card.sealed["details"])


def _common(case: Complaint, card: Card) -> dict[str, Any]:
    return {
        "category": case.category,
        "kind": case.kind,
        "channel": case.channel,
        "form": case.form,
        "urgency": case.urgency,
        "for_whom": card.for_whom,
        "is_anonymous": card.is_anonymous,
        "applicant": card.sealed["applicant"],
        "patient": card.sealed["patient"],
        "policy_id": card.policy_id,
        "region": case.branch.region,
        "region_of_care": case.region_of_care,
        "medical_organisation": case.medical_organisation,
        "identity_level": card.identity_level,
        "naming_consent": card.naming_consent,
        "answer_channel": card.answer_channel,
        "consents": [consent.purpose for consent in Consent.objects.filter(complaint=case, revoked_at=None)],
    }


def _follow(case: Complaint, later: Complaint, kind: Link.Kind, by: User | None, now: datetime) -> None:
    """Bound to each other; nobody has to tell of a death twice."""
    if Card.objects.filter(pk=case.pk, patient_died=True).exists():
        Card.objects.filter(pk=later.pk).update(patient_died=True)
    Link.objects.create(earlier=case, later=later, kind=kind, linked_at=now, linked_by=by)


def _bar_the_earlier_expert(case: Complaint, later: Complaint) -> None:
    """Whoever decided, alone or as the second person of an appeal left without an answer, does not again."""
    answer = Answer.objects.filter(complaint=case).first()
    earlier = {answer.decided_by_id} if answer is not None else set()
    for leaving in Leaving.objects.granted().of_case(case.pk):
        earlier |= {leaving.proposed_by_id, leaving.decided_by_id}
    why = Barring.Why.EARLIER_EXPERT
    Barring.objects.bulk_create(Barring(complaint=later, user_id=pk, why=why) for pk in sorted(earlier))
