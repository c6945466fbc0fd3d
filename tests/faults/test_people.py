"""People act at the very moment at which the engine does: one of both wins, nothing doubles."""

from datetime import time

from tests.faults.room import Engine
from tests.processes import eventually

HELD = """SELECT id FROM complaints_complaint
    WHERE tier = 2 AND assignee_id IS NOT NULL AND id = ANY(%s) LIMIT 1"""
FATE = "SELECT status, tier, hop FROM complaints_complaint WHERE id = %s"
ANSWERS = "SELECT count(*) FROM complaints_answer WHERE complaint_id = %s"
WAITING_FOR_LOCK = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('tuple', 'transactionid')"
)
# Cases of one schedule, in the first tier, where there are people.
OF_A_BRANCH = """
SELECT c.id, b.schedule_id FROM complaints_complaint c JOIN insurers_branch b ON b.id = c.branch_id
WHERE c.tier = 1 AND c.status = 'new' AND EXISTS (
    SELECT 1 FROM representatives_user u WHERE u.username = 'tier2-branch' || b.id)
ORDER BY c.branch_id, c.id LIMIT 1
"""
HOPS = """SELECT hop, event FROM complaints_history
    WHERE complaint_id = %s AND event IN ('escalated', 'returned') ORDER BY id"""
MAKE_DUE = "UPDATE complaints_complaint SET due_at = now(), escalate_at = now() WHERE id = %s"
UNDONE = "SELECT count(*) FROM platform_job WHERE state NOT IN ('done', 'failed')"


def test_who_decides_while_the_sweep_moves_the_case_is_told_that_it_moved(engine: Engine) -> None:
    cases = engine.make_due(400, after=-1)
    case = engine.value(HELD, [list(cases)])
    with engine.brake(case):
        engine.launch("escalator")
        assert eventually(engine.stopped_at_brake)
        operator = engine.begin("resolve", case)
        assert eventually(lambda: engine.value(WAITING_FOR_LOCK))
    assert operator.ends() in {"NotAllowed", "SomebodyWasFirst"}
    assert engine.query(FATE, [case]) == [("new", 3, 1)]
    assert engine.value(ANSWERS, [case]) == 0
    assert engine.all_moved(cases)
    assert engine.wrongs(cases) == []


def test_a_decision_on_its_way_at_the_due_moment_stands_and_the_sweep_passes_by(engine: Engine) -> None:
    cases = engine.make_due(400, after=-1)
    case = engine.value(HELD, [list(cases)])
    others = {other: hop for other, hop in cases.items() if other != case}
    with engine.brake(case, event="resolved"):
        operator = engine.begin("resolve", case)
        assert eventually(engine.stopped_at_brake)
        engine.start("escalator")
        assert engine.all_moved(others)
    assert operator.ends() == "done"
    engine.act("ring")
    late = engine.make_due(5, after=0)
    assert engine.all_moved(late)
    ((status, tier, hop),) = engine.query(FATE, [case])
    assert (status in {"resolved", "answered"}, tier, hop) == (True, 2, 0)
    assert engine.value(ANSWERS, [case]) == 1
    assert engine.wrongs(others | late) == []


def test_a_case_that_was_returned_climbs_a_second_time(engine: Engine) -> None:
    ((case, _schedule),) = engine.query(OF_A_BRANCH)
    engine.query(MAKE_DUE, [case])
    engine.start("escalator")
    assert eventually(lambda: engine.query(FATE, [case]) == [("new", 2, 1)])
    assert engine.act("take_and_return", case) == "done"
    assert engine.query(FATE, [case]) == [("new", 1, 2)]
    engine.query(MAKE_DUE, [case])
    assert eventually(lambda: engine.query(FATE, [case]) == [("new", 2, 3)])
    assert engine.query(HOPS, [case]) == [(1, "escalated"), (2, "returned"), (3, "escalated")]
    told = """SELECT hop, count(*) FROM platform_outbox WHERE subject_kind = 'complaint' AND subject_id = %s
        AND kind = 'hop' AND receiver_kind = 'pool' GROUP BY hop ORDER BY hop"""
    assert engine.query(told, [case]) == [(1, 1), (2, 1), (3, 1)]


def test_a_schedule_edited_in_the_middle_of_a_sweep_moves_each_case_once_and_counts_it_anew(
    engine: Engine,
) -> None:
    ((case, schedule),) = engine.query(OF_A_BRANCH)
    cases = engine.make_due(300, after=-1)
    engine.query(MAKE_DUE, [case])
    cases[case] = 0
    engine.start("worker")
    with engine.brake(case):
        engine.start("escalator")
        assert eventually(engine.stopped_at_brake)
        assert engine.act("shorten_days", schedule) == "done"
    assert engine.all_moved(cases)
    assert eventually(lambda: engine.value(UNDONE) == 0)
    assert engine.query("SELECT state FROM platform_job WHERE kind = 'calendar.changed'") == [("done",)]
    assert engine.wrongs(cases) == []
    due = (
        "SELECT due_at AT TIME ZONE s.time_zone FROM complaints_complaint c JOIN insurers_branch b ON"
        " b.id = c.branch_id JOIN insurers_workingschedule s ON s.id = b.schedule_id WHERE c.id = %s"
    )
    assert engine.value(due, [case]).time() <= time(12)
