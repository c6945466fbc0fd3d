"""How an applicant can confirm who they are. Nothing here tells what the insurer's records hold."""

from dataclasses import dataclass
from datetime import datetime

from complaints import contacts, disclosure
from complaints.kinds import ContactWay, IdentityLevel
from complaints.models import Card, Complaint, OneTimeCode
from complaints.querysets import OneTimeCodeQuerySet
from omsportal.platform import sms

Purpose = OneTimeCode.Purpose


@dataclass(frozen=True, slots=True)
class IdentityPage:
    """The ways that are open to this case, and whether a code is on its way."""

    case: Complaint
    level: IdentityLevel
    by_registry: bool
    email: str  # masked; empty: not to be confirmed
    phone: str
    is_code_asked: bool

    @property
    def is_proven(self) -> bool:
        return self.level >= disclosure.PROVEN_FROM

    @property
    def purposes(self) -> list[str]:
        """What may be asked for."""
        ways = [
            (self.by_registry, Purpose.REGISTRY_PHONE),
            (self.email, Purpose.EMAIL),
            (self.phone, Purpose.PHONE),
        ]
        return [purpose.value for is_open, purpose in ways if is_open]


def identity_page(case: Complaint, *, now: datetime) -> IdentityPage:
    """The insurer's phone is offered to everybody who named a policy: whether there is one is never told."""
    card, level = case.card, IdentityLevel(case.card.identity_level)
    refused = contacts.refused_ways(card)
    codes: OneTimeCodeQuerySet = OneTimeCode.objects.to_confirm(case.pk)
    names_policy = bool(card.sealed["patient"].get("policy_number"))
    email, phone = _unconfirmed(card, level, refused)
    is_registry_silent = contacts.is_silent(card, ContactWay.REGISTRY)
    return IdentityPage(
        case=case,
        level=level,
        by_registry=(
            sms.is_on() and names_policy and not is_registry_silent and level < disclosure.PROVEN_FROM
        ),
        email=contacts.masked_email(email),
        phone=contacts.masked(phone) if sms.is_on() else "",
        is_code_asked=codes.open(now=now).exists(),
    )


def proven_by(case: Complaint, proof: str) -> str:
    """The phone that the code went to, masked: whoever typed the code holds it."""
    return (
        contacts.masked(contacts.given(case.card, ContactWay.REGISTRY))
        if proof == Purpose.REGISTRY_PHONE
        else ""
    )


def _unconfirmed(card: Card, level: IdentityLevel, refused: set[str]) -> tuple[str, str]:
    """E-mail and phone of the case that a code would still say something about."""
    if level >= IdentityLevel.CONTACT:
        return "", ""
    ways = (ContactWay.EMAIL, ContactWay.PHONE)
    silent = {way for way in ways if way in refused or contacts.is_silent(card, way)}
    email, phone = ("" if way in silent else contacts.given(card, way) for way in ways)
    return email, phone
