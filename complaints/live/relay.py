"""From the bell to the sockets: which branches changed just now, told once each.

Called by the escalator on the topic "cases". The database remembers everything, so a lost call costs at most
the pages' own polling of 20 seconds.
"""

import asyncio
import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels import layers
from django.db import Error, connection

from complaints.live.groups import group_of
from complaints.states import HOPS

log = logging.getLogger(__name__)

#: Redis that does not answer within this is away.
PATIENCE_SECONDS = 0.8
# Hops by the partial index history_hops_by_time, everything else among the newest rows by primary key.
_CHANGED = """
SELECT branch_id, source, max(mark) FROM (
    SELECT to_branch_id AS branch_id, 'history' AS source, id AS mark FROM complaints_history
        WHERE event = ANY(%(hops)s) AND at > now() - interval '10 seconds'
    UNION ALL
    SELECT unnest(ARRAY[from_branch_id, to_branch_id]), 'history', id FROM complaints_history
        WHERE id > (SELECT max(id) - 1000 FROM complaints_history) AND at > now() - interval '10 seconds'
    UNION ALL
    SELECT c.branch_id, 'message', m.id
        FROM complaints_message m JOIN complaints_complaint c ON c.id = m.complaint_id
        WHERE m.id > (SELECT max(id) - 300 FROM complaints_message)
            AND m.posted_at > now() - interval '10 seconds'
) AS changes WHERE branch_id IS NOT NULL GROUP BY branch_id, source
"""

#: (branch, table, newest id) already told.
_told: set[tuple[int, str, int]] = set()


def announce() -> None:
    """Tell the sockets of every branch that changed since the last call. Never raises, at most a second."""
    try:
        changed = _changed()
    except Error:
        log.warning("cannot ask which branches changed", exc_info=True)
        connection.close()  # the next call connects anew
        return
    news = changed - _told
    _told.clear()
    _told.update(changed)
    if news:
        _send({branch_id for branch_id, _table, _newest in news})


def _changed() -> set[tuple[int, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"hops": sorted(event.value for event in HOPS)})
        return set(cursor.fetchall())


def _send(branch_ids: set[int]) -> None:
    try:
        async_to_sync(_publish)(branch_ids)
    except Exception as error:
        log.warning("live updates are away, pages poll: %s", error)


async def _publish(branch_ids: set[int]) -> None:
    get_layer: Any = layers.get_channel_layer  # channels has no types
    layer = get_layer()
    async with asyncio.timeout(PATIENCE_SECONDS):
        for branch_id in sorted(branch_ids):
            await layer.group_send(group_of(branch_id), {"type": "cases.changed"})
