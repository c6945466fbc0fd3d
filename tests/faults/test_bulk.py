"""A worker dies in the middle of an act on many cases: the next one ends it, each case once."""

import pytest

from complaints.services import bulk_group
from tests.faults.room import Engine
from tests.processes import eventually

_HOLDER = """
SELECT assignee_id, array_agg(id ORDER BY id) FROM complaints_complaint WHERE status = 'in_work'
GROUP BY 1 HAVING count(*) BETWEEN 10 AND 400 ORDER BY count(*) DESC LIMIT 1
"""
_RELEASED = "SELECT count(*), count(DISTINCT complaint_id) FROM complaints_history WHERE event = 'released'"
_JOBS = "omsportal.platform.tasks.run_jobs"


@pytest.mark.slow
def test_a_killed_worker_leaves_the_rest_of_an_act_on_many_to_the_next(engine: Engine) -> None:
    ((holder, cases),) = engine.query(_HOLDER)
    worker = engine.start("worker")
    with engine.brake(cases[len(cases) // 2], event="released"):
        engine.act("put_back_all", holder)
        engine.act("ring", _JOBS)
        assert eventually(engine.stopped_at_brake)
        engine.kill(worker)
    ((lines, distinct),) = engine.query(_RELEASED)
    assert len(cases) // 2 - bulk_group.MOST <= lines == distinct <= len(cases) // 2
    engine.query("UPDATE platform_job SET beat_at = beat_at - interval '6 minutes' WHERE state = 'running'")
    engine.start("worker")
    engine.act("ring", _JOBS)
    finished = "SELECT count(*) FROM complaints_bulkact WHERE finished_at IS NOT NULL"
    assert eventually(lambda: bool(engine.value(finished)), within=60)
    assert engine.query(_RELEASED) == [(len(cases),) * 2]
    results = "SELECT array_agg(DISTINCT result) FROM complaints_bulkline"
    assert engine.value(results) == ["done"]
