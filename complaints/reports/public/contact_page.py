"""How we reach an applicant, as they see it, and what a change of it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from complaints import contact_rules, contacts
from complaints.contact_rules import Rules
from complaints.kinds import Changed, ContactWay
from complaints.models import Card, Complaint, Consent, ContactChange
from omsportal.platform import sms

WAYS = (ContactWay.PHONE.value, ContactWay.EMAIL.value, Changed.ADDRESS.value)


@dataclass(frozen=True, slots=True)
class Stopped:
    """Messages about news that somebody stopped: the applicant, or whoever had the link under one of them."""

    channel: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ContactsPage:
    """Masked: whoever holds a slip with number and code learns no contact."""

    case: Complaint
    phone: str
    email: str
    has_address: bool
    answer_channel: str
    wanted: set[str]
    stopped: dict[str, datetime]
    refused: set[str]
    email_is_lost: bool

    @property
    def wants_email(self) -> bool:
        return Consent.Purpose.EMAIL in self.wanted

    @property
    def wants_sms(self) -> bool:
        return Consent.Purpose.SMS in self.wanted

    @property
    def has_sms(self) -> bool:
        """This portal sends any."""
        return sms.is_on()

    @property
    def may_choose_answer(self) -> bool:
        return self.case.answered_at is None and self.case.closed_at is None


def contacts_page(case: Complaint) -> ContactsPage:
    card, given = case.card, _consents(case)
    return ContactsPage(
        case=case,
        phone=contacts.masked(contacts.given(card, ContactWay.PHONE)),
        email=contacts.masked_email(contacts.given(card, ContactWay.EMAIL)),
        has_address=bool(card.sealed["applicant"].get("address")),
        answer_channel=card.answer_channel,
        wanted={purpose for purpose, ended_at in given.items() if ended_at is None},
        stopped={purpose: ended_at for purpose, ended_at in given.items() if ended_at is not None},
        refused=contacts.refused_ways(card),
        email_is_lost=contacts.is_lost(card, ContactWay.EMAIL),
    )


def stopped_news(case: Complaint) -> list[Stopped]:
    """What the applicant once asked for, could get, and does not get any more. One query."""
    by_sms = [(Consent.Purpose.SMS, ContactWay.PHONE)] if sms.is_on() else []
    given = _consents(case)
    return [
        Stopped(purpose.value, ended_at)
        for purpose, way in [*by_sms, (Consent.Purpose.EMAIL, ContactWay.EMAIL)]
        if (ended_at := given.get(purpose)) is not None and contacts.given(case.card, way)
    ]


def _consents(case: Complaint) -> dict[str, datetime | None]:
    """By purpose the last one, and when it was taken back. There is never a living one before it."""
    rows = Consent.objects.filter(complaint=case).order_by("pk")
    return dict(rows.values_list("purpose", "revoked_at"))


def rules_of(case: Complaint, way: str) -> Rules:
    return contact_rules.rules_for(case.card, way, refused=contacts.refused_ways(case.card))


def known_contacts(card: Card, rules: Rules) -> Mapping[str, str]:
    """Where the code can go that shows who asks, masked; of the insurer's phone not a digit is told."""
    shown = {
        ContactWay.PHONE: contacts.masked(contacts.given(card, ContactWay.PHONE)),
        ContactWay.EMAIL: contacts.masked_email(contacts.given(card, ContactWay.EMAIL)),
        ContactWay.REGISTRY: "",
    }
    return {way.value: shown[way] for way in rules.known}


def wanted(change: ContactChange) -> str:
    """The new contact as the person who typed it recognises it."""
    new = str(change.sealed["new"])
    if change.way == ContactWay.EMAIL:
        return contacts.masked_email(new)
    return contacts.masked(contacts.as_e164(new)) if change.way == ContactWay.PHONE else ""


def shown_by(change: ContactChange) -> str:
    """The contact, masked, that got the code which shows who asks; empty: the insurer's phone."""
    card = change.complaint.card
    if change.known_way == ContactWay.EMAIL:
        return contacts.masked_email(contacts.given(card, ContactWay.EMAIL))
    by_phone = change.known_way == ContactWay.PHONE
    return contacts.masked(contacts.given(card, ContactWay.PHONE)) if by_phone else ""
