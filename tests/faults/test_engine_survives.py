"""The timer under real faults: every due case moves exactly once, whatever dies meanwhile."""

import os
import signal
import threading
import time
from collections import Counter

import redis

from tests.processes import command_line, descendants, eventually
from tests.running import RunningPortal

CASES = 10
# How many have hours left depends on the time of day: any will do that does not move now and did not lately.
_PICK = """
WITH chosen AS (
    SELECT id FROM complaints_complaint c
    WHERE tier < 3 AND status IN ('new', 'in_work') AND escalate_at > now() + interval '1 minute'
    AND NOT EXISTS (
        SELECT FROM complaints_history h
        WHERE h.complaint_id = c.id AND h.event = 'escalated' AND h.at > now() - interval '20 minutes'
    )
    ORDER BY id LIMIT %s FOR UPDATE
)
UPDATE complaints_complaint c
SET due_at = now() + interval '3 seconds', escalate_at = now() + interval '3 seconds'
FROM chosen WHERE c.id = chosen.id RETURNING c.id, c.hop
"""


def make_due(portal: RunningPortal) -> dict[int, int]:
    """Some of the demo's open cases fall due in three seconds; their hops until now."""
    cases: dict[int, int] = dict(portal.query(_PICK, [CASES]))  # type: ignore[arg-type]
    assert len(cases) == CASES
    return cases


def hops(portal: RunningPortal, cases: dict[int, int]) -> dict[int, int]:
    rows = portal.query("SELECT id, hop FROM complaints_complaint WHERE id = ANY(%s)", [list(cases)])
    return dict(rows)  # type: ignore[arg-type]


def each_moved_once(portal: RunningPortal, cases: dict[int, int]) -> bool:
    return hops(portal, cases) == {case: hop + 1 for case, hop in cases.items()}


def process(portal: RunningPortal, words: str) -> int:
    assert portal.process is not None
    return next(pid for pid in descendants(portal.process.pid) if words in command_line(pid))


def assert_nothing_doubled(portal: RunningPortal, cases: dict[int, int]) -> None:
    lines = portal.query(
        "SELECT complaint_id, hop FROM complaints_history WHERE event = 'escalated'"
        " AND complaint_id = ANY(%s) AND at > now() - interval '10 minutes'",
        [list(cases)],
    )
    assert Counter(case for case, _hop in lines) == Counter(list(cases))
    notices = portal.query(
        "SELECT subject_id FROM platform_outbox WHERE kind = 'hop' AND receiver_kind = 'pool'"
        " AND subject_id = ANY(%s) AND created_at > now() - interval '10 minutes'",
        [list(cases)],
    )
    assert Counter(case for (case,) in notices) == Counter(list(cases))


def test_killed_escalator_worker_and_beat_lose_and_double_nothing(portal: RunningPortal) -> None:
    cases = make_due(portal)
    for words in ("manage.py escalator", "omsportal beat", "omsportal worker"):
        os.kill(process(portal, words), signal.SIGKILL)
        time.sleep(1)
    assert eventually(lambda: each_moved_once(portal, cases), within=60)
    time.sleep(6)  # one more tick of everybody: a late double would come now
    assert each_moved_once(portal, cases)
    assert_nothing_doubled(portal, cases)


def test_a_broker_emptied_in_a_loop_changes_nothing(portal: RunningPortal) -> None:
    stop = threading.Event()

    def empty() -> None:
        client = redis.Redis.from_url(portal.redis_url)
        while not stop.is_set():
            client.flushall()
            time.sleep(0.05)
        client.close()

    thread = threading.Thread(target=empty)
    thread.start()
    try:
        cases = make_due(portal)
        assert eventually(lambda: each_moved_once(portal, cases), within=40)
    finally:
        stop.set()
        thread.join()
    assert_nothing_doubled(portal, cases)


def test_a_broker_that_stands_still_delays_no_hop(portal: RunningPortal) -> None:
    valkey = process(portal, "valkey")
    os.kill(valkey, signal.SIGSTOP)
    try:
        cases = make_due(portal)
        assert eventually(lambda: each_moved_once(portal, cases), within=30)
    finally:
        os.kill(valkey, signal.SIGCONT)
    assert_nothing_doubled(portal, cases)
