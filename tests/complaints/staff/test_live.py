"""The socket of the workplace against a real Valkey: it says "changed" to the right branches, and no more."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels import layers
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.test import override_settings

from complaints.live import consumers, relay
from complaints.live.groups import group_of
from complaints.models import Complaint
from complaints.routing import websocket_urlpatterns
from complaints.services import thread
from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.factories import make_branch, make_complaint, make_everybody, make_rules

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE, QUIET = 20, 0.3


class Socket(ApplicationCommunicator):  # channels' own communicator needs daphne
    """The browser's end of a websocket."""

    async def connect(self) -> int:
        """Returns 0, or the code it was closed with."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(PATIENCE)
        return 0 if answer["type"] == "websocket.accept" else answer["code"]

    async def word(self) -> str:
        return str((await self.receive_output(PATIENCE))["text"])


@asynccontextmanager
async def socket_of(user: User | AnonymousUser) -> AsyncIterator[Socket]:
    application: Any = websocket_urlpatterns[0].callback
    socket = Socket(application, {"type": "websocket", "path": "/ws/staff/", "user": user})
    yield socket
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait(PATIENCE)


def run(steps: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """A thread and an event loop of its own: a browser of other tests keeps its loop in this one."""

    async def all_steps() -> None:
        try:
            await steps()
        finally:
            await sync_to_async(connections.close_all)()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(all_steps())).result()


async def announce() -> None:
    """As the escalator does it: a plain thread without an event loop."""

    def call() -> None:
        relay.announce()
        connections.close_all()

    await asyncio.to_thread(call)


@pytest.fixture
def branch() -> Branch:
    return make_branch(now=database_now())


@pytest.fixture
def people(branch: Branch) -> dict[str, User]:
    make_rules()
    return make_everybody(branch)


@pytest.fixture
def case(branch: Branch, people: dict[str, User]) -> Complaint:
    return make_complaint(branch, now=database_now())


@pytest.fixture(autouse=True)
def nothing_told_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    relay._told.clear()
    monkeypatch.setattr(relay, "PATIENCE_SECONDS", PATIENCE)
    monkeypatch.setattr(consumers, "ALIVE_SECONDS", 3600)


def test_a_change_reaches_the_branch_and_not_the_rival(case: Complaint, people: dict[str, User]) -> None:
    async def steps() -> None:
        async with socket_of(people["operator"]) as operator, socket_of(people["rival"]) as rival:
            assert await operator.connect() == 0
            assert await rival.connect() == 0
            assert await operator.word() == await rival.word() == "alive"
            await announce()
            assert await operator.word() == "changed"
            assert await rival.receive_nothing(QUIET)

    run(steps)


class Breath:
    """asyncio for the socket: the pause after its word lasts until the test ends it."""

    def __init__(self) -> None:
        self.is_over = asyncio.Semaphore(0)

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        if seconds == consumers.COALESCE_SECONDS:
            await self.is_over.acquire()
        else:
            await asyncio.sleep(seconds)


def test_many_changes_of_a_second_are_one_word(
    case: Complaint, people: dict[str, User], monkeypatch: Any
) -> None:
    breath, now = Breath(), database_now()
    monkeypatch.setattr(consumers, "asyncio", breath)

    async def steps() -> None:
        async with socket_of(people["operator"]) as operator:
            await operator.connect()
            await operator.word()
            for text in ("раз", "два", "три", "четыре"):
                await sync_to_async(thread.post_by_patient)(complaint=case, text=text, now=now)
                await announce()
                if text == "раз":
                    assert await operator.word() == "changed"
            # What was sent behind the others on the same way has arrived, so they have too.
            await channel_layer().group_send(group_of(case.branch_id), {"type": "life.proven"})
            assert await operator.word() == "alive"
            breath.is_over.release()
            assert await operator.word() == "changed"
            breath.is_over.release()
            assert await operator.receive_nothing(QUIET)

    run(steps)


def channel_layer() -> Any:
    get_layer: Any = layers.get_channel_layer  # channels has no types
    return get_layer()


def test_the_same_change_is_told_once(case: Complaint, people: dict[str, User]) -> None:
    async def steps() -> None:
        async with socket_of(people["operator"]) as operator:
            await operator.connect()
            await operator.word()
            await announce()
            assert await operator.word() == "changed"
            await announce()
            assert await operator.receive_nothing(1.2)

    run(steps)


def test_life_is_proven_through_redis(people: dict[str, User], monkeypatch: Any) -> None:
    monkeypatch.setattr(consumers, "ALIVE_SECONDS", 0.05)

    async def steps() -> None:
        async with socket_of(people["operator"]) as operator:
            await operator.connect()
            assert [await operator.word() for _ in range(3)] == ["alive"] * 3

    run(steps)


def test_nobody_signed_in_gets_no_socket() -> None:
    async def steps() -> None:
        async with socket_of(AnonymousUser()) as socket:
            assert await socket.connect() == consumers.NOT_SIGNED_IN

    run(steps)


NO_REDIS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
    }
}


def test_without_redis_the_socket_closes_and_nothing_breaks(people: dict[str, User]) -> None:
    async def steps() -> None:
        async with socket_of(people["operator"]) as socket:
            assert await socket.connect() == consumers.TRY_LATER

    with override_settings(CHANNEL_LAYERS=NO_REDIS):
        run(steps)


def test_without_redis_announcing_neither_raises_nor_waits(case: Complaint) -> None:
    with override_settings(CHANNEL_LAYERS=NO_REDIS):
        began = time.monotonic()
        run(announce)
        assert time.monotonic() - began < PATIENCE / 2
