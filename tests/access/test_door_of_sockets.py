"""Who gets a socket, and of what they hear through it: by the whole application and a real Valkey."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from channels import layers
from django.conf import settings
from django.test import Client

from complaints.live import consumers
from complaints.live.groups import group_of
from complaints.services import patient_sessions
from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives import api_keys
from representatives.models import Scope, User
from tests.access.test_sockets import HEARS
from tests.access.world import NOBODY_IN, STAFF, SYSTEMS
from tests.factories import file_case, make_branch, make_everybody, make_fund
from tests.representatives.signing_in import Person
from tests.sockets import OWN_PAGE, Socket, run

pytestmark = pytest.mark.django_db(transaction=True)
PATIENTS = ("patient", "other_patient")
EVERYBODY = (*NOBODY_IN, *STAFF, *SYSTEMS, "half_way")
#: Address → who gets a socket there. Systems have none, and who has given nothing but a password is nobody.
LET_IN: dict[str, tuple[str, ...]] = {"/ws/staff/": STAFF, "/ws/case/": PATIENTS}


@pytest.fixture
def branch() -> Branch:
    return make_branch(now=database_now())


@pytest.fixture
def browsers(branch: Branch) -> dict[str, Client]:
    people = make_everybody(branch)
    made = {role: Client() for role in EVERYBODY}
    for role in STAFF:
        made[role].force_login(people[role], backend="representatives.backends.StaffBackend")
    for role in PATIENTS:
        filed = file_case(branch, now=database_now())
        made[role].cookies["patient"] = patient_sessions.begin(complaint=filed.complaint, now=database_now())
    made["half_way"] = half_way(branch)
    return made


def half_way(branch: Branch) -> Client:
    """The password was right; there is no second factor yet."""
    newcomer = Person(User.objects.create_user("newcomer", password="demo", full_name="Newcomer"))
    newcomer.password()
    return newcomer.client


def key_of(branch: Branch) -> dict[str, str]:
    user = api_keys.service_representative(branch=branch, name="МИС", tier=2)
    made = api_keys.create(
        branch=branch, user=user, name="МИС", scopes=list(Scope.values), lifetime=timedelta(days=1),
        now=database_now(),
    )  # fmt: skip
    return {"authorization": f"Api-Key {made.text}"}


def test_a_key_that_can_be_none_is_no_question_to_the_database(db: None) -> None:
    """A zero byte, written as cookies write it."""
    cookie = {"cookie": f'{settings.SESSION_COOKIE_NAME}="\\000aaaaaaaaaaaaaaaa"'}
    assert Client().get("/staff/", headers=cookie)["Location"].startswith("/accounts/login/")
    let_in = []

    async def steps() -> None:
        let_in.append(await Socket(Client(), more=cookie).is_let_in())

    run(steps)
    assert let_in == [False]


def test_the_door_and_what_is_heard_behind_it(
    branch: Branch, browsers: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "COALESCE_SECONDS", 0.01)
    monkeypatch.setattr(consumers, "ALIVE_SECONDS", 3600)
    keys = {"key": key_of(branch), "rival_key": key_of(make_branch("reso-med"))}
    places = {"own": branch.pk, "rival": make_branch("reso-med").pk, "fund": make_fund().pk}

    async def steps() -> None:
        doors = {path: await knock(path, browsers, keys) for path in LET_IN}
        assert {path: tuple(inside) for path, inside in doors.items()} == LET_IN
        inside = doors["/ws/staff/"]
        assert {await socket.word() for socket in inside.values()} == {"alive"}
        for place, branch_id in places.items():
            await tell(branch_id)
            told = [role for role in inside if place in HEARS[role]]
            for role in told:
                assert await inside[role].word() == "changed", (role, place)
            others = [role for role in inside if role not in told]
            quiet = await asyncio.gather(*(inside[role].is_silent() for role in others))
            assert all(quiet), (place, list(zip(others, quiet, strict=True)))
        patients = doors["/ws/case/"].values()
        assert {await socket.word() for socket in patients} == {"alive"}
        assert all([await socket.is_silent() for socket in patients])
        for socket in (*inside.values(), *patients):
            await socket.leaves()

    run(steps)


async def knock(
    path: str, browsers: Mapping[str, Client], keys: Mapping[str, Mapping[str, str]]
) -> dict[str, Socket]:
    """Those who are let in there."""
    sockets = {role: Socket(browser, path=path, more=keys.get(role)) for role, browser in browsers.items()}
    return {role: socket for role, socket in sockets.items() if await socket.is_let_in()}


async def tell(branch_id: int) -> None:
    get_layer: Any = layers.get_channel_layer
    await get_layer().group_send(group_of(branch_id), {"type": "cases.changed"})


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1.evil.example", "null", None])
def test_a_foreign_page_gets_none_for_whoever_is_signed_in(branch: Branch, origin: str | None) -> None:
    head = Client()
    head.force_login(make_everybody(branch)["head"], backend="representatives.backends.StaffBackend")
    let_in = []

    async def steps() -> None:
        for page in (origin, OWN_PAGE):
            let_in.append(await Socket(head, origin=page).is_let_in())

    run(steps)
    assert let_in == [False, True]
