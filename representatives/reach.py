"""Whom somebody may give an account and which rights: nobody gives what they do not have."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from insurers.models import Branch, Insurer
from representatives.models import Appointment, Representative, User
from representatives.roles import INSURER_TIERS, AppointmentRole, Tier

if TYPE_CHECKING:
    from representatives.profiles import Profile

_NONE: frozenset[int] = frozenset()


class AccountRefused(Exception):
    """It cannot be done to this account (422). `message` says why, `field` which answer is to blame."""

    def __init__(self, code: str, message: object, field: str | None = None) -> None:
        super().__init__(code)
        self.code, self.message, self.field = code, message, field


@dataclass(frozen=True, slots=True)
class Place:
    """What an account has: a tier in branches, branches it heads, insurers it administers."""

    tier: int | None = None
    branch_ids: frozenset[int] = _NONE
    headed_ids: frozenset[int] = _NONE
    insurer_ids: frozenset[int] = _NONE
    is_editor: bool = False

    def __bool__(self) -> bool:
        return bool(self.tier or self.headed_ids or self.insurer_ids)

    @property
    def all_branch_ids(self) -> frozenset[int]:
        return self.branch_ids | self.headed_ids


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may give and take: tiers and the headship of branches, the administration of insurers.

    A head has the own branch, an insurer's administrator all of its branches, who runs the portal everything.
    """

    branch_ids: frozenset[int] = _NONE
    insurer_ids: frozenset[int] = _NONE
    is_everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.branch_ids or self.insurer_ids)

    def touches(self, place: Place) -> bool:
        """Something of it is this person's to give."""
        return bool(self.branch_ids & place.all_branch_ids or self.insurer_ids & place.insurer_ids)

    def covers(self, place: Place) -> bool:
        """All of it is. Editors are appointed by who runs the portal only."""
        if place.is_editor and not self.is_everything:
            return False
        return place.all_branch_ids <= self.branch_ids and place.insurer_ids <= self.insurer_ids


def reach_of(user: User, profile: "Profile") -> Reach:
    """Two queries at most. The staff of tiers reach nobody, whatever their tier."""
    if user.is_superuser and user.is_active:
        branches = Branch.objects.values_list("pk", flat=True)
        insurers = Insurer.objects.values_list("pk", flat=True)
        return Reach(frozenset(branches), frozenset(insurers), is_everything=True)
    if not profile.insurer_ids:
        return Reach(profile.headed_branch_ids)
    own = Branch.objects.filter(insurer_id__in=profile.insurer_ids).values_list("pk", flat=True)
    return Reach(profile.headed_branch_ids | frozenset(own), profile.insurer_ids)


def place_of(user: User, day: date) -> Place:
    """What the account has on that day or will have later. Three queries."""
    appointments = list(Appointment.objects.of(user).not_over(day))
    person = Representative.objects.filter(user=user).first()
    served = frozenset(person.branches.values_list("pk", flat=True)) if person else _NONE
    return Place(
        tier=person.tier if person is not None and served else None,
        branch_ids=served,
        headed_ids=frozenset(a.branch_id for a in appointments if a.branch_id),
        insurer_ids=frozenset(a.insurer_id for a in appointments if a.insurer_id),
        is_editor=any(a.role == AppointmentRole.EDITOR for a in appointments),
    )


def check(place: Place, reach: Reach) -> None:
    """The place makes sense and is all within reach. Raises AccountRefused."""
    if not place:
        raise AccountRefused(
            "nothing", _("Choose what this person does: a tier, head or administrator."), "tier"
        )
    if bool(place.tier) != bool(place.branch_ids):
        raise AccountRefused("no_branch", _("Choose a tier and the branches where they work."), "branches")
    if not reach.covers(place):
        raise AccountRefused("not_yours", _("You may give only what is yours to give."), "branches")
    branches = list(Branch.objects.filter(pk__in=place.all_branch_ids))
    owners = {branch.insurer_id for branch in branches} | set(place.insurer_ids)
    if len(owners) > 1:
        raise AccountRefused("two_owners", _("A person works for one insurer, or for one fund."), "branches")
    if place.tier is not None:
        _check_tier(place.tier, (branch for branch in branches if branch.pk in place.branch_ids))


def _check_tier(tier: int, branches: Iterable[Branch]) -> None:
    for branch in branches:
        if tier not in ((Tier.FUND,) if branch.is_fund else INSURER_TIERS):
            text = _("This tier does not exist in %(branch)s.") % {"branch": branch}
            raise AccountRefused("wrong_tier", text, "tier")


def somebody_else(*, user: User, branch_id: int | None, insurer_id: int | None, day: date) -> bool:
    """Another person who may sign in holds this appointment today."""
    same = Q(branch=branch_id) if branch_id else Q(insurer=insurer_id, role=AppointmentRole.INSURER_ADMIN)
    others = Appointment.objects.valid_on(day).of_people_who_may_sign_in().filter(same)
    return bool(others.exclude(user=user).exists())
