"""What waits for a second person among the cases that somebody may open: the few proposals nobody decided on.

Each list begins at its partial index of open proposals (one for a case at most) and reads their cases by
primary key, however many cases there are.
"""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.models import AnswerProposal, Complaint, Leaving, Reclassification
from omsportal.platform.pagination import Page, page
from representatives.profiles import Profile


class Waits(TextChoices):
    """What was proposed."""

    RECLASSIFICATION = "reclassification", _("another classification, or a lower urgency")
    ANSWER = "answer", _("an answer")
    WITHOUT_ANSWER = "without_answer", _("to leave the appeal without an answer")


_MODELS: dict[str, Any] = {
    Waits.RECLASSIFICATION: Reclassification, Waits.ANSWER: AnswerProposal, Waits.WITHOUT_ANSWER: Leaving,
}  # fmt: skip


def page_of(profile: Profile, *, waits: str, size: int, cursor: str = "") -> Page[Any]:
    """The longest waiting first, with case and proposer; what the case has outrun is left out.

    Raises CursorInvalid.
    """
    desk = Complaint.objects.on_desk_of(profile)
    rows = _MODELS[waits].objects.open().fitting().filter(complaint__in=desk)
    return page(
        rows.select_related("complaint__branch", "proposed_by"), field="proposed_at", size=size, cursor=cursor
    )
