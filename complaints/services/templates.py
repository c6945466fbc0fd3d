"""Reply templates: a change is a new version, the old one stays for the letters it was used in."""

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
