"""Bells that come late, twice, from a wrong clock, or never."""

import json
from typing import Any

import pytest
import redis

from tests.faults.room import Engine
from tests.processes import eventually

ASK = """INSERT INTO platform_job (kind, arguments, state, attempts, done_count, error, created_at)
    VALUES ('calendar.changed', '{"schedules": []}', 'queued', 0, 0, '', now()) RETURNING id"""
RING = "SELECT pg_notify('omsportal', 'jobs')"
JOBS_TASK = "omsportal.platform.tasks.run_jobs["


def test_a_transaction_rolled_back_after_its_bell_rings_nobody(engine: Engine) -> None:
    worker = engine.start("worker")
    engine.start("escalator", TICK_SECONDS="3600")
    for ends_well in (False, True):
        connection = engine.connect()
        with connection.cursor() as cursor:
            cursor.execute(ASK)
            cursor.execute(RING)
        connection.commit() if ends_well else connection.rollback()
        connection.close()
    assert eventually(lambda: engine.query("SELECT state FROM platform_job") == [("done",)])
    heard = [line for line in engine.said(worker).splitlines() if JOBS_TASK in line and "received" in line]
    assert len(heard) == 1


def bells_in(broker: "redis.Redis[bytes]") -> list[dict[str, Any]]:
    return [json.loads(message) for message in broker.lrange("celery", 0, -1)]


@pytest.mark.parametrize("skew", [30, pytest.param(-30, marks=pytest.mark.slow)])
def test_bells_carry_no_time_so_that_a_wrong_clock_of_sender_or_worker_changes_nothing(
    engine: Engine, skew: int
) -> None:
    broker = redis.Redis.from_url(engine.room.valkey.url)
    sender = engine.start("beat", **engine.wrong_clock(skew))
    assert eventually(lambda: len(bells_in(broker)) >= 4)
    engine.kill(sender)
    bells = bells_in(broker)
    broker.close()
    for bell in bells:
        assert (bell["headers"]["eta"], bell["headers"]["expires"]) == (None, None)
    cases = engine.make_due(100, after=-1)
    worker = engine.start("worker", **engine.wrong_clock(-skew))
    assert engine.all_moved(cases)
    assert eventually(lambda: engine.said(worker).count("succeeded") >= len(bells))
    assert engine.wrongs(cases) == []


def test_a_broker_that_dies_and_comes_back_delays_no_hop_and_is_used_again(engine: Engine) -> None:
    worker = engine.start("worker")
    escalator = engine.start("escalator")
    engine.room.crash_valkey()
    try:
        cases = engine.make_due(100, after=0)
        assert engine.all_moved(cases)
    finally:
        engine.room.restart_valkey()
    heard = engine.said(worker).count("succeeded")
    assert eventually(lambda: engine.said(worker).count("succeeded") > heard + 2, within=60)
    engine.kill(escalator)
    late = engine.make_due(100, after=-1)
    engine.act("ring")
    assert engine.all_moved(late)
    assert engine.wrongs(cases | late) == []
