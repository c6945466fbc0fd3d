"""Consents: which text somebody agreed to, and taking it back."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from complaints.models import Card, Complaint, Consent, ConsentText
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


def is_given(complaint: Complaint, purpose: str) -> bool:
    """Given and not taken back."""
    return Consent.objects.filter(complaint=complaint, purpose=purpose, revoked_at=None).exists()


@transaction.atomic
def give(*, complaint: Complaint, purpose: str, address: str, now: datetime) -> bool:
    """Agree to the text in force. False: agreed before. `address`: the network address it came from."""
    case = transitions.locked(complaint.pk)
    if is_given(case, purpose):
        return False
    Consent.objects.create(
        complaint=case,
        purpose=purpose,
        version=versions_on(now.astimezone(case.branch.zone).date())[purpose],
        given_at=now,
        sealed={"address": address},
    )
    if purpose == Consent.Purpose.EMAIL:
        has_email = bool(Card.objects.get(pk=case.pk).sealed["applicant"].get("email"))
        Complaint.objects.filter(pk=case.pk).update(notify_by_email=has_email)
    return True


@transaction.atomic
def revoke(*, complaint: Complaint, purpose: str, now: datetime) -> bool:
    """Take a consent back: from now on nothing is done on its ground. False: there was none.

    Twice changes nothing; the appeal is worked on as before.
    """
    case = transitions.locked(complaint.pk)
    given = Consent.objects.filter(complaint=case, purpose=purpose, revoked_at=None)
    changed: int = given.update(revoked_at=Greatest(F("given_at"), Value(now)))
    if changed and purpose == Consent.Purpose.EMAIL:
        Complaint.objects.filter(pk=case.pk).update(notify_by_email=False)
    return bool(changed)
