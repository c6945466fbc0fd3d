"""What the registration card offers: desks, themes, approved answers; and what is shown once it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Category, Complaint, Template
from complaints.reports.public import receipt as receipts
from complaints.reports.public.contacts import numbers_of
from complaints.reports.staff.lists import case_of
from complaints.services.drafts import Receipt
from insurers.models import Branch
from representatives.profiles import Profile

#: As they are read aloud, one by one.
DIGITS = (
    _("zero"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"),
    _("nine"),
)  # fmt: skip
_IN_FOURS = 4


@dataclass(frozen=True, slots=True)
class Offered:
    """For the lists of the card."""

    branches: Sequence[Branch]
    categories: Any
    scripts: Any


def offered(profile: Profile, *, now: datetime) -> Offered:
    """Own desks, and the themes and approved answers of today. An answer with blanks is for letters only."""
    desks = list(Branch.objects.filter(pk__in=profile.branch_ids).with_names().alphabetical())
    day = now.astimezone(desks[0].zone).date()
    approved = Template.objects.valid_on(day).exclude(body__contains="{")
    approved = approved.filter(Q(branch=None) | Q(branch__in=profile.branch_ids)).select_related("category")
    return Offered(
        desks, Category.objects.valid_on(day), approved.order_by("category__position", "title", "pk")
    )


def script_text(profile: Profile, script: str, *, now: datetime) -> str:
    """The text of an approved answer; empty when there is none of this id for this desk."""
    wanted = offered(profile, now=now).scripts.filter(pk=script).first() if script.isdecimal() else None
    return wanted.body if wanted is not None else ""


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
