"""Notices to patients: that there is news, never what it is (medical secrecy)."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.models import Card, Consent
from omsportal.platform import delivery
from omsportal.platform.models import Outbox


def news_for_contact(row: Outbox) -> EmailMessage | None:
    """An e-mail to the applicant; None when they withdrew their consent or left no address."""
    if row.receiver_kind != "contact" or not _consents(row.subject_id):
        return None
    address = Card.objects.get(pk=row.subject_id).sealed["applicant"].get("email")
    if not address:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        return EmailMessage(
            subject=_("There is news on appeal No. %(number)s") % {"number": row.payload["number"]},
            body=_body(row.payload["number"]),
            to=[address],
        )


def _consents(complaint_id: int) -> bool:
    return Consent.objects.filter(
        complaint_id=complaint_id, purpose=Consent.Purpose.EMAIL, revoked_at=None
    ).exists()


def _body(number: str) -> str:
    return _(
        "There is news on your appeal No. %(number)s.\n\n"
        "Open %(url)s and enter the number and your access code.\n\n"
        "We never ask for a code from an SMS, a card number or the Gosuslugi password. "
        "Our staff always name the number of the appeal."
    ) % {"number": number, "url": f"{settings.SITE_URL}/status/"}


def register() -> None:
    """Called once, when the app is ready."""
    delivery.register("email", news_for_contact)
