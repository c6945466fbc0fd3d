"""What one member of staff is and may do, read once per request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from omsportal.platform import ready_sql
from omsportal.platform.ready_sql import DAY, ID
from representatives import coverage_sql
from representatives.models import Appointment, Representative, TierRight
from representatives.roles import INSURER_TIERS, AppointmentRole, Extent, Tier

if TYPE_CHECKING:
    from representatives.models import User

CACHE_ATTRIBUTE = "_profile"
_TYPES = {"headed": "bigint[]", "tiers": "smallint[]", "now": "timestamptz"}


@dataclass(frozen=True, slots=True)
class Profile:
    """Tier, branches and rights of a user at one moment. Empty for somebody with no appointment.

    `covered` are the pairs (branch, tier) this person serves today beside their own, because nobody of those
    works today: see coverage_sql. `helped_case_ids` are single cases of other regions that a branch of theirs
    helps with today (HelpAccess). An editor looks after what patients of the whole country read.
    """

    user_id: int
    at: datetime
    tier: int | None = None
    representative_id: int | None = None
    branch_ids: frozenset[int] = frozenset()
    headed_branch_ids: frozenset[int] = frozenset()
    insurer_ids: frozenset[int] = frozenset()
    covered: frozenset[tuple[int, int]] = frozenset()
    helped_case_ids: frozenset[int] = frozenset()
    competences: tuple[str, ...] = ()
    ceiling: int = 0
    is_editor: bool = False
    presence: str = ""
    rights: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        has_place = self.tier is not None or self.headed_branch_ids or self.insurer_ids
        return not has_place and not self.is_editor

    def right(self, action: str) -> Extent | None:
        """How far this person's tier may do `action`; None: not at all."""
        return Extent(self.rights[action]) if action in self.rights else None

    def serves(self, branch_id: int, tier: int) -> bool:
        """Works the cases of this branch and tier today."""
        if self.tier is None:
            return False
        return (self.tier == tier and branch_id in self.branch_ids) or (branch_id, tier) in self.covered

    def heads(self, branch_id: int, tier: int) -> bool:
        """Answers for the cases of this branch and tier as a head."""
        stands_in = self.tier is None and (branch_id, tier) in self.covered
        return branch_id in self.headed_branch_ids or stands_in

    def covered_by_tier(self) -> Iterator[tuple[int, list[int]]]:
        """Each tier with the branches this person stands in for."""
        pairs = sorted((tier, branch_id) for branch_id, tier in self.covered)
        for tier, group in groupby(pairs, key=itemgetter(0)):
            yield tier, [branch_id for _tier, branch_id in group]


def profile_of(user: "User", *, now: datetime) -> Profile:
    """The user's profile, cached on the instance: four queries, once per request."""
    cached: Profile | None = user.__dict__.get(CACHE_ATTRIBUTE)
    if cached is None:
        cached = _load(user, now)
        user.__dict__[CACHE_ATTRIBUTE] = cached
    return cached


def _load(user: "User", now: datetime) -> Profile:
    if not user.is_active:
        return Profile(user_id=user.pk, at=now)
    day = now.date()
    appointments = ready_sql.objects(
        "appointments of a user", {ID: user.pk, DAY: day},
        lambda: Appointment.objects.filter(user=ID).valid_on(DAY),
    )  # fmt: skip
    headed = frozenset(a.branch_id for a in appointments if a.role == AppointmentRole.HEAD and a.branch_id)
    insurers = frozenset(a.insurer_id for a in appointments if a.insurer_id)
    is_editor = any(a.role == AppointmentRole.EDITOR for a in appointments)
    found = ready_sql.objects(
        "representative of a user", {ID: user.pk}, lambda: Representative.objects.filter(user=ID)
    )
    if not found:
        places = _places_of_heads(headed, now) if headed else _Places()
        return Profile(
            user.pk, now, headed_branch_ids=headed, insurer_ids=insurers, covered=places.covered,
            helped_case_ids=places.helped, is_editor=is_editor,
        )  # fmt: skip
    representative = found[0]
    places = _places(representative, headed, now)
    return Profile(
        user_id=user.pk,
        at=now,
        tier=representative.tier,
        representative_id=representative.pk,
        branch_ids=places.own,
        headed_branch_ids=headed,
        insurer_ids=insurers,
        covered=places.covered,
        helped_case_ids=places.helped,
        competences=tuple(representative.competences),
        ceiling=representative.ceiling,
        is_editor=is_editor,
        presence=representative.presence,
        rights=_rights(representative.tier, day),
    )


def _rights(tier: int, day: date) -> dict[str, str]:
    answer = ready_sql.fetch(
        ("rights of a tier", tier), {DAY: day},
        lambda: (TierRight.objects.filter(tier=tier).valid_on(DAY), ("action", "extent")),
    )  # fmt: skip
    return dict(answer.rows)


@dataclass(frozen=True, slots=True)
class _Places:
    """Own branches, covered pairs, cases of other regions."""

    own: frozenset[int] = frozenset()
    covered: frozenset[tuple[int, int]] = frozenset()
    helped: frozenset[int] = frozenset()

    @classmethod
    def of(cls, rows: list[tuple[int, Any]]) -> "_Places":
        return cls(
            own=frozenset(number for number, tier in rows if tier is None),
            covered=frozenset(row for row in rows if row[1]),
            helped=frozenset(number for number, tier in rows if tier == coverage_sql.HELPS),
        )


def _places(representative: Representative, headed: frozenset[int], now: datetime) -> _Places:
    """By one query."""
    in_fund = representative.tier == Tier.FUND
    statement = coverage_sql.PLACES_OF_FUND_STAFF if in_fund else coverage_sql.PLACES_OF_INSURER_STAFF
    tiers = list(INSURER_TIERS) if in_fund else [representative.tier]
    rows = ready_sql.rows_of(
        statement, {"representative": "bigint", **_TYPES},
        representative=representative.pk, headed=list(headed), tiers=tiers, now=now,
    )  # fmt: skip
    return _Places.of(rows)


def _places_of_heads(headed: frozenset[int], now: datetime) -> _Places:
    statement = coverage_sql.PAIRS_OF_HEADS
    return _Places.of(
        ready_sql.rows_of(statement, _TYPES, headed=list(headed), tiers=list(INSURER_TIERS), now=now)
    )
