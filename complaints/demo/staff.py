"""The demo accounts of the contract and their colleagues: tiers, presence, appointments, the roster."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from complaints.demo.samples import PASSWORD
from complaints.reference.rows import objects
from insurers.models import Branch
from representatives.models import Appointment, DutyShift, Representative, User
from representatives.profiles import Profile, profile_of
from representatives.roles import AppointmentRole, Tier

ROSTER_DAYS = 14
SHIFT = timedelta(hours=12)
SHIFT_STARTS = time(8)
ON_DUTY = (Tier.SPECIALISTS, Tier.EXPERTS, Tier.FUND)
#: Heads: login → the branch they head.
HEADS = {"head": "sogaz-med", "fund": "fund-76", "ulyanovsk1": "fund-73"}
ADMINISTRATOR, INSURER_ADMIN = "admin", "insurer_admin"
_CEILING = 60


@dataclass(frozen=True, slots=True)
class Worker:
    """A member of staff with the rights the services ask for."""

    user: User
    profile: Profile
    is_female: bool


@dataclass(slots=True)
class Staff:
    """Who works where: (branch id, tier) → people, the demo account first."""

    users: dict[str, User] = field(default_factory=dict)
    teams: dict[tuple[int, int], list[Worker]] = field(default_factory=dict)

    def team(self, branch_id: int, tier: int) -> list[Worker]:
        return self.teams[branch_id, tier]


def load_staff(*, branches: Mapping[str, Branch], now: datetime) -> Staff:
    """Create everybody; the rights of tiers must be loaded before."""
    rows = objects("demo/staff.json")
    staff = Staff(users=_create_users(rows, now))
    representatives = _create_representatives(rows, staff.users, branches, now)
    _appoint(staff.users, branches, now)
    for row, representative in zip(_workers(rows), representatives, strict=True):
        user = staff.users[row["login"]]
        worker = Worker(user, profile_of(user, now=now), row["full_name"].endswith("на"))
        staff.teams.setdefault((branches[row["branch"]].pk, representative.tier), []).append(worker)
    return staff


def load_roster(*, staff: Staff, branches: Mapping[str, Branch], now: datetime) -> int:
    """Twelve-hour shifts round the clock from yesterday on: two people in line where a team has two."""
    by_id = {branch.pk: branch for branch in branches.values()}
    shifts = [
        shift
        for (branch_id, tier), team in staff.teams.items()
        if tier in ON_DUTY
        for shift in _shifts(by_id[branch_id], tier, team, now)
    ]
    return len(DutyShift.objects.bulk_create(shifts))


def _create_users(rows: list[dict[str, Any]], now: datetime) -> dict[str, User]:
    password = make_password(PASSWORD)  # once: the hash is slow on purpose
    users = [
        User(
            username=row["login"],
            full_name=row["full_name"],
            email=f"{row['login']}@example.com",
            password=password,
            is_demo=True,
            is_staff=row["login"] == ADMINISTRATOR,
            is_superuser=row["login"] == ADMINISTRATOR,
            date_joined=now - timedelta(days=200),
        )
        for row in rows
    ]
    return {user.username: user for user in User.objects.bulk_create(users)}


def _workers(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["tier"] is not None]


def _create_representatives(
    rows: list[dict[str, Any]], users: Mapping[str, User], branches: Mapping[str, Branch], now: datetime
) -> list[Representative]:
    workers = _workers(rows)
    created = Representative.objects.bulk_create(
        Representative(
            user=users[row["login"]],
            tier=row["tier"],
            presence=row["presence"],
            presence_since=now - timedelta(hours=1),
            ceiling=_CEILING,
        )
        for row in workers
    )
    for representative, row in zip(created, workers, strict=True):
        representative.branches.set([branches[row["branch"]]])
    return created


def _appoint(users: Mapping[str, User], branches: Mapping[str, Branch], now: datetime) -> None:
    since = now.date() - timedelta(days=200)
    appointments = [
        Appointment(user=users[login], role=AppointmentRole.HEAD, branch=branches[branch], valid_from=since)
        for login, branch in HEADS.items()
    ]
    insurer = branches["sogaz-med"].insurer
    appointments.append(
        Appointment(
            user=users[INSURER_ADMIN], role=AppointmentRole.INSURER_ADMIN, insurer=insurer, valid_from=since
        )
    )
    Appointment.objects.bulk_create(appointments)


def _shifts(branch: Branch, tier: int, team: list[Worker], now: datetime) -> Iterable[DutyShift]:
    yesterday = now.astimezone(branch.zone).date() - timedelta(days=1)
    first = datetime.combine(yesterday, SHIFT_STARTS, branch.zone)
    running = (now - first) // SHIFT  # in it the demo account is called first
    for turn in range((ROSTER_DAYS + 2) * 2):
        for place in range(min(2, len(team))):
            yield DutyShift(
                branch=branch,
                tier=tier,
                representative_id=team[(turn - running + place) % len(team)].profile.representative_id or 0,
                place=place + 1,
                starts_at=first + turn * SHIFT,
                ends_at=first + (turn + 1) * SHIFT,
            )
