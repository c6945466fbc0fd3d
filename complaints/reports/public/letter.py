"""The answer to an appeal as a letter: the same words that its page shows, to print and to take along."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints import disclosure
from complaints.models import Answer, Complaint
from complaints.reports.public import words
from complaints.reports.public.thread import write_down
from insurers.models import Branch
from omsportal.platform.kinds import Reading


def letter_of(case: Complaint, *, now: datetime) -> Mapping[str, Any]:
    """What the template `answer` shows, in Russian as a formal answer is. Whoever calls has seen that the
    answer has left and may be read; the reading is written down first."""
    write_down(case, Reading.FILE, now)
    answer: Answer = case.answer
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "title": _("Answer to appeal No. %(number)s") % {"number": case.number},
            "lang": settings.LANGUAGE_CODE,
            "sender": sender_of(case.branch),
            "references": _references(case, answer),
            "receiver": _receiver(case),
            "outcome": str(words.OUTCOMES[answer.outcome]),
            "text": str(answer.sealed["text"]),
            "signature": _signature(answer),
            "note": _(
                "The same answer stands on the page of the appeal: %(site)s, “My appeal”, with the number of "
                "the appeal and the access code."
            ) % {"site": settings.SITE_URL},
        }  # fmt: skip


def sender_of(branch: Branch) -> list[str]:
    """The head of a letter: the company, the branch, where to write."""
    company = branch.insurer.full_name if branch.insurer else ""
    return [line for line in (company, branch.title, branch.postal_address, branch.email) if line]


def _references(case: Complaint, answer: Answer) -> list[str]:
    """Number and date of the letter, and of what it answers."""
    zone = case.branch.zone
    sent_on = answer.dispatched_at.astimezone(zone).date() if answer.dispatched_at else None
    about = {"number": answer.outgoing_number, "day": _day(sent_on)}
    own = _("No. %(number)s of %(day)s") if answer.outgoing_number else _("of %(day)s")
    theirs = {"number": case.number, "day": _day(case.registered_on)}
    return [own % about, _("to No. %(number)s of %(day)s") % theirs]


def _receiver(case: Complaint) -> str:
    """The name only for who is proven: number and code alone tell nobody whose appeal it is."""
    if not disclosure.is_proven(case.card) or case.card.is_anonymous:
        return _("To the applicant")
    applicant = case.card.sealed["applicant"]
    parts = (applicant.get(name) for name in ("surname", "first_name", "patronymic"))
    return " ".join(str(part) for part in parts if part)


def _signature(answer: Answer) -> str:
    if answer.signatory is None:
        return _("Specialist in the protection of rights of the insured")
    return str(answer.signatory.full_name)


def _day(day: date | None) -> str:
    return date_format(day, "j E Y") if day else ""
