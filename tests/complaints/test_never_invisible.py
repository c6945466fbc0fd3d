"""A case is never invisible: every status, tier, holder and kind of branch, seen by people of a small world.

"At work" is who may sign in and is not on leave today; an absent head helps nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

import pytest

from complaints.escalation import coverage
from complaints.models import Complaint
from complaints.permissions import Act, can
from complaints.states import OPEN, Status
from insurers.models import Branch
from omsportal.platform.models import Alarm
from representatives.models import Leave, Representative, User
from representatives.profiles import Profile
from tests.factories import (
    NOW,
    TODAY,
    make_branch,
    make_complaint,
    make_fund,
    make_region,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db

TIERS = (1, 2, 3)
HOLDERS = ("nobody", "active", "on leave", "deactivated")
#: What somebody must be able to do with an open case: any of these moves it on.
MOVES_ON = (
    Act.CLAIM,
    Act.RELEASE,
    Act.RESUME,
    Act.RESOLVE,
    Act.ESCALATE,
    Act.RETURN,
    Act.HAND_OVER,
    Act.FORWARD,
)
#: Kind of branch → its insurer ("" for the fund), its region, whether its own tiers have staff at work.
KINDS = {
    "a branch with staff": ("sogaz-med", "76", True),
    "a branch without staff of an insurer with staff": ("sogaz-med", "73", False),
    "an insurer without staff": ("reso-med", "76", False),
    "an insurer without staff where the fund has none": ("reso-med", "73", False),
    "a fund with staff": ("", "76", True),
    "a fund without staff": ("", "73", False),
}


@dataclass
class World:
    """Two regions: 76 has everybody, 73 has heads only. РЕСО-Мед has heads only."""

    people: dict[str, User] = field(default_factory=dict)

    def at_work(self) -> dict[str, Profile]:
        away = set(Leave.objects.covering(TODAY).values_list("representative__user", flat=True))
        here = {name: user for name, user in self.people.items() if user.is_active and user.pk not in away}
        return {name: profile(user) for name, user in here.items()}

    def person(self, name: str, tier: int, branch: Branch) -> User:
        self.people[name] = make_staff(name, tier, branch, is_active=name.split()[0] != "deactivated")
        if name.startswith("on leave"):
            staff = Representative.objects.get(user=self.people[name])
            Leave.objects.get_or_create(representative=staff, starts_on=TODAY, ends_on=TODAY)
        return self.people[name]


def branch_of(insurer: str, region: str) -> Branch:
    return make_branch(insurer, region) if insurer else make_fund(region)


@pytest.fixture
def world() -> World:
    make_region("73", "Ульяновская область", "Europe/Ulyanovsk")
    made = World()
    for tier in TIERS:
        made.person(f"{tier} of sogaz 76", tier, make_branch("sogaz-med", "76"))
    made.person("4 of fund 76", 4, make_fund("76"))
    for insurer, region, _staffed in KINDS.values():
        if (insurer, region) != ("reso-med", "73"):  # headless on purpose
            name = f"head of {insurer or 'fund'} {region}"
            made.people[name] = make_staff(name, heads=branch_of(insurer, region))
    return made


def who_stands_in(world: World, branch: Branch, tier: int) -> User | None:
    found = Representative.objects.serving_today(branch_id=branch.pk, tier=tier, now=NOW).first()
    return found.user if found else None


def holder_of(world: World, kind: str, branch: Branch, tier: int) -> User | None:
    if kind == "active":
        return who_stands_in(world, branch, tier)
    return world.person(f"{kind} {tier} of {branch.pk}", tier, branch) if kind != "nobody" else None


def fields_of(status: Status, case: Complaint) -> dict[str, object]:
    """What the constraints ask of a row in this status."""
    disarmed = {"escalate_at": None, "warn_at": None}
    decided = disarmed | {"outcome": "justified", "resolved_at": NOW}
    return {
        Status.NEW: {},
        Status.IN_WORK: {},
        Status.WAITING: disarmed
        | {"paused_at": NOW, "wait_until": NOW + timedelta(days=3), "remaining_seconds": 60},
        Status.RESOLVED: decided,
        Status.ANSWERED: decided | {"answered_at": NOW},
        Status.CLOSED: decided | {"answered_at": NOW, "closed_at": NOW},
    }.get(status, disarmed | {"closed_at": NOW})


def combinations(world: World, branch: Branch) -> Iterator[tuple[str, Complaint]]:
    """Every row that can exist in this branch, with its name."""
    pattern = make_complaint(make_branch())
    tiers = (4,) if branch.is_fund else TIERS
    for serial, (status, tier, kind) in enumerate(product(Status, tiers, HOLDERS)):
        holder = holder_of(world, kind, branch, tier)
        needs_holder = status in {Status.IN_WORK, Status.WAITING}
        if (kind != "nobody" and (holder is None or status == Status.NEW)) or (needs_holder and not holder):
            continue
        row = Complaint.objects.get(pk=pattern.pk)
        row.pk, row.number = None, f"76-26-{serial:07}-0"
        row.branch, row.tier, row.status, row.assignee = branch, tier, status.value, holder
        for name, value in fields_of(status, row).items():
            setattr(row, name, value)
        row.save(force_insert=True)
        yield f"{status}, tier {tier}, {kind}", row


def seen_by(world: World) -> dict[int, list[tuple[str, Profile]]]:
    """Case → who at work sees it, by the very queryset of lists and pages."""
    seen: dict[int, list[tuple[str, Profile]]] = {}
    for name, person in world.at_work().items():
        for pk in Complaint.objects.visible_to(person).values_list("pk", flat=True):
            seen.setdefault(pk, []).append((name, person))
    return seen


@pytest.mark.parametrize("kind", KINDS)
def test_every_case_is_seen_and_moved_on_by_somebody_at_work(world: World, kind: str) -> None:
    insurer, region, _staffed = KINDS[kind]
    rows = dict(combinations(world, branch_of(insurer, region)))
    before = seen_by(world)
    assert not [name for name, row in rows.items() if row.pk not in before]
    for minute in range(coverage.DESKS_IN_TURN):
        coverage.look(NOW + timedelta(minutes=minute))
    after, stuck = seen_by(world), []
    for name, row in rows.items():
        row.refresh_from_db()
        people = after[row.pk]
        if row.status in OPEN and not any(can(person, act, row) for _n, person in people for act in MOVES_ON):
            stuck.append(name)
        if row.status == Status.RESOLVED and not any(can(person, Act.DISPATCH, row) for _n, person in people):
            stuck.append(name)
    assert not stuck


@pytest.mark.parametrize("kind", KINDS)
def test_a_pool_is_taken_from_by_who_serves_it_or_an_alarm_says_that_nobody_does(
    world: World, kind: str
) -> None:
    insurer, region, staffed = KINDS[kind]
    branch = branch_of(insurer, region)
    rows = dict(combinations(world, branch))
    for minute in range(coverage.DESKS_IN_TURN):
        coverage.look(NOW + timedelta(minutes=minute))
    people = world.at_work()
    for name, row in rows.items():
        row.refresh_from_db()
        assert not (
            row.status == Status.IN_WORK and row.assignee.username.startswith(("on leave", "deact"))
        ), name
        takers = [n for n, person in people.items() if row in Complaint.objects.in_queue_of(person)]
        assert takers == [n for n, person in people.items() if can(person, Act.CLAIM, row)], name
        if row.status == Status.NEW:
            alarms = Alarm.objects.open().about("branch_tier", row.branch_id * 10 + row.tier)
            assert alarms.filter(kind="nobody_serves").exists() is not staffed, name
            assert takers or alarms.filter(receiver_branch_id=None, severity="critical").exists(), name
            assert bool(takers) == ("73" not in region or insurer == "sogaz-med"), name


@pytest.mark.parametrize("kind", KINDS)
def test_the_two_ways_to_ask_who_serves_agree(world: World, kind: str) -> None:
    insurer, region, _staffed = KINDS[kind]
    branch = branch_of(insurer, region)
    for tier in (4,) if branch.is_fund else TIERS:
        asked = Representative.objects.serving_today(branch_id=branch.pk, tier=tier, now=NOW)
        serving = {user.pk for user in world.people.values() if profile(user).serves(branch.pk, tier)}
        assert serving == set(asked.values_list("user", flat=True))
