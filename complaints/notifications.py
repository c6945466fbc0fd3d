"""Notices by e-mail and SMS: that there is news or an urgent case, never what it is (medical secrecy)."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.models import Card, Complaint, Consent
from complaints.states import Status
from omsportal.platform import delivery
from omsportal.platform.models import Outbox
from representatives.models import User

#: Calls to a duty person, and to heads when the urgent lane ends without help.
DUTY_CALL, DUTY_LATE = "duty_call", "duty_late"


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


def duty_email(row: Outbox) -> EmailMessage | None:
    """A call to a duty person, or to a head at the end of the lane, at their work address."""
    person = _called(row)
    if person is None or not person.email:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        return EmailMessage(
            subject=_urgent(row), body=f"{_what_to_do(row)}\n\n{_desk(row)}", to=[person.email]
        )


def duty_sms(row: Outbox) -> EmailMessage | None:
    """The same through a gateway that makes an SMS of an e-mail: one line, no subject."""
    person = _called(row)
    if person is None or not person.phone or not settings.SMS_GATEWAY_DOMAIN:
        return None
    digits = "".join(sign for sign in str(person.phone.as_e164) if sign.isdecimal())
    with translation.override(settings.LANGUAGE_CODE):
        text = _("%(what)s, open the portal") % {"what": _urgent(row)}
        return EmailMessage(subject="", body=text, to=[f"{digits}@{settings.SMS_GATEWAY_DOMAIN}"])


def _called(row: Outbox) -> User | None:
    """Whom to tell; nobody any more when the case was taken, has moved on or has ended meanwhile."""
    case = Complaint.objects.filter(pk=row.subject_id, hop=row.hop).only("status").first()
    wanted = {DUTY_CALL: {Status.NEW}, DUTY_LATE: {Status.NEW, Status.IN_WORK, Status.WAITING}}[row.kind]
    if row.receiver_kind != "user" or case is None or Status(case.status) not in wanted:
        return None
    return User.objects.filter(pk=row.receiver_id, is_active=True).first()


def _urgent(row: Outbox) -> str:
    return _("Urgent appeal No. %(number)s") % {"number": row.payload["number"]}


def _what_to_do(row: Outbox) -> str:
    if row.kind == DUTY_LATE:
        return _("The time of the last tier has run out and the case is not solved. Step in yourself.")
    return _("You are on duty and are being called. Press “I take this call” or take the case.")


def _desk(row: Outbox) -> str:
    return f"{settings.SITE_URL}/staff/cases/{row.payload['number']}/"


def register() -> None:
    """Called once, when the app is ready."""
    delivery.register("email", news_for_contact)
    for kind in (DUTY_CALL, DUTY_LATE):
        delivery.register("email", duty_email, kind)
        delivery.register("sms", duty_sms, kind)
