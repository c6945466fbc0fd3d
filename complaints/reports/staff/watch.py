"""Over which branches somebody watches the engine: a head's own, a fund's region, an insurer's, or all."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from complaints.models import Complaint
from complaints.querysets import ComplaintQuerySet
from insurers.models import Branch
from insurers.querysets import BranchQuerySet
from representatives.models import User
from representatives.profiles import Profile


@dataclass(frozen=True, slots=True)
class Watch:
    """`everywhere` is for administrators of the portal; everybody else sees the branches named here."""

    user_id: int
    profile: Profile
    everywhere: bool
    branches: Mapping[int, Branch]

    @property
    def branch_ids(self) -> list[int]:
        return list(self.branches)

    def covers(self, branch_id: int | None) -> bool:
        return self.everywhere or branch_id in self.branches


def may_watch(user: User, profile: Profile) -> bool:
    """Heads of branches and funds, administrators of insurers and of the portal; nobody who works a queue."""
    return user.is_superuser or bool(profile.headed_branch_ids or profile.insurer_ids)


def watch_of(user: User, profile: Profile) -> Watch:
    """One query. Nobody's watch is empty by mistake: ask `may_watch` first."""
    branches = Branch.objects.all() if user.is_superuser else _watched_by(profile)
    named = {branch.pk: branch for branch in branches.with_names().alphabetical()}
    return Watch(user.pk, profile, user.is_superuser, named)


def _watched_by(profile: Profile) -> BranchQuerySet:
    """Headed branches, the insurer's, and every branch of the region whose fund this person heads."""
    funds = Branch.objects.funds().filter(pk__in=profile.headed_branch_ids)
    own = Q(pk__in=profile.headed_branch_ids) | Q(insurer_id__in=profile.insurer_ids)
    return Branch.objects.filter(own | Q(region__in=funds.values("region")))


def cases_of(watch: Watch) -> ComplaintQuerySet:
    """Watched cases, without those barred to this person."""
    cases: ComplaintQuerySet = Complaint.objects.all()
    if not watch.everywhere:
        cases = cases.filter(branch_id__in=watch.branch_ids)
    barred = Complaint.barred_users.through.objects.filter(complaint_id=OuterRef("pk"), user_id=watch.user_id)
    return cases.exclude(Exists(barred))
