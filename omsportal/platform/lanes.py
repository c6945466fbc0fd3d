"""The lanes of delivery side by side: each has a thread, a connection and a lock of its own.

One run of a lane at a time in the whole installation: a provider that hangs holds one thread, never all of
the workers. Receivers with lanes of their own share some threads; who was served longest ago comes first.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import Error, connection

from omsportal.platform import delivery
from omsportal.platform.clock import database_now
from omsportal.platform.delivery import LANES, Delivered, Lane

logger = logging.getLogger(__name__)

#: A lane works so long at a time; the bell rings again soon.
LANE_SECONDS = 25.0
#: How much longer to wait for a lane that is in the middle of a message. Together less than a task may take.
PATIENCE = 20.0
MOST_A_RUN = 2000
#: A worker that stands still (a stopped machine) loses its session, and with it the lane, after this silence.
_SILENCE = "2min"
_LOCK_SPACE = 7301
_LOCK_SPACE_OF_RECEIVERS = 7302
#: So many receivers are served at a time by one process, each so long at most: then another has its turn.
MOST_RECEIVERS = 8
RECEIVER_SECONDS = 8.0

# An index descent for each lane (outbox_lane): what a tick costs while nothing is due.
_DUE = """
SELECT channel, urgent FROM unnest(%(channels)s, %(urgent)s) AS lane (channel, urgent)
WHERE EXISTS (
    SELECT FROM platform_outbox o
    WHERE o.channel = lane.channel AND o.urgent = lane.urgent AND o.available_at <= %(now)s
        AND o.sent_at IS NULL AND o.skipped_at IS NULL AND o.dead_at IS NULL AND o.doubtful_at IS NULL)
"""


#: Who has something due and a lane of their own, longest unserved first.
Receivers = Callable[[datetime], Sequence[Lane]]
_receivers: list[Receivers] = []


def register(receivers: Receivers) -> None:
    """Let `receivers` say which lanes of their own have something due."""
    _receivers.append(receivers)


def run(now: datetime, seconds: float = LANE_SECONDS) -> None:
    """Work all lanes that have something due, at the same time.

    Returns when they are done. A lane that somebody works already is left to them; one that hangs goes on in
    its thread.
    """
    lanes, own = due_lanes(now), [lane for receivers in _receivers for lane in receivers(now)]
    if not lanes:
        delivery.deliver(now, limit=0, lanes=())  # a sign of life
    threads = [threading.Thread(target=_work, args=(lane, seconds), daemon=True) for lane in lanes]
    threads += _takers(own, seconds)
    for thread in threads:
        thread.start()
    until = time.monotonic() + seconds + PATIENCE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def _takers(lanes: Sequence[Lane], seconds: float) -> list[threading.Thread]:
    """Threads that take these lanes one after another: a slow receiver holds one of them for some seconds."""
    waiting: queue.SimpleQueue[Lane] = queue.SimpleQueue()
    for lane in lanes:
        waiting.put(lane)
    until = time.monotonic() + seconds
    count = min(len(lanes), MOST_RECEIVERS)
    return [threading.Thread(target=_take, args=(waiting, until), daemon=True) for _each in range(count)]


def _take(waiting: queue.SimpleQueue[Lane], until: float) -> None:
    while (left := until - time.monotonic()) > 0:
        try:
            lane = waiting.get_nowait()
        except queue.Empty:
            return
        _work(lane, min(left, RECEIVER_SECONDS))


def due_lanes(now: datetime) -> list[Lane]:
    """Lanes with something to send, in one statement."""
    values: dict[str, Any] = {
        "now": now,
        "channels": [lane.channel for lane in LANES],
        "urgent": [lane.urgent for lane in LANES],
    }
    with connection.cursor() as cursor:
        cursor.execute(_DUE, values)
        return sorted(Lane(channel, urgent) for channel, urgent in cursor.fetchall())


def _work(lane: Lane, seconds: float) -> None:
    try:
        work(lane, seconds)
    except Error as error:
        logger.warning("lane %s: the database is away: %s", lane.channel, type(error).__name__)
    finally:
        connection.close()


def work(lane: Lane, seconds: float = LANE_SECONDS) -> Delivered | None:
    """Send what is due in this lane; None when somebody does it already. Needs a connection of its own."""
    with _alone(lane) as is_ours:
        if not is_ours:
            return None
        return delivery.deliver(database_now(), limit=MOST_A_RUN, seconds=seconds, lanes=(lane,))


@contextmanager
def _alone(lane: Lane) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('idle_session_timeout', %s, false)", [_SILENCE])
        key = [_LOCK_SPACE_OF_RECEIVERS, lane.receiver] if lane.receiver else [_LOCK_SPACE, LANES.index(lane)]
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        is_ours = bool(cursor.fetchone()[0])
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
