"""The inquiry about an incident as a letter to the clinic; the page shows the same words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Complaint, Inquiry
from complaints.reports.public.letter import sender_of


def letter_of(inquiry: Inquiry, named: Sequence[Complaint]) -> Mapping[str, Any]:
    """What the template `inquiry` shows, in Russian as a formal letter is. It names those of `named`; whoever
    calls has asked which cases allow it, and written down the readings."""
    incident = inquiry.incident
    clinic = incident.medical_organisation
    with translation.override(settings.LANGUAGE_CODE):
        asked_on = inquiry.asked_at.astimezone(incident.branch.zone).date()
        return {
            "title": _("Inquiry to the clinic"),
            "lang": settings.LANGUAGE_CODE,
            "sender": sender_of(incident.branch),
            "reference": _("No. %(number)s of %(day)s")
            % {"number": inquiry.outgoing_number, "day": date_format(asked_on, "j E Y")},
            "receiver": clinic.name if clinic else "",
            "text": str(inquiry.sealed["text"]),
            "reply_by": _("Please reply by %(day)s.") % {"day": date_format(inquiry.reply_due_on, "j E Y")},
            "named_title": _("These people allowed us to name them:"),
            "named": [_line(case) for case in named],
            "unnamed": _unnamed(inquiry.unnamed_count),
            "signature": str(inquiry.asked_by),
        }


def _line(case: Complaint) -> str:
    patient = case.card.sealed["patient"]
    parts = (patient.get(name) for name in ("surname", "first_name", "patronymic"))
    name = " ".join(str(part) for part in parts if part)
    return _("%(name)s, appeal No. %(number)s") % {"name": name, "number": case.number}


def _unnamed(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(people)s more person did not allow us to name them.",
        "%(people)s more people did not allow us to name them.",
        count,
    ) % {"people": count}
