"""What the change of a contact of a case needs. Number and access code are a key on a slip of paper: alone
they never lead our messages, calls and letters to somebody else (docs/adr/0023)."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints import contacts, disclosure
from complaints.kinds import Changed, ContactWay
from complaints.models import Card
from omsportal.platform import sms


class Barred(TextChoices):
    """Why a contact cannot be changed on the site, and what to do instead."""

    DIED = "died", _(
        "The patient has died, so their own contacts are not used any more. If you are a relative, come to "
        "the office with the death certificate and your passport, and we enter your contacts."
    )  # fmt: skip
    UNPROVEN = "unproven", _(
        "Letters speak of health. To change their address, come to the office with a passport, or call: the "
        "specialist tells how to send a copy."
    )  # fmt: skip
    OFFICE = "office", _(
        "We cannot send a code to any contact that we know. Come to the office with a passport, and the "
        "specialist changes it. You can also call: the specialist tells how to send a copy."
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """`known`: contacts to which a code can go that shows who asks."""

    known: tuple[ContactWay, ...]
    needs_known: bool
    needs_new: bool
    barred: Barred | None


def rules_for(card: Card, way: str, *, refused: set[str]) -> Rules:
    """Of this card, for e-mail, phone or postal address. `refused`: contacts that are a stranger's.

    A code to a contact that was known before, as soon as there is one; a letter's address only by who is
    proven. Without any contact there is nothing to lead astray, and the code to the new one is enough.
    """
    used = [each for each in (ContactWay.EMAIL, ContactWay.PHONE) if contacts.given(card, each)]
    has_contact = any(each not in refused for each in used)
    needs_known = has_contact or way == Changed.ADDRESS
    known = _known(card, refused) if needs_known else ()
    if way == Changed.ADDRESS and not disclosure.is_proven(card):
        known = tuple(each for each in known if each is ContactWay.REGISTRY)
    return Rules(
        known=known,
        needs_known=needs_known,
        needs_new=way == ContactWay.EMAIL or (way == ContactWay.PHONE and sms.is_on()),
        barred=_barred(card, way, is_stuck=needs_known and not known),
    )


def _barred(card: Card, way: str, *, is_stuck: bool) -> Barred | None:
    if contacts.is_silent(card, ContactWay.PHONE):
        return Barred.DIED
    if not is_stuck:
        return None
    return Barred.UNPROVEN if way == Changed.ADDRESS else Barred.OFFICE


def _known(card: Card, refused: set[str]) -> tuple[ContactWay, ...]:
    """The insurer's phone is offered to everybody who named a policy: whether there is one is never told."""
    by_sms = sms.is_on()
    is_open = {
        ContactWay.PHONE: by_sms and bool(contacts.given(card, ContactWay.PHONE)),
        ContactWay.EMAIL: bool(contacts.given(card, ContactWay.EMAIL)),
        ContactWay.REGISTRY: by_sms and bool(card.sealed["patient"].get("policy_number")),
    }
    return tuple(
        way for way, is_so in is_open.items()
        if is_so and way not in refused and not contacts.is_silent(card, way)
    )  # fmt: skip
