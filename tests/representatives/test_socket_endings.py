"""An open socket ends with the session it was opened by: through the whole application."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives import factors, sockets
from representatives.models import User
from tests.factories import PASSWORD, make_branch, make_staff
from tests.representatives.signing_in import Person, give_app
from tests.sockets import Socket, apart, run

pytestmark = pytest.mark.django_db(transaction=True)
NEW_PASSWORD = "четыре-синих-кита-7"


@pytest.fixture
def branch() -> Branch:
    return make_branch(now=database_now())


@pytest.fixture
def root() -> Client:
    client = Client()
    client.force_login(make_staff("root", is_staff=True, is_superuser=True))
    return client


def somebody(name: str, branch: Branch) -> Person:
    """Signed in at two computers: the second one is where some deeds happen."""
    person = Person(make_staff(name, 1, branch))
    person.password()
    return person


def elsewhere(person: Person) -> Client:
    other = person.another_browser()
    other.password()
    return other.client


def test_it_is_closed_by_everything_that_ends_the_session(
    branch: Branch, root: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "LOOK_EVERY_SECONDS", 0.05)
    names = (
        "signed out", "shift ended", "deactivated", "switched off", "revoked", "new password",
        "given password", "factor taken",
    )  # fmt: skip
    people = {name: somebody(name.replace(" ", "-"), branch) for name in names}
    give_app(people["factor taken"].user)
    stays = somebody("stays", branch)
    closed: dict[str, int] = {}

    async def steps() -> None:
        opened = {name: Socket(person.client) for name, person in people.items()}
        quiet = Socket(stays.client)
        for socket in (*opened.values(), quiet):
            assert await socket.is_let_in()
            assert await socket.word() == "alive"
        for name in names:
            await apart(DEEDS[name](people[name], root))
            closed[name] = await opened[name].closed_with()
            await opened[name].wait(5)
        assert await quiet.is_silent()
        await quiet.leaves()

    run(steps)
    assert closed == dict.fromkeys(names, sockets.ENDED)


def _deactivated(person: Person, root: Client) -> Callable[[], object]:
    fields = {
        "username": person.user.username, "full_name": "Operator", "date_joined_0": "2026-01-01",
        "date_joined_1": "0:0",
    }  # fmt: skip
    address = reverse("admin:representatives_user_change", args=[person.user.pk])
    return lambda: root.post(address, fields)


def _new_password(person: Person, _root: Client) -> Callable[[], object]:
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return lambda: elsewhere(person).post("/accounts/password/change/", typed)


def _given_password(person: Person, root: Client) -> Callable[[], object]:
    typed = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    address = reverse("admin:auth_user_password_change", args=[person.user.pk])
    return lambda: root.post(address, typed)


#: Name → what somebody does about this person.
DEEDS: dict[str, Callable[[Person, Client], Callable[[], object]]] = {
    "signed out": lambda person, _root: lambda: person.client.post("/accounts/logout/"),
    "shift ended": lambda person, _root: lambda: person.client.post("/staff/shift/end/", {"work": "keep"}),
    "deactivated": _deactivated,
    "switched off": lambda person, _root: (
        lambda: User.objects.filter(pk=person.user.pk).update(is_active=False)
    ),
    "revoked": lambda person, _root: lambda: elsewhere(person).post("/accounts/sessions/"),
    "new password": _new_password,
    "given password": _given_password,
    "factor taken": lambda person, _root: lambda: factors.reset(person.user, now=database_now()),
}
