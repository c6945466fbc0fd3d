"""People of the workplace, and what their browsers keep."""

from datetime import date

from django.conf import settings
from django.test import Client

from insurers.models import Branch
from representatives.models import Appointment, Representative, User
from representatives.roles import AppointmentRole, Presence, Tier

LONG_AGO = date(2020, 1, 1)


def busiest() -> int:
    """The first branch: the crowd puts most of its appeals there, of thirty a sixth (complaints/demo/crowd.py)."""
    return int(Branch.objects.of_insurers().earliest("pk").pk)


def worker(name: str, tier: Tier, branch_id: int | None = None) -> User:
    """Somebody who works in this branch, or in the busiest one."""
    user, new = User.objects.get_or_create(username=name, defaults={"full_name": name, "is_demo": True})
    if new:
        person = Representative.objects.create(user=user, tier=tier, presence=Presence.FREE, ceiling=10_000)
        person.branches.add(branch_id or busiest())
    return user


def head() -> User:
    user = worker("chief", Tier.EXPERTS)
    Appointment.objects.get_or_create(
        user=user, role=AppointmentRole.HEAD, branch_id=busiest(), valid_from=LONG_AGO
    )
    return user


def administrator() -> User:
    """Of the insurer of the busiest branch: who sees all of its branches."""
    user, _new = User.objects.get_or_create(
        username="administrator", defaults={"full_name": "administrator", "is_demo": True}
    )
    insurer = Branch.objects.get(pk=busiest()).insurer
    Appointment.objects.get_or_create(
        user=user, role=AppointmentRole.INSURER_ADMIN, insurer=insurer, valid_from=LONG_AGO
    )
    return user


def client_of(user: User) -> Client:
    """A browser in which they are signed in."""
    client = Client(headers={"host": "localhost", "accept-language": "ru"})
    client.force_login(user)
    return client


def session_of(user: User) -> str:
    return str(client_of(user).cookies[settings.SESSION_COOKIE_NAME].value)


def signed_in(user: User) -> dict[str, str]:
    """The cookie of their session."""
    return {settings.SESSION_COOKIE_NAME: session_of(user)}
