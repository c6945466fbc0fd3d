"""The lanes of delivery side by side: each has a thread, a connection and a lock of its own.

One run of a lane at a time in the whole installation: a provider that hangs holds one thread, never all of
the workers.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
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

# An index descent for each lane (outbox_lane): what a tick costs while nothing is due.
_DUE = """
SELECT channel, urgent FROM unnest(%(channels)s, %(urgent)s) AS lane (channel, urgent)
WHERE EXISTS (
    SELECT FROM platform_outbox o
    WHERE o.channel = lane.channel AND o.urgent = lane.urgent AND o.available_at <= %(now)s
        AND o.sent_at IS NULL AND o.skipped_at IS NULL AND o.dead_at IS NULL AND o.doubtful_at IS NULL)
"""


def run(now: datetime, seconds: float = LANE_SECONDS) -> None:
    """Work all lanes that have something due, at the same time.

    Returns when they are done. A lane that somebody works already is left to them; one that hangs goes on in
    its thread.
    """
    lanes = due_lanes(now)
    if not lanes:
        delivery.deliver(now, limit=0, lanes=())  # a sign of life
    threads = [threading.Thread(target=_work, args=(lane, seconds), daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()
    until = time.monotonic() + seconds + PATIENCE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


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
        key = [_LOCK_SPACE, LANES.index(lane)]
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        is_ours = bool(cursor.fetchone()[0])
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
