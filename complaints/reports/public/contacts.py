"""Whom to call about a case."""

from datetime import datetime

from insurers.models import Branch
from insurers.reports import NumberToCall, numbers_to_call


def numbers_of(branch: Branch, *, now: datetime) -> list[NumberToCall]:
    """The phones of the body that has the case, those that answer now first."""
    return numbers_to_call(region=branch.region, insurer=branch.insurer, now=now)
