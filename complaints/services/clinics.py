"""Which clinic an appeal is about: named by whoever works it, when a letter, a voice or a patient told it in
other words than the register's. Incidents, rising clinics and like appeals go by the register."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.escalation.moves import CHANGED
from complaints.models import Card, Complaint
from complaints.permissions import Act, require
from complaints.services import thread, transitions
from insurers.models import MedicalOrganisation
from omsportal.platform import bells
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile


@transaction.atomic
def name(
    *,
    complaint: Complaint,
    organisation: MedicalOrganisation | None,
    words: str,
    by: User,
    profile: "Profile",
    now: datetime,
) -> bool:
    """Set the clinic; a note of this person says what it was before. False: it was this one already.

    `words` stand where the register has no such clinic. Raises NotAllowed.
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.NAME_CLINIC, case)
    card = Card.objects.select_for_update().get(pk=case.pk)
    before = str(case.medical_organisation or card.sealed["details"].get("clinic", ""))
    after = organisation.short_name if organisation else words.strip()
    if before == after and case.medical_organisation == organisation:
        return False
    card.sealed = {**card.sealed, "details": {**card.sealed["details"], "clinic": after}}
    card.save(update_fields=["sealed"])
    case.medical_organisation = organisation
    case.region_of_care = organisation.region if organisation else case.region_of_care
    case.version += 1
    case.save(update_fields=["medical_organisation", "region_of_care", "version"])
    with translation.override(settings.LANGUAGE_CODE):
        said = _("Clinic: %(after)s. Before: %(before)s.") % {"after": after, "before": before or "–"}
    thread.post_by_staff(complaint=case, text=said, is_internal=True, by=by, profile=profile, now=now)
    bells.ring(CHANGED)
    return True
