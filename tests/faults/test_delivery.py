"""A notice on its way while something dies: it is sent, with the same id if twice, and never lost."""

from collections.abc import Iterator

import pytest

from tests.faults.room import Engine
from tests.processes import eventually
from tests.providers import Gateway

# A call of a head by SMS about a case that waits.
CALL = """
WITH person AS (UPDATE representatives_user SET phone = '+79201234567'
    WHERE id = (SELECT min(id) FROM representatives_user) RETURNING id)
INSERT INTO platform_outbox (channel, kind, subject_kind, subject_id, hop, receiver_kind, receiver_id,
    payload, created_at, available_at, urgent)
SELECT 'sms', 'duty_late', 'complaint', c.id, c.hop, 'user', person.id,
    jsonb_build_object('number', c.number), now(), now(), true
FROM person, (SELECT * FROM complaints_complaint WHERE status = 'new' ORDER BY id LIMIT 1) AS c
RETURNING id
"""
STATE = "SELECT sent_at IS NOT NULL, copies, attempts FROM platform_outbox WHERE id = %s"
#: What five minutes do to a lease whose worker is dead.
LEASE_IS_OVER = "UPDATE platform_outbox SET available_at = now(), leased_until = now() WHERE id = %s"
DELIVER = "omsportal.platform.tasks.deliver"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        yield server


def by(gateway: Gateway) -> dict[str, str]:
    return {"SMS_MODE": "http", "SMS_GATEWAY_URL": f"http://127.0.0.1:{gateway.port}/"}


@pytest.mark.slow
def test_a_worker_killed_between_sending_and_writing_it_down_leaves_one_copy_in_doubt(
    engine: Engine, gateway: Gateway
) -> None:
    worker = engine.start("worker", **by(gateway))
    gateway.behave = "silent"
    notice = engine.value(CALL)
    engine.act("ring", DELIVER)
    assert eventually(lambda: len(gateway.requests) == 1)
    engine.kill(worker)
    assert engine.query(STATE, [notice]) == [(False, 0, 1)]
    gateway.behave = "well"
    engine.start("worker", **by(gateway))
    engine.query(LEASE_IS_OVER, [notice])
    engine.act("ring", DELIVER)
    assert eventually(lambda: engine.query(STATE, [notice]) == [(True, 1, 2)])
    assert len({body["id"] for body in gateway.bodies}) == 1
    assert len(gateway.requests) == 2


@pytest.mark.slow
def test_a_duty_person_is_called_while_redis_is_away(engine: Engine, gateway: Gateway) -> None:
    escalator = engine.start("escalator", **by(gateway))
    engine.room.crash_valkey()
    try:
        assert eventually(lambda: "cannot ring" in engine.said(escalator))
        notice = engine.value(CALL)
        assert eventually(lambda: engine.query(STATE, [notice]) == [(True, 0, 1)])
    finally:
        engine.room.restart_valkey()
