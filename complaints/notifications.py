"""Notices by e-mail and SMS: that there is news or an urgent case, never what it is (medical secrecy).

When a notice may disturb the patient is decided at the moment of sending: the case may have become urgent,
or have moved to another region, since it was written.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from complaints import contacts, replies
from complaints.contacts import Contact
from complaints.kinds import AnswerChannel, ContactWay, Urgency
from complaints.models import Card, Complaint, Consent
from complaints.states import Status
from omsportal.platform import delivery
from omsportal.platform.clock import database_now
from omsportal.platform.models import Outbox
from omsportal.platform.sms import Sms
from representatives.models import User

#: Calls to a duty person, and to heads when the urgent lane ends without help.
DUTY_CALL, DUTY_LATE = "duty_call", "duty_late"
#: The confirmation of what the patient has done a moment ago.
JUST_DONE = frozenset({"filed"})
#: That the answer has left: whoever chose to have it by e-mail gets this notice in any case.
ANSWERED = "answered"
#: What somebody waits for or has to do something about; of the rest an e-mail tells, an SMS would disturb.
NEWS_BY_SMS = frozenset({"message", ANSWERED, "forwarded"})


def not_at_night(row: Outbox, now: datetime) -> datetime | None:
    """The end of the quiet hours in the zone of the case's region; None when the notice may go now.

    What is urgent, and the answer to something the patient has just done, never waits.
    """
    if settings.QUIET_HOURS is None or row.receiver_kind != "contact" or row.kind in JUST_DONE:
        return None
    case = Complaint.objects.filter(pk=row.subject_id).select_related("branch__region").first()
    if case is None or case.urgency == Urgency.URGENT:
        return None
    return end_of_quiet(now.astimezone(case.branch.region.zone), *settings.QUIET_HOURS)


def end_of_quiet(local: datetime, starts: time, ends: time) -> datetime | None:
    """When the span of the day that `local` falls into is over; None outside of it. It may pass midnight."""
    clock = local.timetz().replace(tzinfo=None)
    within = starts <= clock < ends if starts <= ends else clock >= starts or clock < ends
    if not within:
        return None
    day = local.date() + timedelta(days=1 if clock >= ends else 0)
    return datetime.combine(day, ends, local.tzinfo)


def news_for_contact(row: Outbox) -> EmailMessage | None:
    """An e-mail to the applicant; None when they withdrew their consent, left no address or a stranger's.

    Mail programs show a button that stops these notices, without opening any page (RFC 8058).
    """
    card = Card.objects.get(pk=row.subject_id) if row.receiver_kind == "contact" else None
    agreed = card is not None and (_agreed(row, Consent.Purpose.EMAIL) or _was_asked_for(card, row))
    if card is None or not agreed:
        return None
    contact = contacts.usable(card, ContactWay.EMAIL)
    if contact is None or has_enough(contact, row):
        return None
    case = Complaint.objects.get(pk=row.subject_id)
    with translation.override(settings.LANGUAGE_CODE):
        return EmailMessage(
            subject=_("There is news on appeal No. %(number)s") % {"number": row.payload["number"]},
            body=f"{_body(row.payload['number'])}\n\n{_stop(contact)}\n\n{contacts.wrong_contact(contact)}",
            to=[contact.address],
            headers={
                "List-Unsubscribe": f"<{contacts.unsubscribe_url(contact)}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
                **replies.headers_of(case, row_id=row.pk),
            },
        )


def _was_asked_for(card: Card, row: Outbox) -> bool:
    """The answer by e-mail: by choosing it."""
    return row.kind == ANSWERED and card.answer_channel == AnswerChannel.EMAIL


def _stop(contact: Contact) -> str:
    return _("You want no more of these messages? Stop them here: %(url)s") % {
        "url": contacts.unsubscribe_url(contact)
    }


def has_enough(contact: Contact, row: Outbox) -> bool:
    """Anybody may file appeals with anybody's address: the many confirmations of them are no mail bomb."""
    if row.kind not in JUST_DONE or row.attempts > 1:
        return False
    return contacts.has_enough(contact, "filing.contact", now=database_now())


def _agreed(row: Outbox, purpose: Consent.Purpose) -> bool:
    """At the moment of sending: they may have changed their mind."""
    given = Consent.objects.filter(complaint_id=row.subject_id, purpose=purpose, revoked_at=None)
    return row.receiver_kind == "contact" and given.exists()


def news_by_sms(row: Outbox) -> Sms | None:
    """The same as one short message, with a link that stops these messages.

    None when they withdrew their consent, left no phone, a stranger's or one that no SMS reaches, or had
    enough of them today; that the answer is there is told in any case.
    """
    if not _agreed(row, Consent.Purpose.SMS):
        return None
    card = Card.objects.get(pk=row.subject_id)
    contact = contacts.usable(card, ContactWay.PHONE) if card.phone_failed_at is None else None
    if contact is None or _disturbs(contact, row):
        return None
    with translation.override(settings.LANGUAGE_CODE):
        text = _("There is news on appeal No. %(number)s: %(url)s To stop these SMS: %(stop)s") % {
            "number": row.payload["number"],
            "url": f"{settings.SITE_URL}/status/",
            "stop": contacts.unsubscribe_url(contact),
        }
        return Sms(phone=contact.address, text=text)


def _disturbs(contact: Contact, row: Outbox) -> bool:
    """A talk of many messages is no reason for as many SMS. Trying again is no second one."""
    if row.kind == ANSWERED or row.attempts > 1:
        return False
    return contacts.has_enough(contact, "news.contact", now=database_now())


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


def duty_sms(row: Outbox) -> Sms | None:
    """The same as one short line to their work phone."""
    person = _called(row)
    if person is None or not person.phone:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        text = _("%(what)s, open the portal") % {"what": _urgent(row)}
    return Sms(phone=str(person.phone.as_e164), text=text)


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
    delivery.register("email", news_for_contact, quiet=not_at_night)
    for kind in sorted(NEWS_BY_SMS):
        delivery.register("sms", news_by_sms, kind, quiet=not_at_night)
    for kind in (DUTY_CALL, DUTY_LATE):
        delivery.register("email", duty_email, kind)
        delivery.register("sms", duty_sms, kind)
