"""Stopping notices by the link under one of them."""

from datetime import datetime

from complaints import contacts
from complaints.kinds import ContactWay
from complaints.models import Card, Consent, ContactLink
from complaints.services import consents

_PURPOSES = {ContactWay.EMAIL.value: Consent.Purpose.EMAIL, ContactWay.PHONE.value: Consent.Purpose.SMS}


def stop(*, token: str, now: datetime) -> bool:
    """Take back the consent to notices of this channel. False: nothing changed; nobody is told which.

    A token that we did not make costs no query, so no limit is needed. The link of a contact that the case
    has no more does nothing.
    """
    reference = contacts.reference_of(token)
    link = ContactLink.objects.filter(reference=reference).first() if reference else None
    purpose = _PURPOSES.get(link.way) if link is not None else None
    if link is None or purpose is None:
        return False
    card = Card.objects.select_related("complaint").get(pk=link.complaint_id)
    if not contacts.is_current(card, link):
        return False
    return consents.revoke(complaint=card.complaint, purpose=purpose, now=now)
