"""To whom a new case goes: by the insurer that issued the policy, not by the region of care."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from complaints.kinds import Urgency
from complaints.models import Category
from complaints.services.transitions import RuleBroken
from insurers.models import Branch, Region
from representatives.roles import Tier


def addressee(*, branch: Branch | None, region: Region | None, category: Category, now: datetime) -> Branch:
    """The branch that takes the case: the insurer's; the fund's when the insurer is unknown, complained of or
    has left the region.

    Raises RuleBroken when neither is known.
    """
    if branch is not None and not category.about_insurer and branch.is_valid_on(_today(branch.region, now)):
        return branch
    where = branch.region if branch is not None else region
    fund = Branch.objects.fund_of_region(where) if where is not None else None
    if fund is None:
        raise RuleBroken("no_addressee", _("Choose the region where the policy was issued."))
    return fund


def chosen(*, insurer: str | None, region_code: str, day: date) -> Branch | None:
    """The insurer's branch in that region; where it has none, or none any more, the fund finds out who
    answers."""
    return Branch.objects.valid_on(day).of_insurer_or_fund(insurer or "", region_code)


def _today(region: Region, now: datetime) -> date:
    return now.astimezone(region.zone).date()


def arrival_tier(*, branch: Branch, category: Category, urgency: str) -> int:
    """The tier a case starts in: urgency beats the topic, the topic may skip tiers."""
    if branch.is_fund:
        return Tier.FUND
    if urgency == Urgency.URGENT:
        return max(Tier.SPECIALISTS, category.arrival_tier)
    return int(category.arrival_tier)
