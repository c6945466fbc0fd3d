"""A clock that jumps under living bells, and an outage after which it only seems so."""

import pytest

from tests.faults.room import Engine
from tests.processes import eventually

OPEN_ALARMS = "SELECT count(*) FROM platform_alarm WHERE kind = 'clock_jumped' AND closed_at IS NULL"
HOLDS = "SELECT count(*) FROM complaints_enginehold WHERE released_at IS NULL"
SWEPT_AT = "SELECT beat_at FROM platform_heartbeat WHERE name = 'sweep'"


@pytest.mark.parametrize(
    "hours", [3, pytest.param(-1, marks=pytest.mark.slow)], ids=["3 h forward", "1 h back"]
)
def test_a_jump_under_living_bells_is_held_with_an_alarm_and_released_when_it_returns(
    engine: Engine, hours: float
) -> None:
    engine.give_clock()
    engine.start("worker")
    engine.start("escalator")
    assert eventually(lambda: engine.query("SELECT 1 FROM platform_heartbeat WHERE name = 'escalator'"))
    cases = engine.make_due(200, after=5400)
    engine.set_clock(hours=hours)
    assert eventually(lambda: engine.value(HOLDS) == 1)
    assert engine.value(OPEN_ALARMS) == 1
    assert_sweeps_go_on(engine, 3)
    assert engine.moved(cases) == 0
    engine.set_clock(hours=0)
    assert eventually(lambda: engine.value(HOLDS) == 0)
    assert engine.value(OPEN_ALARMS) == 0
    assert engine.moved(cases) == 0
    late = engine.make_due(50, after=0)
    assert engine.all_moved(late)
    assert engine.wrongs(late) == []
    assert engine.value("SELECT count(*) FROM complaints_enginehold") == 1


def assert_sweeps_go_on(engine: Engine, times: int) -> None:
    """Bells ring and are heard: the heartbeat of sweeps moves on."""
    for _time in range(times):
        before = engine.value(SWEPT_AT)
        assert eventually(lambda before=before: engine.value(SWEPT_AT) != before)


def test_three_hours_of_outage_are_worked_off_at_once_oldest_first_in_bounded_batches(engine: Engine) -> None:
    engine.give_clock()
    cases = engine.make_due(2600, spread=10_800)
    engine.set_clock(hours=3.01)
    engine.start("escalator")
    assert engine.all_moved(cases)
    assert engine.wrongs(cases) == []
    assert engine.value("SELECT count(*) FROM complaints_enginehold") == 0
    told = "SELECT count(*) FROM platform_outbox WHERE kind = 'hop' AND receiver_kind = 'user'"
    assert engine.value(told) > 0
    lines = engine.query(
        "SELECT due_before, xmin::text FROM complaints_history WHERE event = 'escalated' ORDER BY id"
    )
    assert [due for due, _batch in lines] == sorted(due for due, _batch in lines)
    batches = [batch for _due, batch in lines]
    assert max(batches.count(batch) for batch in set(batches)) <= 1000
    assert len(batches) > 2000
