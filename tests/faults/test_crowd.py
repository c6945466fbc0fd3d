"""Many bells at once, and everything dying again and again: minutes long, in `make test-all`."""

import random
import time

import pytest

from tests.faults.room import Engine

pytestmark = pytest.mark.slow

NOTHING_HELD = """SELECT (SELECT count(*) FROM complaints_enginehold),
    (SELECT count(*) FROM complaints_complaint WHERE blocked_at IS NOT NULL)"""


def test_four_beats_three_escalators_and_two_workers_move_each_case_once(engine: Engine) -> None:
    for name in ["worker"] * 2 + ["beat"] * 4 + ["escalator"] * 3:
        engine.start(name)
    cases = engine.make_due(2000, spread=20)
    assert engine.all_moved(cases, within=90)
    assert engine.wrongs(cases) == []
    assert engine.query(NOTHING_HELD) == [(0, 0)]


def test_bells_killed_at_random_moments_lose_and_double_nothing(engine: Engine) -> None:
    chance = random.Random(1)
    names = ["worker", "worker", "escalator", "escalator", "beat"]
    living = {place: engine.start(name) for place, name in enumerate(names)}
    cases = engine.make_due(3000, spread=45)
    until = time.monotonic() + 45
    while time.monotonic() < until:
        place = chance.randrange(len(names))
        engine.kill(living[place])
        living[place] = engine.launch(names[place])
        time.sleep(chance.uniform(0.5, 2))
    assert engine.all_moved(cases, within=90)
    assert engine.wrongs(cases) == []
    assert engine.query(NOTHING_HELD) == [(0, 0)]


def test_a_database_that_loses_power_five_times_under_load_has_each_hop_once(engine: Engine) -> None:
    for name in ("worker", "beat", "escalator"):
        engine.start(name)
    cases = engine.make_due(3000, spread=30)
    for _time in range(5):
        time.sleep(4)
        engine.room.crash_postgres()
    assert engine.all_moved(cases, within=90)
    assert engine.wrongs(cases) == []
    assert engine.query(NOTHING_HELD) == [(0, 0)]


def test_a_broker_killed_and_emptied_again_and_again_delays_nothing(engine: Engine) -> None:
    for name in ("worker", "beat", "escalator"):
        engine.start(name)
    cases = engine.make_due(2000, spread=20)
    for _time in range(5):
        time.sleep(3)
        engine.room.crash_valkey()
        engine.room.restart_valkey()
    assert engine.all_moved(cases, within=60)
    assert engine.wrongs(cases) == []
