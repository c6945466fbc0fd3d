"""What the applicant takes home: number, code, dates, and what to expect, as words for a document."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from complaints.deadlines import FORWARD_DAYS
from complaints.models import Complaint, Deadline
from complaints.services import legal
from insurers.reports import NumberToCall
from omsportal.platform import pdf
from omsportal.platform.phones import phone_text

TEMPLATE = "receipt"
_MOST_NUMBERS = 3


def handed_over_by(case: Complaint) -> date | None:
    """Until when the fund has to pass on an appeal whose insurer it must find; None: nothing is passed on."""
    if not case.branch.is_fund or case.category.about_insurer:
        return None
    registered_on: date = case.registered_on
    rows = Deadline.objects.terms_of("appeal").valid_on(registered_on)
    row = rows.filter(code="FORWARD", region=None).order_by("pk").first()
    return registered_on + timedelta(days=row.value if row else FORWARD_DAYS)


def document(
    case: Complaint,
    *,
    access_code: str,
    numbers: Sequence[NumberToCall],
    receiver: Sequence[str] = (),
    now: datetime,
) -> bytes:
    """Number and access code as PDF, made in memory while they may still be shown. The QR code leads to the
    page of the appeal with its number; the access code is not in it. `receiver`: lines of the envelope."""
    words = {**_words(case, access_code, numbers), "receiver": list(receiver)}
    return pdf.render(TEMPLATE, words, now=now)


def _words(case: Complaint, access_code: str, numbers: Sequence[NumberToCall]) -> dict[str, Any]:
    address = f"{settings.SITE_URL}{reverse('public:status')}"
    return {
        "lang": get_language() or settings.LANGUAGE_CODE,
        "title": _("The appeal is registered"),
        "number_name": _("Number of the appeal"),
        "number": case.number,
        "code_name": _("Access code: show it to nobody"),
        "code": access_code,
        "address_name": _("Here you read the answer and write to the specialist:"),
        "address": address,
        "qr": pdf.qr(f"{address}?number={case.number}"),
        "qr_alt": _("QR code: opens the page of the appeal. It holds the number, not the access code."),
        "sections": [_dates(case), _next(), *_calls(numbers), _fraud(case)],
    }


def _dates(case: Complaint) -> dict[str, Any]:
    words = [_("It is with: %(body)s.") % {"body": case.branch}]
    days = legal.answer_days(case.registered_on)
    if case.answer_due_on:
        words.append(
            ngettext(
                "The answer comes by %(day)s: %(days)s calendar day from the registration on %(registered)s"
                "; if the last day is a day off, before it (law No. 59-FZ, article 12).",
                "The answer comes by %(day)s: %(days)s calendar days from the registration on %(registered)s"
                "; if the last day is a day off, before it (law No. 59-FZ, article 12).",
                days,
            )
            % {"day": _long(case.answer_due_on), "days": days, "registered": _long(case.registered_on)}
        )
    if passed_on := handed_over_by(case):
        words.append(
            ngettext(
                "The fund finds out who has to answer and hands the appeal over by %(day)s (article 8). That "
                "body registers it anew and has %(days)s day of its own.",
                "The fund finds out who has to answer and hands the appeal over by %(day)s (article 8). That "
                "body registers it anew and has %(days)s days of its own.",
                days,
            )
            % {"day": _long(passed_on), "days": days}
        )
    return {"title": _("Who has it, and until when"), "paragraphs": words}


def _next() -> dict[str, Any]:
    return {
        "title": _("What happens next"),
        "paragraphs": [
            _("A specialist reads your appeal and writes or calls you."),
            _("If something is missing, they ask. You see the question on this site under your number."),
            _("If it is not solved in time, the appeal goes by itself to a specialist with more rights."),
            _("You get the answer. If it did not help, you can ask to look once more."),
        ],
    }


def _calls(numbers: Sequence[NumberToCall]) -> list[dict[str, Any]]:
    if not numbers:
        return []
    lines = [
        f"{phone_text(item.phone, item.hotline.extension)} – {item.owner}" for item in numbers[:_MOST_NUMBERS]
    ]
    return [{"title": _("Whom to call meanwhile"), "paragraphs": lines}]


def _fraud(case: Complaint) -> dict[str, Any]:
    return {
        "title": _("Beware of fraud"),
        "paragraphs": [
            _("Our staff name the number of your appeal: %(number)s. They never ask for a code from an SMS, "
              "a bank card or the Gosuslugi password. If somebody asks, hang up and call the insurer "
              "yourself.")
            % {"number": case.number},
            _("Help is free at every stage. Nobody may take money for it."),
        ],
    }  # fmt: skip


def _long(day: date) -> str:
    return date_format(day, "j E Y")
