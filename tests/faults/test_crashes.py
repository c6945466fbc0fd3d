"""Something dies or stops in the very middle of a batch: the others finish it, once."""

import pytest

from tests.faults.room import Engine
from tests.processes import eventually

DUE_NOW = "UPDATE complaints_complaint SET escalate_at = now(), due_at = now() WHERE id = ANY(%s)"


def test_a_worker_killed_in_the_middle_of_a_batch_leaves_it_to_the_escalator(engine: Engine) -> None:
    worker = engine.start("worker")
    cases = engine.make_due(300, after=-1)
    with engine.brake(list(cases)[150]):
        engine.act("ring")
        assert eventually(engine.stopped_at_brake)
        engine.kill(worker)
    engine.start("escalator")
    assert engine.all_moved(cases)
    assert engine.wrongs(cases) == []


@pytest.mark.slow
def test_a_worker_stopped_in_the_middle_of_a_batch_holds_nobody_up(engine: Engine) -> None:
    worker = engine.start("worker")
    cases = engine.make_due(300, after=-1)
    with engine.brake(list(cases)[150]):
        engine.act("ring")
        assert eventually(engine.stopped_at_brake)
        engine.stop(worker)
    engine.start("escalator")
    late = engine.make_due(50, after=0)
    assert engine.all_moved(cases | late)
    engine.go_on(worker)
    swept = engine.said(worker).count("complaints.tasks.sweep")
    assert eventually(lambda: engine.said(worker).count("complaints.tasks.sweep") > swept)
    assert engine.wrongs(cases | late) == []


def test_an_escalator_killed_in_the_middle_of_a_batch_leaves_it_to_the_next(engine: Engine) -> None:
    cases = engine.make_due(300, after=-1)
    with engine.brake(list(cases)[150]):
        first = engine.launch("escalator")
        assert eventually(engine.stopped_at_brake)
        engine.kill(first)
    engine.start("escalator")
    assert engine.all_moved(cases)
    assert engine.wrongs(cases) == []


@pytest.mark.slow
def test_a_database_that_loses_power_in_the_middle_of_a_batch_has_it_done_once_afterwards(
    engine: Engine,
) -> None:
    engine.start("worker")
    escalator = engine.start("escalator")
    cases = engine.make_due(300, after=3600)
    with engine.brake(list(cases)[150]):
        engine.query(DUE_NOW, [list(cases)])
        engine.act("ring")
        assert eventually(engine.stopped_at_brake)
        engine.room.crash_postgres()
        assert engine.moved(cases) == 0
    assert engine.all_moved(cases)
    assert engine.wrongs(cases) == []
    assert escalator.poll() is None


def test_a_poison_row_is_held_with_an_alarm_and_the_others_go_on(engine: Engine) -> None:
    cases = engine.make_due(300, after=-1)
    poison = list(cases)[150]
    engine.query(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'poison'; END $$;"
        "CREATE TRIGGER refuse BEFORE INSERT ON complaints_history FOR EACH ROW"
        f" WHEN (NEW.event = 'escalated' AND NEW.complaint_id = {poison}) EXECUTE FUNCTION refuse()"
    )
    engine.start("escalator")
    others = {case: hop for case, hop in cases.items() if case != poison}
    assert engine.all_moved(others)
    assert engine.wrongs(others) == []
    assert eventually(
        lambda: (
            engine.query("SELECT id FROM complaints_complaint WHERE blocked_at IS NOT NULL") == [(poison,)]
        )
    )
    alarms = "SELECT subject_id, severity FROM platform_alarm WHERE kind = 'blocked' AND closed_at IS NULL"
    assert engine.query(alarms) == [(poison, "critical")]
    assert engine.moved([poison]) == 0
