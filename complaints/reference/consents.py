"""Texts of consents by version; a new text is a new version, never a change of the old one."""

from complaints.models import ConsentText
from complaints.reference.rows import lines


def load_consent_texts() -> int:
    """Add the texts of purposes that have none; returns how many."""
    known = set(ConsentText.objects.values_list("purpose", flat=True))
    missing = [ConsentText(**line) for line in lines("consents.csv") if line["purpose"] not in known]
    return len(ConsentText.objects.bulk_create(missing))
