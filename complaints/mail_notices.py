"""The confirmation of an appeal that came by letter: number and access code, and how to go on.

No word of what it is about, nothing of the letter is repeated. A program that answers is answered by nobody.
"""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints import contacts, notifications, replies
from complaints.kinds import ContactWay
from complaints.models import Card, Complaint, ReceivedMail
from omsportal.platform import delivery
from omsportal.platform.models import Outbox

FILED = "filed"


def filed(row: Outbox) -> EmailMessage | None:
    """For what came by letter, with the code; for everything else, that there is news."""
    letter: ReceivedMail | None = ReceivedMail.objects.confirming(row.subject_id)
    if letter is None or letter.sealed is None:
        return notifications.news_for_contact(row)
    case = Complaint.objects.select_related("branch").get(pk=row.subject_id)
    contact = contacts.usable(Card.objects.get(pk=case.pk), ContactWay.EMAIL)
    if contact is None or notifications.has_enough(contact, row):
        return None
    with translation.override(settings.LANGUAGE_CODE):
        words = {
            "number": case.number, "code": letter.sealed["code"], "url": f"{settings.SITE_URL}/status/",
            "day": date_format(case.answer_due_on, "j E Y") if case.answer_due_on else "",
        }  # fmt: skip
        return EmailMessage(
            subject=_("Your appeal is registered: No. %(number)s") % words,
            body=f"{_text(words)}\n\n{contacts.wrong_contact(contact)}",
            to=[contact.address],
            headers=_headers(case, row, str(letter.sealed["message_id"])),
        )


def _text(words: dict[str, str]) -> str:
    return (
        _(
            "Your letter has come and is registered as appeal No. %(number)s.\n\n"
            "Access code: %(code)s\n\n"
            "Open %(url)s and enter both: there you see who works on it, and read the answer. "
            "The answer comes by %(day)s.\n\n"
            "If you want to add something, answer this letter.\n\n"
            "If you get worse or are in danger, call 103 or 112. If you are refused help in a "
            "clinic right now, call your insurer: a letter waits too long for that.\n\n"
            "Our staff always name the number of the appeal. We never ask for a code from an SMS, a "
            "card number or the Gosuslugi password. Tell the access code to nobody."
        )
        % words
    )


def _headers(case: Complaint, row: Outbox, answered: str) -> dict[str, str]:
    """RFC 3834: whoever answers by a program leaves this letter alone; the thread stays together."""
    thread = {"In-Reply-To": answered, "References": answered} if answered.isascii() and answered else {}
    marks = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    return {**marks, **thread, **replies.headers_of(case, row_id=row.pk)}


def register() -> None:
    """Called once, when the app is ready."""
    delivery.register("email", filed, FILED, quiet=notifications.not_at_night)
