"""What an applicant may read: words about somebody's health only once we know who asks.

Status, dates, the applicant's own words and what staff marked as saying nothing about health are for
everybody who has number and access code. A parent's right ends on the child's eighteenth birthday.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from complaints.kinds import ForWhom, IdentityLevel, Kind
from complaints.models import Answer, Card, Complaint, Message
from complaints.states import Status

#: From this level on health is spoken of.
PROVEN_FROM = IdentityLevel.REGISTRY
OF_AGE = 18
#: Among the patient's data: name, birthday and policy are a parent's, for the child has none of its own yet.
POLICY_OF_PARENT = "policy_of_parent"
#: Kinds that are answered without knowing who asks: nothing in them is about one person's health.
_GENERAL = frozenset({Kind.CONSULTATION, Kind.PROPOSAL, Kind.THANKS})


class Withheld(TextChoices):
    """Why a text or a file is not shown."""

    IDENTITY = "identity_not_confirmed", _("shown once it is confirmed who asks")


def is_proven(card: Card) -> bool:
    return card.identity_level >= PROVEN_FROM


def of_message(card: Card, message: Message) -> Withheld | None:
    """Why this message is not shown to the applicant; None: it is."""
    by_staff = message.author_kind == Message.Author.STAFF
    return Withheld.IDENTITY if by_staff and not message.no_health_facts and not is_proven(card) else None


def of_answer(card: Card, answer: Answer) -> Withheld | None:
    """Why the outcome and the text of the answer are not shown; None: they are."""
    return None if answer.no_health_facts or is_proven(card) else Withheld.IDENTITY


def may_judge(case: Complaint, card: Card, answer: Answer | None) -> bool:
    """The applicant could read the answer, so they may say how they found it; not after a death."""
    if answer is None or answer.dispatched_at is None or card.patient_died:
        return False
    return case.status in {Status.ANSWERED, Status.CLOSED} and of_answer(card, answer) is None


def is_general(kind: str) -> bool:
    """Unless staff say otherwise, what is written in such an appeal may be read by whoever has its code."""
    return kind in _GENERAL


def has_come_of_age(card: Card, *, today: date) -> bool:
    """A parent filed for a child who is of age today: the appeal is the young person's own now."""
    return card.for_whom == ForWhom.CHILD and _is_of_age(card.sealed["patient"], today)


def for_whom_on(today: date, *, for_whom: str, patient: Mapping[str, Any]) -> str:
    """As whom somebody files who says that it is about their child: of a patient who is of age they are a
    relative. Otherwise the appeal would be closed to them from its first minute."""
    return ForWhom.RELATIVE if for_whom == ForWhom.CHILD and _is_of_age(patient, today) else for_whom


def _is_of_age(patient: Mapping[str, Any], today: date) -> bool:
    born = str(patient.get("birth_on") or "")
    if not born or patient.get(POLICY_OF_PARENT):
        return False
    return _birthday(date.fromisoformat(born)) <= today


def _birthday(born: date) -> date:
    """The eighteenth; of those born on the 29th of February it is the 1st of March."""
    try:
        return born.replace(year=born.year + OF_AGE)
    except ValueError:
        return date(born.year + OF_AGE, 3, 1)
