"""Which branches a member of staff has to do with."""

from django.db.models import Q

from insurers.models import Branch
from insurers.querysets import BranchQuerySet
from representatives.profiles import Profile
from representatives.roles import Tier


def branches_of(profile: Profile) -> BranchQuerySet:
    """The branches whose cases this person sees: served, headed, or the insurer's."""
    own = profile.branch_ids | profile.headed_branch_ids
    return Branch.objects.filter(Q(pk__in=own) | Q(insurer_id__in=profile.insurer_ids))


def working_branches(profile: Profile) -> BranchQuerySet:
    """The same, and those this person stands in for today."""
    covered = [branch_id for branch_id, _tier in profile.covered]
    return branches_of(profile) | Branch.objects.filter(pk__in=covered) if covered else branches_of(profile)


def supervised_branches(profile: Profile) -> BranchQuerySet:
    """The branches whose figures this person answers for: headed ones, the insurer's, the fund's region."""
    headed = Q(pk__in=profile.headed_branch_ids) | Q(insurer_id__in=profile.insurer_ids)
    if profile.tier == Tier.FUND:
        funds = Branch.objects.funds().filter(pk__in=profile.branch_ids | profile.headed_branch_ids)
        headed |= Q(region__in=funds.values("region"))
    return Branch.objects.filter(headed).distinct()


def supervises(profile: Profile) -> bool:
    """Heads, administrators of an insurer and the fund's staff."""
    return bool(profile.headed_branch_ids or profile.insurer_ids) or profile.tier == Tier.FUND
