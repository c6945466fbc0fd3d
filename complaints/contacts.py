"""The contacts about a case, and the link by which a stranger says that one of them is theirs."""

import base64
from dataclasses import dataclass

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from complaints.kinds import ContactWay
from complaints.models import Card, ContactLink
from omsportal.platform import digests

_TOKEN_BYTES = 15  # twenty signs: it must fit into an SMS and cannot be guessed


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the applicant can be reached, with its "wrong number?" link."""

    way: ContactWay
    address: str
    wrong_url: str


def usable(card: Card, way: ContactWay) -> Contact | None:
    """The contact, unless a stranger said that it is theirs. Makes its link."""
    address = given(card, way)
    if not address:
        return None
    link = _link(card, way, address)
    if link.refused_at is not None:
        return None
    return Contact(way, address, f"{settings.SITE_URL}/contact/wrong/{_token(link)}/")


def given(card: Card, way: ContactWay) -> str:
    """An e-mail address, or a phone as +79201234567, from the card or from the policy. Empty: none."""
    if way is ContactWay.REGISTRY:
        return as_e164(str(card.policy.holder.get("phone") or "")) if card.policy is not None else ""
    text = str(card.sealed["applicant"].get(way.value) or "")
    return text if way is ContactWay.EMAIL else as_e164(text)


def as_e164(phone: str) -> str:
    """A phone however it is written in a record, as +79201234567; empty when it cannot be one."""
    try:
        parsed = phonenumbers.parse(phone, "RU")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def masked(phone: str) -> str:
    """+7 ••• •••-45-67: enough for the owner, nothing for others."""
    return f"{phone[:2]} ••• •••-{phone[-4:-2]}-{phone[-2:]}" if phone else ""


def wrong_contact(contact: Contact) -> str:
    """The end of every e-mail to a patient."""
    return _("This is not about you? Tell us, and we will not write here again: %(url)s") % {
        "url": contact.wrong_url
    }


def token_digest(token: str) -> bytes:
    return digests.blind(token, "wrong contact link")


def _link(card: Card, way: ContactWay, address: str) -> ContactLink:
    about = {"complaint_id": card.pk, "way": way, "contact_blind": digests.blind(address.lower(), "contact")}
    found: ContactLink | None = ContactLink.objects.filter(**about).first()
    if found is None:
        new = ContactLink(**about)
        new.token_digest = token_digest(_token(new))
        ContactLink.objects.bulk_create([new], ignore_conflicts=True)
        found = ContactLink.objects.get(**about)
    return found


def _token(link: ContactLink) -> str:
    """Derived, so that each message about the case carries the same link and nobody stores it."""
    secret = digests.blind(link.reference.bytes, "wrong contact token")[:_TOKEN_BYTES]
    return base64.urlsafe_b64encode(secret).decode()
