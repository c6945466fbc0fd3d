"""What one member of staff is and may do, read once per request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from representatives.models import Appointment, Representative, TierRight
from representatives.roles import AppointmentRole, Extent

if TYPE_CHECKING:
    from representatives.models import User

CACHE_ATTRIBUTE = "_profile"


@dataclass(frozen=True, slots=True)
class Profile:
    """Tier, branches and rights of a user on one day. Empty for somebody with no appointment."""

    user_id: int
    tier: int | None = None
    representative_id: int | None = None
    branch_ids: frozenset[int] = frozenset()
    headed_branch_ids: frozenset[int] = frozenset()
    insurer_ids: frozenset[int] = frozenset()
    competences: tuple[str, ...] = ()
    ceiling: int = 0
    presence: str = ""
    rights: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return self.tier is None and not self.headed_branch_ids and not self.insurer_ids

    def right(self, action: str) -> Extent | None:
        """How far this person's tier may do `action`; None: not at all."""
        return Extent(self.rights[action]) if action in self.rights else None


def profile_of(user: "User", *, on: date) -> Profile:
    """The user's profile, cached on the instance: three queries, once per request."""
    cached: Profile | None = user.__dict__.get(CACHE_ATTRIBUTE)
    if cached is None:
        cached = _load(user, on)
        user.__dict__[CACHE_ATTRIBUTE] = cached
    return cached


def _load(user: "User", on: date) -> Profile:
    if not user.is_active:
        return Profile(user_id=user.pk)
    representative = Representative.objects.filter(user=user).prefetch_related("branches").first()
    appointments = list(Appointment.objects.filter(user=user).valid_on(on))
    headed = {a.branch_id for a in appointments if a.role == AppointmentRole.HEAD and a.branch_id}
    insurers = {a.insurer_id for a in appointments if a.insurer_id}
    if representative is None:
        return Profile(user.pk, headed_branch_ids=frozenset(headed), insurer_ids=frozenset(insurers))
    rights = TierRight.objects.filter(tier=representative.tier).valid_on(on)
    return Profile(
        user_id=user.pk,
        tier=representative.tier,
        representative_id=representative.pk,
        branch_ids=frozenset(branch.pk for branch in representative.branches.all()),
        headed_branch_ids=frozenset(headed),
        insurer_ids=frozenset(insurers),
        competences=tuple(representative.competences),
        ceiling=representative.ceiling,
        presence=representative.presence,
        rights=dict(rights.values_list("action", "extent")),
    )
