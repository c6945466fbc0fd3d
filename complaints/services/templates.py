"""Reply templates: a change is a new version, the old one stays for the letters it was used in."""

import re
from datetime import date, timedelta

from django.db import transaction

from complaints.models import Template
from representatives.models import User


@transaction.atomic
def revise(*, template: Template, by: User, today: date) -> Template:
    """Save the changed `template` as the next version in force from today; the one before ends yesterday.

    A version that began today is replaced in the same way: it ends on its first day.
    """
    versions = Template.objects.filter(code=template.code, branch=template.branch_id)
    latest = versions.select_for_update().order_by("-version").first()
    if latest is not None:
        latest.valid_to = max(latest.valid_from, today - timedelta(days=1))
        latest.save(update_fields=["valid_to"])
    template.pk, template._state.adding = None, True
    template.version = latest.version + 1 if latest is not None else 1
    template.approved_by, template.valid_from = by, today
    template.save(force_insert=True)
    return template


def is_ready_made(text: str) -> bool:
    """The text is an approved reply of any version, word for word, with its blanks filled in somehow."""
    words = " ".join(text.split())
    return any(_pattern(body).fullmatch(words) for body in Template.objects.values_list("body", flat=True))


#: What stands in a blank (number, date, phone): short, and no sentence of its own.
_BLANK = r"(?:(?![.!?] ).){0,40}"


def _pattern(body: str) -> re.Pattern[str]:
    parts = re.split(r"\{[a-z_]+\}", " ".join(body.split()))
    return re.compile(_BLANK.join(re.escape(part) for part in parts), re.IGNORECASE)
