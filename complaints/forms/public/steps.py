"""The pages of filing, in their order."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Step(StrEnum):
    THEME = "theme"
    WHOM = "whom"
    POLICY = "policy"
    INSURER = "insurer"  # only when the policy was not recognised, or the person says it is another insurer
    STORY = "story"
    FILES = "files"
    NAMING = "naming"
    CONTACTS = "contacts"


#: Every page that a person may come to, one after another; the insurer counts as a part of the policy.
ORDER = tuple(Step)
COUNTED = tuple(step for step in Step if step is not Step.INSURER)
TOTAL = len(COUNTED) + 1  # and the page with all answers

TITLES: dict[Step, str | Promise] = {
    Step.THEME: _("What happened?"),
    Step.WHOM: _("Whom is this appeal about?"),
    Step.POLICY: _("Whose policy is it?"),
    Step.INSURER: _("Which company insures the patient?"),
    Step.STORY: _("Tell what happened"),
    Step.FILES: _("Are there photos or documents?"),
    Step.NAMING: _("May we name the patient to the clinic?"),
    Step.CONTACTS: _("How shall we reach you and answer?"),
}


def number_of(step: Step) -> int:
    """The number shown above the page."""
    return COUNTED.index(Step.POLICY if step is Step.INSURER else step) + 1
