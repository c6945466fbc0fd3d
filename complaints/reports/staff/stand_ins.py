"""A profile with stand-ins for everything that differs between two people of the same kind.

Two operators of a branch each, or two heads of three, ask the lists the same question about other branches:
the statement is written once (omsportal.platform.ready_sql).
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from omsportal.platform.ready_sql import FAR
from representatives.profiles import Profile

#: Beyond all ids there will ever be, and within what the column of an id holds.
_USER, _BRANCH, _INSURER, _CASE = (FAR + kind * 10**15 for kind in range(4))
#: Free for what a question asks of one case.
OF_A_CASE = 5 * 10**18
#: Far away, and no holiday.
NOW = datetime(9000, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StandIn:
    """`profile` is asked with; `shape` is equal for people whose questions differ in `real` only."""

    profile: Profile
    shape: Hashable
    real: dict[Any, Any]


def stand_in(profile: Profile, now: datetime | None = None) -> StandIn:
    """What a person may do stays in the shape as it is: tier, rights, competences."""
    moment = now or profile.at
    real: dict[Any, Any] = {NOW: moment, NOW.date(): moment.date(), _USER: profile.user_id}
    branch = _numbered(_by_role(profile), _BRANCH, real)
    insurer = _numbered(sorted(profile.insurer_ids), _INSURER, real)
    case = _numbered(sorted(profile.helped_case_ids), _CASE, real)
    asked = replace(
        profile, user_id=_USER, at=NOW, representative_id=None, ceiling=0, presence="",
        branch_ids=frozenset(branch[one] for one in profile.branch_ids),
        headed_branch_ids=frozenset(branch[one] for one in profile.headed_branch_ids),
        insurer_ids=frozenset(insurer.values()), helped_case_ids=frozenset(case.values()),
        covered=frozenset((branch[one], tier) for one, tier in profile.covered),
    )  # fmt: skip
    return StandIn(asked, _shape(asked), real)


def _by_role(profile: Profile) -> list[int]:
    """The branches, those with which this person has the same to do side by side: whichever of two branches
    was entered first, who serves one and stands in for the other is of one kind."""
    tiers: dict[int, list[int]] = {one: [] for one in profile.branch_ids | profile.headed_branch_ids}
    for branch_id, tier in sorted(profile.covered):
        tiers.setdefault(branch_id, []).append(tier)
    own, headed = profile.branch_ids, profile.headed_branch_ids
    return sorted(tiers, key=lambda one: (one not in own, one not in headed, tiers[one], one))


def _numbered(ids: Iterable[int], beyond: int, real: dict[Any, Any]) -> dict[int, int]:
    numbered = {one: beyond + place for place, one in enumerate(ids)}
    real |= {stands: one for one, stands in numbered.items()}
    return numbered


def _shape(asked: Profile) -> Hashable:
    return (
        asked.tier, asked.branch_ids, asked.headed_branch_ids, asked.insurer_ids, asked.covered,
        asked.helped_case_ids, asked.competences, tuple(sorted(asked.rights.items())),
    )  # fmt: skip


__all__ = ["NOW", "OF_A_CASE", "StandIn", "stand_in"]
