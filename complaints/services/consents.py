"""Consents: which text somebody agreed to, and taking it back."""

from datetime import date, datetime

from django.db import transaction

from complaints.models import Complaint, Consent, ConsentText
from complaints.services import transitions

#: Of portals whose texts were never loaded.
FIRST_VERSION = "2026-01"


def texts_on(day: date) -> dict[str, ConsentText]:
    """By purpose, the newest text in force."""
    rows = ConsentText.objects.valid_on(day).order_by("valid_from", "pk")
    return {row.purpose: row for row in rows}


def versions_on(day: date) -> dict[str, str]:
    """By purpose, the version that whoever agrees on that day has read."""
    texts = texts_on(day)
    return {
        purpose: texts[purpose].version if purpose in texts else FIRST_VERSION
        for purpose in Consent.Purpose.values
    }


@transaction.atomic
def revoke(*, complaint: Complaint, purpose: str, now: datetime) -> bool:
    """Take a consent back: from now on nothing is done on its ground. False: there was none.

    Twice changes nothing; the appeal is worked on as before.
    """
    case = transitions.locked(complaint.pk)
    given = Consent.objects.filter(complaint=case, purpose=purpose, revoked_at=None)
    changed: int = given.update(revoked_at=max(now, case.registered_at))
    if changed and purpose == Consent.Purpose.EMAIL:
        Complaint.objects.filter(pk=case.pk).update(notify_by_email=False)
    return bool(changed)
