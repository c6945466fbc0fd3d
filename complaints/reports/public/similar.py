"""An appeal about the same, shown only to whoever may know of it: who has opened it in this browser."""

from datetime import datetime, timedelta

from complaints.models import Category, Complaint
from insurers.models import MedicalOrganisation
from omsportal.platform.folding import folded

#: Later the same trouble is a new one.
WITHIN = timedelta(days=30)


def is_similar(
    opened: Complaint,
    *,
    theme: Category | None,
    clinic: str,
    organisation: MedicalOrganisation | None,
    now: datetime,
) -> bool:
    """The opened appeal is in work, young enough, of the same theme and about the same clinic."""
    is_about_it = opened.is_open and theme is not None and opened.patient_category_id == theme.pk
    if not is_about_it or opened.registered_at <= now - WITHIN:
        return False
    if organisation is not None and opened.medical_organisation_id is not None:
        return bool(opened.medical_organisation_id == organisation.pk)
    return folded(str(opened.card.sealed["details"].get("clinic", ""))) == folded(clinic)
