"""The contacts about a case, and the link by which a stranger says that one of them is theirs."""

import base64
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from complaints.kinds import AnswerChannel, ContactWay, ForWhom
from complaints.models import Card, ContactLink
from omsportal.platform import digests, limits

_TOKEN_BYTES = 15  # twenty signs: it must fit into an SMS and cannot be guessed


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the applicant can be reached, with its "wrong number?" link."""

    way: ContactWay
    address: str
    wrong_url: str
    stop_token: str = ""


def usable(card: Card, way: ContactWay) -> Contact | None:
    """The contact, unless a stranger said that it is theirs or it was the late patient's. Makes its link."""
    address = given(card, way)
    is_used = bool(address) and not is_silent(card, way) and not is_lost(card, way)
    return at(card, way, address) if is_used else None


def is_silent(card: Card, way: ContactWay) -> bool:
    """It was the patient's own, and the patient has died: nothing is sent there, and it proves nothing."""
    return card.patient_died and (way is ContactWay.REGISTRY or card.for_whom == ForWhom.SELF)


def is_lost(card: Card, way: ContactWay) -> bool:
    """Our letters come back from there: there is no such address."""
    return way is ContactWay.EMAIL and card.email_failed_at is not None


def answer_way(complaint_id: int) -> str:
    """How the answer leaves; asked for by e-mail, but no letter arrives there, it lies on the site."""
    card: Card = Card.objects.only("answer_channel", "email_failed_at").get(pk=complaint_id)
    goes_nowhere = card.answer_channel == AnswerChannel.EMAIL and is_lost(card, ContactWay.EMAIL)
    return str(AnswerChannel.SITE if goes_nowhere else card.answer_channel)


def at(card: Card, way: ContactWay, address: str) -> Contact | None:
    """This address as a contact of the case, unless a stranger said that it is theirs. Makes its link."""
    link = _link(card, way, address)
    if link.refused_at is not None:
        return None
    url = f"{settings.SITE_URL}/contact/wrong/{_token(link)}/"
    return Contact(way, address, url, stop_token(link.reference))


def has_enough(contact: Contact, *names: str, now: datetime) -> bool:
    """This address got so many messages that it gets no further one for now, whatever cases it stands in."""
    mailbox, at, host = contact.address.lower().rpartition("@")
    counted = f"{mailbox.partition('+')[0] or mailbox}@{host}" if at else host
    return any(limits.exceeded(name, counted, now) for name in names)


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


def masked_email(address: str) -> str:
    """v•••@example.org, for the same reason."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}•••@{host}" if host else ""


def refused_ways(card: Card) -> set[str]:
    """Contacts the case has now that lead to a stranger, or nowhere. One query."""
    links: list[ContactLink] = list(ContactLink.objects.refused(card.pk))
    lost = {ContactWay.EMAIL.value} if is_lost(card, ContactWay.EMAIL) else set[str]()
    return lost | {link.way for link in links if is_current(card, link)}


def is_current(card: Card, link: ContactLink) -> bool:
    """The link belongs to a contact that the case still has."""
    address = given(card, ContactWay(link.way))
    return bool(address) and digests.matches(link.contact_blind, _blind(address))


def unsubscribe_url(contact: Contact) -> str:
    """Where whoever reads this contact stops the notices to it. The token is checked without the database."""
    return f"{settings.SITE_URL}/notices/stop/{contact.stop_token}/"


def stop_token(reference: UUID) -> str:
    return base64.urlsafe_b64encode(reference.bytes + _stop_seal(reference)).decode().rstrip("=")


def reference_of(token: str) -> UUID | None:
    """The link whose contact gets no more notices; None for a token that we did not make."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        reference = UUID(bytes=raw[:16])
    except ValueError:
        return None
    return reference if digests.matches(_stop_seal(reference), raw[16:]) else None


def _stop_seal(reference: UUID) -> bytes:
    return digests.blind(reference.bytes, "unsubscribe token")[:_TOKEN_BYTES]


def wrong_contact(contact: Contact) -> str:
    """The end of every e-mail to a patient."""
    return _("This is not about you? Tell us, and we will not write here again: %(url)s") % {
        "url": contact.wrong_url
    }


def token_digest(token: str) -> bytes:
    return digests.blind(token, "wrong contact link")


def _link(card: Card, way: ContactWay, address: str) -> ContactLink:
    about = {"complaint_id": card.pk, "way": way, "contact_blind": _blind(address)}
    found: ContactLink | None = ContactLink.objects.filter(**about).first()
    if found is None:
        new = ContactLink(**about)
        new.token_digest = token_digest(_token(new))
        ContactLink.objects.bulk_create([new], ignore_conflicts=True)
        found = ContactLink.objects.get(**about)
    return found


def _blind(address: str) -> bytes:
    return digests.blind(address.lower(), "contact")


def _token(link: ContactLink) -> str:
    """Derived, so that each message about the case carries the same link and nobody stores it."""
    secret = digests.blind(link.reference.bytes, "wrong contact token")[:_TOKEN_BYTES]
    return base64.urlsafe_b64encode(secret).decode()
