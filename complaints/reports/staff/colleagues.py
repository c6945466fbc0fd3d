"""Who is at their place: in the own tier and in the next one."""

from datetime import datetime
from typing import Any

from representatives.models import Leave, Representative
from representatives.profiles import Profile
from representatives.roles import INSURER_TIERS, Presence, Tier


def free(profile: Profile, now: datetime) -> dict[str, Any]:
    """By name of the count: colleagues who are free now, here and in the next tier. Empty for heads.

    A branch has tens of people, so nothing but their own index by branch is needed.
    """
    if profile.tier is None:
        return {}
    counted = {"free_here": _free_in(profile, profile.tier, now)}
    if profile.tier in INSURER_TIERS and profile.tier < Tier.EXPERTS:
        counted["free_next"] = _free_in(profile, profile.tier + 1, now)
    return counted


def _free_in(profile: Profile, tier: int, now: datetime) -> Any:
    on_leave = Leave.objects.covering(now.date()).values("representative")
    people = Representative.objects.filter(
        branches__in=profile.branch_ids, tier=tier, presence=Presence.FREE, user__is_active=True
    )
    return people.exclude(pk__in=on_leave).exclude(user=profile.user_id).distinct()
