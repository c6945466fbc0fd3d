"""What waits for a second person, a change of classification or an answer: by whom, why, who decides."""

from dataclasses import dataclass

from complaints.models import AnswerProposal, Complaint, Reclassification
from complaints.permissions import Act, Refusal, open_proposal, proposed_answer, refusal
from complaints.reports.staff.content import Content
from representatives.profiles import Profile


@dataclass(frozen=True, slots=True)
class Proposal:
    """`why_not`: this person may not decide; None when they may. `note`: the proposer's own words."""

    change: Reclassification
    why_not: Refusal | None
    note: str

    @property
    def is_allowed(self) -> bool:
        return self.why_not is None


@dataclass(frozen=True, slots=True)
class ProposedAnswer:
    """`is_current`: the case is still where it was; else nobody can agree any more, and the text is kept."""

    proposal: AnswerProposal
    why_not: Refusal | None
    is_current: bool

    @property
    def is_allowed(self) -> bool:
        return self.why_not is None

    @property
    def text(self) -> str:
        return str(self.proposal.sealed["text"])


def answer_waiting(complaint: Complaint, profile: Profile) -> ProposedAnswer | None:
    """For those who may open the case. No query for one read with `has_answer_proposal` that has none."""
    proposal = proposed_answer(complaint)
    if proposal is None:
        return None
    why_not = refusal(profile, Act.REVIEW_ANSWER, complaint)
    return ProposedAnswer(proposal, why_not, proposal.still_fits(complaint))


def waiting(complaint: Complaint, profile: Profile, content: Content | None) -> Proposal | None:
    """No query for a case read with `has_proposal` that has none."""
    change = open_proposal(complaint)
    if change is None:
        return None
    why_not = refusal(profile, Act.DECIDE_RECLASSIFICATION, complaint)
    return Proposal(change, why_not, _note(change, content) if content else "")


def _note(change: Reclassification, content: Content) -> str:
    """The internal note that was left together with the proposal."""
    for post in content.talk.posts:
        message = post.message
        written = (message.posted_at, message.author_id, message.is_internal)
        if written == (change.proposed_at, change.proposed_by_id, True):
            return str(message.sealed["text"])
    return ""
