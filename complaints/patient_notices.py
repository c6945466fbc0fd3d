"""Messages to patients about access to their case: one-time codes, and that a new access code was issued.

Each ends with a link by which a stranger who got it says so. No word of what the case is about.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from complaints import contacts, one_time_codes
from complaints.contacts import Contact
from complaints.kinds import ContactWay
from complaints.models import Card, ContactChange, OneTimeCode
from omsportal.platform import delivery
from omsportal.platform.clock import database_now
from omsportal.platform.models import Outbox
from omsportal.platform.sms import Sms

#: Kinds of notices. The row of a code names only the code's own id.
CODE, RENEWED, CHANGED, WITHDRAWN = "one_time_code", "code_renewed", "contacts_changed", "withdrawn"
#: Which contact a code of this purpose goes to, by channel. A recovery goes to every contact of the case.
_WAYS: dict[tuple[str, str], ContactWay] = {
    ("sms", OneTimeCode.Purpose.REGISTRY_PHONE): ContactWay.REGISTRY,
    ("sms", OneTimeCode.Purpose.PHONE): ContactWay.PHONE,
    ("email", OneTimeCode.Purpose.EMAIL): ContactWay.EMAIL,
    ("sms", OneTimeCode.Purpose.RECOVERY): ContactWay.PHONE,
    ("email", OneTimeCode.Purpose.RECOVERY): ContactWay.EMAIL,
}


def code(row: Outbox) -> EmailMessage | Sms | None:
    """The code, made at this moment; None when it is over, has no receiver, or its receiver got too many."""
    now = database_now()
    asked = OneTimeCode.objects.filter(pk=row.subject_id).select_related("complaint__card__policy").first()
    if asked is None or asked.complaint is None or not one_time_codes.is_open(asked, now=now):
        return None
    change = ContactChange.objects.with_code(asked.pk).first()
    contact = _receiver(asked, asked.complaint.card, change, row.channel)
    if contact is None or _has_enough(contact, row, now):
        return None
    words = {"code": one_time_codes.written(asked), "number": asked.complaint.number}
    is_allowing = asked.purpose == OneTimeCode.Purpose.KNOWN_CONTACT
    with translation.override(settings.LANGUAGE_CODE):
        warning = _warning(change) if change is not None and is_allowing else ""
        if contact.way is not ContactWay.EMAIL:
            return Sms(phone=contact.address, text=_sms_code(words, warning, contact))
        return _mail(contact, _("Code for appeal No. %(number)s") % words, _email_code(words), warning)


def _receiver(asked: OneTimeCode, card: Card, change: ContactChange | None, channel: str) -> Contact | None:
    """The contact that a code proves: of the case, of the insurer's records, or one that is to be new."""
    if asked.purpose == OneTimeCode.Purpose.NEW_CONTACT and change is not None:
        return contacts.at(card, ContactWay(change.way), str(change.sealed["new"]))
    if asked.purpose == OneTimeCode.Purpose.KNOWN_CONTACT and change is not None:
        return contacts.usable(card, ContactWay(change.known_way))
    way = _WAYS.get((channel, asked.purpose))
    return contacts.usable(card, way) if way is not None else None


def _warning(change: ContactChange) -> str:
    """What the code allows: whoever did not ask for that keeps it to themselves."""
    new = str(change.sealed["new"])
    by_phone = contacts.masked(contacts.as_e164(new)) if change.way == ContactWay.PHONE else ""
    shown = contacts.masked_email(new) if change.way == ContactWay.EMAIL else by_phone
    words = {"what": change.get_way_display(), "new": shown, "url": f"{settings.SITE_URL}/call/"}
    if shown:
        return _("It lets the %(what)s of the appeal be changed to %(new)s. Not you? Call: %(url)s") % words
    return _("It lets the %(what)s of the appeal be changed. Not you? Call: %(url)s") % words


def changed(row: Outbox) -> EmailMessage | Sms | None:
    """That a contact or the way of the answer was changed: to those from before, whatever was wanted."""
    change = None
    if row.subject_kind == "contact_change":
        change = ContactChange.objects.filter(pk=row.subject_id).first()
        if change is None:
            return None
    way = ContactWay.EMAIL if row.channel == "email" else ContactWay.PHONE
    card = Card.objects.get(pk=row.receiver_id)
    if change is not None and change.way == way:
        old = str(change.sealed["old"])
        contact = contacts.at(card, way, old) if old and not contacts.is_silent(card, way) else None
    else:
        contact = contacts.usable(card, way)
    if contact is None or _heard_enough(contact, row):
        return None
    with translation.override(settings.LANGUAGE_CODE):
        what = change.get_way_display() if change is not None else _("way of the answer")
        return _changed_message(contact, what, row.payload["number"])


