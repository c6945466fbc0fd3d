"""Messages to patients about access to their case: one-time codes, and that a new access code was issued.

Each ends with a link by which a stranger who got it says so. No word of what the case is about.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from complaints import contacts, one_time_codes
from complaints.contacts import Contact
from complaints.kinds import ContactWay
from complaints.models import Card, OneTimeCode
from omsportal.platform import delivery, limits
from omsportal.platform.clock import database_now
from omsportal.platform.models import Outbox
from omsportal.platform.sms import Sms

#: Kinds of notices. The row of a code names only the code's own id.
CODE, RENEWED = "one_time_code", "code_renewed"
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
    way = _WAYS.get((row.channel, asked.purpose)) if asked is not None else None
    if asked is None or way is None or asked.complaint is None or not one_time_codes.is_open(asked, now=now):
        return None
    contact = contacts.usable(asked.complaint.card, way)
    if contact is None or not _is_spared(contact, first=row.attempts <= 1):
        return None
    digits, number = one_time_codes.written(asked), asked.complaint.number
    with translation.override(settings.LANGUAGE_CODE):
        if contact.way is not ContactWay.EMAIL:
            return Sms(phone=contact.address, text=_sms_code(digits, number, contact))
        return EmailMessage(
            subject=_("Code for appeal No. %(number)s") % {"number": number},
            body=f"{_email_code(digits, number)}\n\n{contacts.wrong_contact(contact)}",
            to=[contact.address],
        )


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
        return EmailMessage(
            subject=_("New access code for appeal No. %(number)s") % words,
            body=f"{body % words}\n\n{contacts.wrong_contact(contact)}",
            to=[contact.address],
        )


def _wrong_sms(contact: Contact) -> str:
    return _("Not about you? %(url)s") % {"url": contact.wrong_url}


def _sms_code(digits: str, number: str, contact: Contact) -> str:
    text = _("Code %(code)s for appeal No. %(number)s, 10 minutes. Tell it to nobody, not to staff either.")
    return f"{text % {'code': digits, 'number': number}} {_wrong_sms(contact)}"


def _email_code(digits: str, number: str) -> str:
    return _(
        "Your code for appeal No. %(number)s: %(code)s\n\n"
        "It works for 10 minutes, once. Type it on the page where you asked for it.\n\n"
        "Tell it to nobody: our staff never ask for it. If you did not ask for a code, do nothing."
    ) % {"code": digits, "number": number}


def _is_spared(contact: Contact, *, first: bool) -> bool:
    """False: this address got enough for now, whatever cases it stands in. Trying again is no second code."""
    return not (first and limits.exceeded("recovery.contact", contact.address.lower(), database_now()))


def register() -> None:
    """Called once, when the app is ready."""
    builders: dict[str, Callable[[Outbox], EmailMessage | Sms | None]] = {CODE: code, RENEWED: renewed}
    for kind, builder in builders.items():
        for channel in ("email", "sms"):
            delivery.register(channel, builder, kind)
