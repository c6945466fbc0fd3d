"""What the registration card offers: desks, themes, approved answers; and what is shown once it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.kinds import TemplatePurpose
from complaints.models import Category, Complaint, Template
from complaints.reports.public import receipt as receipts
from complaints.reports.public.contacts import numbers_of
from complaints.reports.staff import replies
from complaints.reports.staff.lists import case_of
from complaints.services.drafts import Receipt
from complaints.services.templates import PERSONAL, VARIABLES
from insurers.models import Branch
from representatives.models import User
from representatives.profiles import Profile

#: As they are read aloud, one by one.
DIGITS = (
    _("zero"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"),
    _("nine"),
)  # fmt: skip
_IN_FOURS = 4
#: What is said to the person; and what an answer at once may not hold: names, and a date that is not known.
_SAID = (TemplatePurpose.REPLY, TemplatePurpose.SCRIPT)
_LATER = r"\{(" + "|".join(sorted({*PERSONAL, "answer_due_on"})) + r")\}"


@dataclass(frozen=True, slots=True)
class Offered:
    """For the lists of the card."""

    branches: Sequence[Branch]
    categories: Any
    scripts: Any


def offered(profile: Profile, *, now: datetime) -> Offered:
    """Own desks, and the themes and approved answers of today that tell nothing of one person."""
    desks = list(Branch.objects.filter(pk__in=profile.branch_ids).with_names().alphabetical())
    day = now.astimezone(desks[0].zone).date()
    approved = reduce(or_, (Template.objects.for_branch(desk.pk, day) for desk in desks))
    approved = approved.filter(purpose__in=_SAID).exclude(body__regex=_LATER)
    scripts = approved.select_related("category").order_by("category__position", "title", "pk")
    return Offered(desks, Category.objects.valid_on(day), scripts)


def script_text(profile: Profile, script: str, *, by: User, now: datetime) -> str:
    """The text of an approved answer, to be read out; empty when there is none of this id for this desk.

    The number that the appeal will have stands as {number}: it is put in when there is one.
    """
    lists = offered(profile, now=now)
    wanted = lists.scripts.filter(pk=script).first() if script.isdecimal() else None
    if wanted is None:
        return ""
    desk = lists.branches[0]
    facts = {name: f"{{{name}}}" for name in VARIABLES} | {
        "branch": str(desk), "signatory": str(by), "phone": replies.phone_of(desk, now),
    }  # fmt: skip
    return replies.filled(wanted.body, facts)


def spoken(code: str) -> list[tuple[str, list[str]]]:
    """The groups of a number or code with the words of their digits: by fours, or as they are written."""
    groups = code.split("-") if "-" in code else _fours("".join(code.split()))
    return [(group, [str(DIGITS[int(sign)]) for sign in group]) for group in groups]


def paper(receipt: Receipt, *, by_post: bool, now: datetime) -> bytes:
    """Number and code as PDF, to hand over or, with the address, to send."""
    case: Complaint = receipt.complaint
    numbers = numbers_of(case.branch, now=now)
    receiver = _receiver(case) if by_post else []
    return receipts.document(
        case, access_code=receipt.access_code, numbers=numbers, receiver=receiver, now=now
    )


def opens(case: Complaint, profile: Profile) -> bool:
    """The desk may open the card; what goes to another insurer it may not."""
    return case_of(profile, case.number) is not None


def has_address(case: Complaint) -> bool:
    return bool(case.card.sealed["applicant"].get("address"))


def _receiver(case: Complaint) -> list[str]:
    applicant = case.card.sealed["applicant"]
    name = " ".join(applicant.get(part) or "" for part in ("surname", "first_name", "patronymic"))
    return [line for line in (" ".join(name.split()), applicant.get("address")) if line]


def _fours(digits: str) -> list[str]:
    return [digits[start : start + _IN_FOURS] for start in range(0, len(digits), _IN_FOURS)]