def _changed_message(contact: Contact, what: str, number: str) -> EmailMessage | Sms:
    words = {"what": what, "number": number, "url": f"{settings.SITE_URL}/call/"}
    text = _("Changed in appeal No. %(number)s: %(what)s. Not you? Call: %(url)s") % words
    if contact.way is ContactWay.PHONE:
        return Sms(phone=contact.address, text=f"{text} {_wrong_sms(contact)}")
    return _mail(contact, _("Contacts changed in appeal No. %(number)s") % words, text)


def _mail(contact: Contact, subject: str, *parts: str) -> EmailMessage:
    """Whoever gets it by mistake can say so at its end."""
    body = "\n\n".join([*filter(None, parts), contacts.wrong_contact(contact)])
    return EmailMessage(subject=subject, body=body, to=[contact.address])


def renewed(row: Outbox) -> EmailMessage | Sms | None:
    """That the code was replaced. To every contact, whatever notices were wanted: it is about safety."""
    way = ContactWay.EMAIL if row.channel == "email" else ContactWay.PHONE
    contact = contacts.usable(Card.objects.get(pk=row.subject_id), way)
    if contact is None:
        return None
    number = row.payload["number"]
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": number, "url": f"{settings.SITE_URL}/call/"}
        if contact.way is ContactWay.PHONE:
            text = _("New access code issued for appeal No. %(number)s. Not you? Call: %(url)s") % words
            return Sms(phone=contact.address, text=f"{text} {_wrong_sms(contact)}")
        body = _(
            "A new access code was issued for appeal No. %(number)s. The old code does not work any more.\n\n"
            "If it was not you, call your insurer at once: %(url)s. Name the number of the appeal."
        )
        return _mail(contact, _("New access code for appeal No. %(number)s") % words, body % words)


def withdrawn(row: Outbox) -> EmailMessage | Sms | None:
    """That the appeal was taken back. To every contact: number and code are enough to do it."""
    way = ContactWay.EMAIL if row.channel == "email" else ContactWay.PHONE
    contact = contacts.usable(Card.objects.get(pk=row.subject_id), way)
    if contact is None or _heard_enough(contact, row):
        return None
    with translation.override(settings.LANGUAGE_CODE):
        words = {"number": row.payload["number"], "url": f"{settings.SITE_URL}/call/"}
        text = _("Appeal No. %(number)s was withdrawn on the site. Not you? Call: %(url)s") % words
        if contact.way is ContactWay.PHONE:
            return Sms(phone=contact.address, text=f"{text} {_wrong_sms(contact)}")
        return EmailMessage(
            subject=_("Appeal No. %(number)s was withdrawn") % words,
            body=f"{text}\n\n{contacts.wrong_contact(contact)}",
            to=[contact.address],
        )


def _heard_enough(contact: Contact, row: Outbox) -> bool:
    """Anybody may name anybody's contact in appeals of their own, and do things with them all day."""
    return row.attempts <= 1 and contacts.has_enough(contact, "changed.contact", now=database_now())


def _wrong_sms(contact: Contact) -> str:
    return _("Not about you? %(url)s") % {"url": contact.wrong_url}


def _sms_code(words: Mapping[str, str], warning: str, contact: Contact) -> str:
    text = _("Code %(code)s for appeal No. %(number)s, 10 minutes. Tell it to nobody, not to staff either.")
    return " ".join(filter(None, (text % words, warning, _wrong_sms(contact))))


def _email_code(words: Mapping[str, str]) -> str:
    text = _(
        "Your code for appeal No. %(number)s: %(code)s\n\n"
        "It works for 10 minutes, once. Type it on the page where you asked for it.\n\n"
        "Tell it to nobody: our staff never ask for it. If you did not ask for a code, do nothing."
    )
    return text % words


def _has_enough(contact: Contact, row: Outbox, now: datetime) -> bool:
    """Trying again is no second code."""
    return row.attempts <= 1 and contacts.has_enough(
        contact, "recovery.contact", "recovery.contact_day", now=now
    )


def register() -> None:
    """Called once, when the app is ready."""
    builders: dict[str, Callable[[Outbox], EmailMessage | Sms | None]] = {
        CODE: code, RENEWED: renewed, CHANGED: changed, WITHDRAWN: withdrawn,
    }  # fmt: skip
    for kind, builder in builders.items():
        for channel in ("email", "sms"):
            delivery.register(channel, builder, kind)
