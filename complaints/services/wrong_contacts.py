"""Somebody got a message about a stranger's appeal: that contact is used no more, and staff see it."""

from datetime import datetime

from django.db import transaction

from complaints import contacts
from complaints.kinds import Cause, ContactWay, IdentityLevel, Proof
from complaints.models import Card, Complaint, ContactLink, History
from complaints.services import transitions
from complaints.states import Event
from omsportal.platform import limits

#: What a refused contact had proven, and so proves no more.
_PROVED_BY: dict[str, tuple[str, ...]] = {
    ContactWay.EMAIL: (Proof.EMAIL_CODE, ""),
    ContactWay.PHONE: (Proof.PHONE_CODE, ""),
    ContactWay.REGISTRY: (Proof.REGISTRY_PHONE,),
}


def refuse(*, token: str, address: str, now: datetime) -> None:
    """Stop using the contact that this link was sent to. An unknown or used link looks the same.

    Raises LimitReached.
    """
    limits.spend("wrong_contact.address", address, now)
    link: ContactLink | None = ContactLink.objects.by_digest(contacts.token_digest(token))
    if link is not None and link.refused_at is None:
        _refuse(link, now)


@transaction.atomic
def _refuse(link: ContactLink, now: datetime) -> None:
    case = transitions.locked(link.complaint_id)
    if not ContactLink.objects.filter(pk=link.pk, refused_at=None).update(refused_at=now):
        return
    if not contacts.is_current(Card.objects.select_related("policy").get(pk=case.pk), link):
        return  # replaced, or never confirmed: the case does not use it
    _doubt(case, link.way)
    by_email = case.notify_by_email and link.way != ContactWay.EMAIL
    transitions.record(
        case, Event.CONTACT_REFUSED, now=now, cause=Cause.SYSTEM, reason=link.way, notify_by_email=by_email
    )


def _doubt(case: Complaint, way: str) -> None:
    """What this contact alone had told about the applicant is not known any more."""
    proven = (Event.IDENTIFIED, Event.CODE_RENEWED)
    last = History.objects.filter(complaint=case, event__in=proven).exclude(reason="").order_by("-id").first()
    if last is not None and last.reason in _PROVED_BY[way]:
        Card.objects.filter(pk=case.pk).update(identity_level=IdentityLevel.NONE)
