"""Colleagues with one case open learn of each other over a real Valkey; no session takes all sockets."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from complaints.live import consumers
from complaints.live.consumers import ReaderConsumer, StaffConsumer
from complaints.live.readers import Readers
from complaints.models import Complaint
from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.complaints.staff.test_live import QUIET, Socket, run
from tests.factories import make_branch, make_complaint, make_everybody, make_rules, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def branch() -> Branch:
    return make_branch(now=database_now())


@pytest.fixture
def people(branch: Branch) -> dict[str, User]:
    make_rules()
    return make_everybody(branch) | {"colleague": make_staff("colleague", 1, branch)}


@pytest.fixture
def case(branch: Branch, people: dict[str, User]) -> Complaint:
    return make_complaint(branch, now=database_now())


@asynccontextmanager
async def page_of(user: User, case: Complaint) -> AsyncIterator[Socket]:
    """A page of this case, whose socket has begun."""
    application: Any = ReaderConsumer.as_asgi()
    scope = {"type": "websocket", "path": "/", "user": user, "url_route": {"kwargs": {"number": case.number}}}
    socket = Socket(application, scope)
    assert await socket.connect() == 0
    assert await socket.word() == "alive"
    yield socket
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait(5)


async def named(socket: Socket) -> list[str]:
    names: list[str] = json.loads(await socket.word())["readers"]
    return names


def test_two_colleagues_learn_of_each_other_and_of_the_end(case: Complaint, people: dict[str, User]) -> None:
    async def steps() -> None:
        async with page_of(people["operator"], case) as operator:
            async with page_of(people["colleague"], case) as colleague:
                assert await named(operator) == ["Colleague"]
                assert await named(colleague) == ["Operator"]
            assert await named(operator) == []

    run(steps)


def test_another_page_of_the_same_person_is_no_colleague(case: Complaint, people: dict[str, User]) -> None:
    async def steps() -> None:
        async with page_of(people["operator"], case) as first, page_of(people["operator"], case):
            assert await first.receive_nothing(QUIET)

    run(steps)


@pytest.mark.parametrize("name", ["rival", "specialist", "insurer_admin"])
def test_whoever_does_not_read_the_story_neither_learns_nor_is_named(
    name: str, case: Complaint, people: dict[str, User]
) -> None:
    async def steps() -> None:
        async with page_of(people["operator"], case) as operator, page_of(people[name], case) as other:
            assert await operator.receive_nothing(QUIET)
            assert await other.receive_nothing(QUIET)

    run(steps)


def test_readers_of_another_case_are_not_named(case: Complaint, people: dict[str, User]) -> None:
    other = make_complaint(case.branch, now=database_now())

    async def steps() -> None:
        async with page_of(people["operator"], case) as operator, page_of(people["colleague"], other):
            assert await operator.receive_nothing(QUIET)

    run(steps)


def test_whoever_falls_silent_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    readers = Readers(group="one", user_id=1, name="Я")
    readers.seen("channel", 2, "Петрова")
    assert readers.news() == ["Петрова"]
    readers.known["channel"] = (2, "Петрова", 0.0)
    assert readers.news() == []
    assert readers.news() is None


def test_a_session_gets_so_many_sockets_and_its_others_poll(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "MOST_OF_A_SESSION", 2)

    def socket_of(key: str) -> Socket:
        session = SimpleNamespace(session_key=key)
        application: Any = StaffConsumer.as_asgi()
        scope = {"type": "websocket", "path": "/", "user": people["operator"], "session": session}
        return Socket(application, scope)

    async def steps() -> None:
        open_ones = [socket_of("a"), socket_of("a"), socket_of("b")]
        assert [await one.connect() for one in open_ones] == [0, 0, 0]
        third = socket_of("a")
        assert await third.connect() == consumers.TRY_LATER
        for one in open_ones:
            await one.send_input({"type": "websocket.disconnect", "code": 1000})
            await one.wait(5)
        again = socket_of("a")
        assert await again.connect() == 0
        await again.send_input({"type": "websocket.disconnect", "code": 1000})
        await again.wait(5)

    run(steps)
    assert consumers._open == {}
