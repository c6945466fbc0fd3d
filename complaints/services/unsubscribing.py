"""Stopping notices by the link under one of them."""

from datetime import datetime

from complaints import contacts
from complaints.kinds import ContactWay
from complaints.models import Card, Consent, ContactLink
from complaints.services import consents

_PURPOSES = {ContactWay.EMAIL.value: Consent.Purpose.EMAIL, ContactWay.PHONE.value: Consent.Purpose.SMS}


def channel_of(token: str) -> str:
    """What the link stops: "email" or "sms"; empty for none of ours. Of the case nothing is told.

    A token that we did not make costs no query, so no limit is needed.
    """
    link = _link(token)
    return _PURPOSES[link.way].value if link is not None else ""


def stop(*, token: str, now: datetime) -> str:
    """Take back the consent to notices of this channel, and no other; returns the channel as `channel_of`.

    The link of a contact that the case has no more changes nothing: nothing is sent there anyway.
    """
    link = _link(token)
    if link is None:
        return ""
    card = Card.objects.select_related("complaint").get(pk=link.complaint_id)
    purpose = _PURPOSES[link.way]
    if contacts.is_current(card, link):
        consents.revoke(complaint=card.complaint, purpose=purpose, now=now)
    return purpose.value


def _link(token: str) -> ContactLink | None:
    reference = contacts.reference_of(token)
    if reference is None:
        return None
    found: ContactLink | None = ContactLink.objects.filter(reference=reference, way__in=_PURPOSES).first()
    return found
