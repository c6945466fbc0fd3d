"""Whom to call about a case, and who is called about it."""

from datetime import datetime
from enum import StrEnum

from complaints.models import Complaint
from complaints.states import Status
from insurers.models import Branch
from insurers.reports import NumberToCall, numbers_to_call
from representatives.models import DutyShift


class Help(StrEnum):
    """What an urgent appeal may be promised at this moment."""

    TAKEN = "taken"
    CALLED = "called"
    NOBODY = "nobody"


def help_now(case: Complaint, *, now: datetime) -> Help | None:
    """From the roster, not from hope; None for an appeal that is not urgent."""
    if not case.is_urgent:
        return None
    if case.status != Status.NEW:
        return Help.TAKEN
    present = somebody_on_duty(branch=case.branch, tier=case.tier, now=now)
    return Help.CALLED if present else Help.NOBODY


def somebody_on_duty(*, branch: Branch, tier: int, now: datetime) -> bool:
    """Whether the urgent lane has anybody to call there."""
    return DutyShift.objects.callable(branch=branch, tier=tier, now=now).exists()


def numbers_of(branch: Branch, *, now: datetime) -> list[NumberToCall]:
    """The phones of the body that has the case, those that answer now first."""
    return numbers_to_call(region=branch.region, insurer=branch.insurer, now=now)
