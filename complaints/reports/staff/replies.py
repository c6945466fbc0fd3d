"""Approved texts with the facts of a case: for the applicant, for a talk, for a call to the clinic."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.kinds import NamingConsent, TemplatePurpose
from complaints.models import Card, Complaint, Template
from complaints.services.templates import VARIABLES
from insurers.models import Branch, Hotline
from omsportal.platform.phones import phone_text
from representatives.models import User

_BLANK = re.compile(r"\{([a-z_]+)\}")
#: What the text had no fact for; a form does not let it go out.
MISSING = re.compile(r"\[\[[^\[\]]*\]\]")
#: In what language texts for the applicant are.
_LANGUAGE = "ru"


@dataclass(frozen=True, slots=True)
class Offered:
    """A text that fits the case, by its title."""

    id: int
    title: str
    purpose: str
    body: str


@dataclass(frozen=True, slots=True)
class Scripts:
    """What is said aloud. `clinic`: None until the applicant has allowed that the clinic hears the name."""

    talks: list[tuple[str, str]]
    clinic: str | None
    naming: NamingConsent


def offered_to(case: Complaint, template_id: int, today: date) -> Template | None:
    """The text for the applicant, if it is in force for the case's branch and theme."""
    texts = Template.objects.for_branch(case.branch_id, today).about(case.category_id)
    found: Template | None = texts.filter(pk=template_id, purpose=TemplatePurpose.REPLY).first()
    return found


def scripts(case: Complaint, card: Card, texts: list[Offered], *, by: User, now: datetime) -> Scripts:
    """No query, unless a script names the branch's phone."""
    naming = NamingConsent(card.naming_consent)
    talks = [each for each in texts if each.purpose == TemplatePurpose.SCRIPT]
    calls = [each.body for each in texts if each.purpose == TemplatePurpose.CLINIC]
    bodies = [*(each.body for each in talks), *calls]
    facts = facts_of(case, card, by=by, now=now, wanted=_blanks_of(bodies))
    clinic = filled(calls[0] if calls else _plain_call(), facts) if naming == NamingConsent.YES else None
    return Scripts([(each.title, filled(each.body, facts)) for each in talks], clinic, naming)


def text_for(case: Complaint, template: Template, *, by: User, now: datetime) -> str:
    """The text with the facts of the case, ready to be read once more and sent."""
    wanted = _blanks_of([template.body])
    return filled(template.body, facts_of(case, case.card, by=by, now=now, wanted=wanted))


def filled(body: str, facts: Mapping[str, str]) -> str:
    """A blank without a fact stands in double brackets, by what is missing."""

    def fact(blank: re.Match[str]) -> str:
        known = facts.get(blank[1], "")
        if known:
            return known
        with translation.override(_LANGUAGE):
            return f"[[{VARIABLES.get(blank[1], blank[1])}]]"

    return _BLANK.sub(fact, body)


def facts_of(
    case: Complaint, card: Card, *, by: User, now: datetime, wanted: frozenset[str] = frozenset({"phone"})
) -> dict[str, str]:
    """What each blank becomes; a name that nobody knows is empty. One query where the phone is wanted."""
    sealed = card.sealed
    clinic = str(case.medical_organisation or sealed["details"].get("clinic", ""))
    with translation.override(_LANGUAGE):
        return {
            "number": case.number,
            "registered_on": _day(case.registered_on),
            "answer_due_on": _day(case.answer_due_on),
            "today": _day(now.astimezone(case.branch.zone).date()),
            "phone": phone_of(case.branch, now) if "phone" in wanted else "",
            "branch": str(case.branch),
            "signatory": str(by),
            "applicant": "" if card.is_anonymous else _name(sealed["applicant"]),
            "patient": _name(sealed["patient"]),
            "clinic": clinic,
        }


def sample_facts(now: datetime) -> dict[str, str]:
    """Invented ones, for whoever writes a text."""
    with translation.override(_LANGUAGE):
        return {
            "number": "76-26-1234567-2", "registered_on": _day(now.date()), "today": _day(now.date()),
            "answer_due_on": _day(now.date()), "phone": "8 (800) 100-00-00",
            "branch": _("Name of the branch"),
            "signatory": "Иванова Мария Петровна", "applicant": "Соколова Вера Ильинична",
            "patient": "Соколова Вера Ильинична", "clinic": "Городская поликлиника № 2",
        }  # fmt: skip


def _blanks_of(bodies: list[str]) -> frozenset[str]:
    return frozenset(name for body in bodies for name in _BLANK.findall(body))


def _plain_call() -> str:
    """Opens with the number, so that the clinic can ask about it by number and not by name."""
    with translation.override(_LANGUAGE):
        return _(
            "Good day, this is {branch}, my name is {signatory}. I am calling about appeal No. {number}. "
            "Please write the number down. The patient is {patient}, the clinic is {clinic}."
        )


def _name(person: Mapping[str, Any]) -> str:
    parts = (person.get(part, "") for part in ("surname", "first_name", "patronymic"))
    return " ".join(str(part) for part in parts if part)


def _day(day: date | None) -> str:
    return date_format(day, "j E Y") if day else ""


def phone_of(branch: Branch, now: datetime) -> str:
    """The branch's first number, else the insurer's for the whole country."""
    today = now.date()
    own = Hotline.objects.of_branch(branch).valid_on(today).in_order().first()
    if own is None and branch.insurer is not None:
        own = Hotline.objects.of_insurer(branch.insurer).valid_on(today).in_order().first()
    return phone_text(own.phone, own.extension) if own else ""
