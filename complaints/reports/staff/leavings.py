"""An appeal that is to be left without an answer: what is proposed, who may decide, by when who is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints.models import Complaint, Leaving, NoAnswerGround
from complaints.permissions import Act, Refusal, refusal
from complaints.services.without_answer import notice_text
from representatives.profiles import Profile


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """`waiting`: for the second person; `granted`: how it ended, with the words of the letter."""

    waiting: Leaving | None
    granted: Leaving | None
    earlier: list[Leaving]
    why_not_propose: Refusal | None
    why_not_decide: Refusal | None
    letter: str
    note: str


def leaving_page(complaint: Complaint, profile: Profile) -> LeavingPage:
    """Three queries by the index of the case."""
    rows = list(complaint.leavings.with_words().order_by("pk"))
    waiting = next((row for row in rows if row.decided_at is None and row.still_fits(complaint)), None)
    granted = next((row for row in rows if row.approved), None)
    has_letter = granted is not None and granted.ground.notice_days is not None
    return LeavingPage(
        waiting=waiting,
        granted=granted,
        earlier=[row for row in rows if row is not waiting and row is not granted],
        why_not_propose=refusal(profile, Act.LEAVE, complaint),
        why_not_decide=refusal(profile, Act.DECIDE_LEAVING, complaint) if waiting else None,
        note=_note(complaint, waiting) if waiting else "",
        letter=notice_text(granted, complaint) if has_letter and granted is not None else "",
    )


def _note(complaint: Complaint, leaving: Leaving) -> str:
    """The internal note that was left together with the proposal."""
    left = complaint.messages.filter(
        posted_at=leaving.proposed_at, author=leaving.proposed_by_id, is_internal=True
    ).first()
    return str(left.sealed["text"]) if left is not None else ""


def grounds(complaint: Complaint, now: datetime) -> Any:
    """Those in force today where the branch is."""
    return NoAnswerGround.objects.valid_on(now.astimezone(complaint.branch.zone).date())
