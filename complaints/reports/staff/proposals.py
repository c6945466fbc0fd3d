"""The change of classification that waits for a second person: what, by whom, when, why; who may decide."""

from dataclasses import dataclass

from complaints.models import Complaint, Reclassification
from complaints.permissions import Act, Refusal, open_proposal, refusal
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
