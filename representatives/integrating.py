"""Who sets up how other systems reach a branch: its head, and the administrators of its insurer."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from insurers.models import Branch
from representatives.profiles import Profile


def may_integrate(profile: Profile) -> bool:
    """Keys and receivers of at least one branch are this person's to set up."""
    return bool(profile.headed_branch_ids or profile.insurer_ids)


def answers_for(profile: Profile, branch: Branch) -> bool:
    """Keys and receivers of this branch are this person's to set up."""
    return branch.pk in profile.headed_branch_ids or branch.insurer_id in profile.insurer_ids


def check(profile: Profile, branch: Branch) -> None:
    """Raises PermissionDenied."""
    if not answers_for(profile, branch):
        raise PermissionDenied(_("Only a head of the branch or an administrator of the insurer sets this."))
