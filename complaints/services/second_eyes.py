"""Some answers need a second pair of eyes: one person proposes, another agrees or returns it with a reason.

Until then nothing is decided: the case stays with its holder, both clocks run on.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from complaints.escalation.moves import CHANGED
from complaints.file_types import Accepted
from complaints.kinds import Cause
from complaints.models import AnswerProposal, Attachment, Complaint, Message
from complaints.permissions import Act, require
from complaints.services import attachments, deciding, thread, transitions, work_drafts
from complaints.services.deciding import Decision
from complaints.services.transitions import SomebodyWasFirst
from complaints.states import Event
from omsportal.platform import bells, digests, outbox
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

PROPOSED, APPROVED, RETURNED = (f"answer_{end}" for end in ("proposed", "approved", "returned"))


def propose(
    case: Complaint, decision: Decision, *, files: Sequence[Accepted] = (), by: User, now: datetime
) -> AnswerProposal:
    """Ask for a second person. What was proposed before and nobody decided on is replaced.

    The case is locked, `by` holds it and may decide. Pressed twice it asks once; with other files it is
    another proposal, so that nobody agrees to a file that they have not seen.
    """
    waiting: AnswerProposal | None = AnswerProposal.objects.open().of_case(case.pk).first()
    if waiting is not None and _is_the_same(waiting, case, decision, by) and _has(waiting, files):
        return waiting
    AnswerProposal.objects.open().of_case(case.pk).update(approved=False, decided_at=now)
    proposal: AnswerProposal = AnswerProposal.objects.create(
        complaint=case, hop=case.hop, outcome=decision.outcome, no_health_facts=decision.no_health_facts,
        sealed={"text": decision.text}, sum_claimed=decision.sum_claimed,
        sum_refunded=decision.sum_refunded, proposed_by=by, proposed_at=now,
    )  # fmt: skip
    transitions.record(case, Event.ANSWER_PROPOSED, now=now, cause=Cause.STAFF, by=by)
    receivers = ("pool", "head")
    outbox.enqueue_many([_notice(case, proposal, PROPOSED, to, case.branch_id) for to in receivers], now)
    return proposal


def enclose(
    case: Complaint, proposal: AnswerProposal, kept: Callable[[], list[Attachment]], *, by: User
) -> None:
    """Files of a proposed answer: for staff only until somebody agrees. Pressed twice they are kept once."""
    token = _token(proposal)
    if Message.objects.filter(complaint=case, token_digest=token).exists():
        return
    files = kept()
    if not files:
        return
    with translation.override(settings.LANGUAGE_CODE):
        text = gettext("Files of the proposed answer.")
    note = Message.objects.create(
        complaint=case, author_kind=Message.Author.STAFF, author=by, is_internal=True, token_digest=token,
        posted_at=proposal.proposed_at, sealed={"text": text},
    )  # fmt: skip
    thread.attach(note, files)


def _token(proposal: AnswerProposal) -> bytes:
    """By which the note with its files is found again."""
    return digests.blind(f"answer proposal {proposal.pk}", "message token")


@transaction.atomic
def decide(
    *, complaint: Complaint, proposal_id: int, approve: bool, reason: str = "", by: User, profile: "Profile",
    now: datetime,
) -> AnswerProposal:  # fmt: skip
    """Agree, and the answer is given; or return it with a reason, and its text waits for its author again.

    Raises NotAllowed, RuleBroken (no reason), SomebodyWasFirst (another one waits, the case has moved on).
    """
    case = transitions.locked(complaint.pk)
    proposal: AnswerProposal | None = AnswerProposal.objects.open().of_case(case.pk).with_names().first()
    if proposal is None or proposal.pk != proposal_id or not proposal.still_fits(case):
        raise SomebodyWasFirst
    require(profile, Act.REVIEW_ANSWER, case)
    now = transitions.not_before(case, now)
    proposal.decided_by, proposal.decided_at, proposal.approved = by, now, approve
    proposal.save(update_fields=["decided_by", "decided_at", "approved"])
    if approve:
        deciding.take_effect(
            case, _decision(proposal), files=list(Attachment.objects.of_note(case.pk, _token(proposal))),
            by=proposal.proposed_by, second_person=by, now=now,
        )  # fmt: skip
    else:
        _give_back(case, proposal, reason, by, profile, now)
    kind = APPROVED if approve else RETURNED
    outbox.enqueue_many([_notice(case, proposal, kind, "user", proposal.proposed_by_id)], now)
    bells.ring(CHANGED)
    return proposal


def _give_back(
    case: Complaint, proposal: AnswerProposal, reason: str, by: User, profile: "Profile", now: datetime
) -> None:
    """The reason stands in the thread, for staff only; the text is the author's unsent one again."""
    thread.post_by_staff(complaint=case, text=reason, is_internal=True, by=by, profile=profile, now=now)
    typed = {"outcome": proposal.outcome, "text": str(proposal.sealed["text"])}
    for name in ("sum_claimed", "sum_refunded"):
        value = getattr(proposal, name)
        typed |= {name: str(value)} if value is not None else {}
    work_drafts.put_back(
        complaint=case, user=proposal.proposed_by, act=Act.RESOLVE.value, typed=typed, now=now
    )
    transitions.record(case, Event.ANSWER_RETURNED, now=now, cause=Cause.STAFF, by=by)


def _decision(proposal: AnswerProposal) -> Decision:
    return Decision(
        outcome=proposal.outcome, text=str(proposal.sealed["text"]),
        no_health_facts=proposal.no_health_facts, sum_claimed=proposal.sum_claimed,
        sum_refunded=proposal.sum_refunded,
    )  # fmt: skip


def _has(waiting: AnswerProposal, files: Sequence[Accepted]) -> bool:
    """These files lie with it already; none: pressed again without choosing them once more."""
    kept = Attachment.objects.of_note(waiting.complaint_id, _token(waiting))
    digests_kept = [bytes(digest) for digest in kept.values_list("content_digest", flat=True)]
    return not files or digests_kept == [attachments.digest_of(file.content) for file in files]


def _is_the_same(waiting: AnswerProposal, case: Complaint, decision: Decision, by: User) -> bool:
    return waiting.still_fits(case) and waiting.proposed_by_id == by.pk and _decision(waiting) == decision


def _notice(
    case: Complaint, proposal: AnswerProposal, kind: str, receiver: str, receiver_id: int
) -> outbox.Notice:
    return outbox.Notice(
        channel="portal", kind=kind, subject_kind="complaint", subject_id=case.pk, hop=case.hop,
        receiver_kind=receiver, receiver_id=receiver_id, dedup=proposal.pk,
        payload={"number": case.number, "tier": case.tier},
    )  # fmt: skip
