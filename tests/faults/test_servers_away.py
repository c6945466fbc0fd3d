"""Redis or PostgreSQL away under a real web process: what goes on, what waits, how it comes back."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg2
import pytest
import redis
from psycopg2.extensions import connection as Connection

from tests.faults.room import Engine, EngineRoom
from tests.faults.web import Answer, Web
from tests.processes import eventually

pytestmark = pytest.mark.slow

START = "/complaints/new/"


@pytest.fixture
def web(engine: Engine) -> Iterator[Web]:
    with Web(engine) as running:
        yield running


def sign_in(web: Web) -> Answer:
    token = web.get("/accounts/login/").hidden["csrfmiddlewaretoken"]
    return web.post(
        "/accounts/login/", {"login": "tier1-branch1", "password": "x", "csrfmiddlewaretoken": token}
    )


def what_people_do(web: Web) -> dict[str, float]:
    """Seconds of each; the answers are those of a portal that is well."""
    page, filed, tried = web.get("/"), web.file(), sign_in(web)
    form = web.get(START)
    typed = web.post(START, {**form.hidden, "theme": "waiting"})
    assert (page.status, filed.status, tried.status) == (200, 201, 200), filed.text
    assert typed.status in {200, 422}
    return {"page": page.seconds, "filing": filed.seconds, "sign-in": tried.seconds, "draft": typed.seconds}


def stopped(room: EngineRoom, stack: ExitStack) -> None:
    room.crash_valkey()
    stack.callback(room.restart_valkey)


def frozen(room: EngineRoom, stack: ExitStack) -> None:
    assert room.valkey.process is not None
    pid = room.valkey.process.pid
    os.kill(pid, signal.SIGSTOP)
    stack.callback(os.kill, pid, signal.SIGCONT)


def configured(**settings: str) -> Callable[[EngineRoom, ExitStack], None]:
    def change(room: EngineRoom, stack: ExitStack) -> None:
        server = stack.enter_context(redis.Redis.from_url(room.valkey.url))
        for name, value in settings.items():
            key = name.replace("_", "-")
            stack.callback(server.config_set, key, server.config_get(key)[key])
            server.config_set(key, value)
        with pytest.raises(redis.RedisError):
            server.set("written", "no")

    return change


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(stopped, id="stopped"),
        pytest.param(frozen, id="frozen"),
        pytest.param(configured(min_replicas_to_write="1"), id="read-only"),
        pytest.param(configured(maxmemory_policy="noeviction", maxmemory="1"), id="full"),
    ],
)
def test_without_redis_people_notice_nothing_and_cases_move(
    engine: Engine, web: Web, harm: Callable[[EngineRoom, ExitStack], None]
) -> None:
    engine.start("escalator")
    what_people_do(web)
    well = what_people_do(web)
    with ExitStack() as stack:
        harm(engine.room, stack)
        away = what_people_do(web)
        cases = engine.make_due(20, after=0)
        assert engine.all_moved(cases, within=20)
    assert {what: seconds for what, seconds in away.items() if seconds > well[what] + 1} == {}
    assert engine.wrongs(cases) == []


def test_a_database_that_restarts_loses_nothing_typed_and_comes_back_without_hands(
    engine: Engine, web: Web
) -> None:
    form = web.get(START)
    engine.start("escalator")
    engine.room.postgres.stop()
    try:
        answer = web.post(START, {**form.hidden, "theme": "waiting", "own_device": "1"})
        assert (answer.status, answer.hidden["theme"], answer.hidden["own_device"]) == (503, "waiting", "1")
        assert "tel:112" in answer.text
        assert web.file().status == 503
    finally:
        engine.room.postgres.launch()
        engine.room.postgres.wait_until_ready()
    assert eventually(lambda: web.get("/").status == 200)
    assert web.post(START, answer.hidden).status == 200
    assert web.file().status == 201
    cases = engine.make_due(20, after=0)
    assert engine.all_moved(cases)


def _copied(engine: Engine) -> bool:
    """The escalator's DATA_DIR is the room's."""
    return (engine.room.directory / "phones.json").exists()


def test_a_fresh_process_that_never_saw_the_database_knows_whom_to_call(engine: Engine) -> None:
    engine.start("escalator")
    assert eventually(lambda: _copied(engine))
    copy = (engine.room.directory / "phones.json").read_bytes()
    engine.directory.joinpath("phones.json").write_bytes(copy)
    engine.room.postgres.stop()
    try:
        with Web(engine) as fresh:
            answer = fresh.get("/call/?region=76")
            assert (answer.status, "tel:" in answer.text, "верны на" in answer.text) == (200, True, True)
            assert fresh.get("/insurers/?region=76").status == 200
    finally:
        engine.room.postgres.launch()
        engine.room.postgres.wait_until_ready()


def take_all(engine: Engine, taken: list[Connection]) -> None:
    """Until PostgreSQL has none left."""
    while True:
        try:
            taken.append(engine.connect())
        except psycopg2.OperationalError:
            return


def test_a_database_without_a_free_connection_is_said_in_words_and_waited_out(
    engine: Engine, web: Web
) -> None:
    taken: list[Connection] = []
    try:
        take_all(engine, taken)
        answers = [
            web.get(START) for _turn in range(12)
        ]  # each of the eight threads has a connection or none
        assert {answer.status for answer in answers} <= {200, 503}
        refused = [answer for answer in answers if answer.status == 503]
        assert refused
        assert all("Сайт ненадолго остановлен" in answer.text for answer in refused)
    finally:
        for connection in taken:
            connection.close()
    assert eventually(lambda: all(web.get(START).status == 200 for _turn in range(8)))
