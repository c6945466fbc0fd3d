"""From the bell to the sockets: which branches and which open cases changed just now, told once each.

Called by the escalator on the topic "cases". The database remembers everything, so a lost call costs at most
the pages' own polling of 20 seconds.
"""

import asyncio
import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels import layers
from django.db import Error, connection

from complaints.live.groups import group_of, group_of_case
from complaints.services.patient_sessions import IDLE
from complaints.states import HOPS

log = logging.getLogger(__name__)

#: Redis that does not answer within this is away.
PATIENCE_SECONDS = 0.8
# Hops by the partial index history_hops_by_time, all else among the newest rows, back along the primary key.
# "id > (SELECT max(id) - 1000 …)" would be planned as a third of the table, and read as one.
_CHANGED = """
WITH line AS (
    SELECT id, at, from_branch_id, to_branch_id FROM complaints_history ORDER BY id DESC LIMIT 1000
), said AS (
    SELECT id, posted_at, complaint_id FROM complaints_message ORDER BY id DESC LIMIT 300
)
SELECT branch_id, source, max(mark) FROM (
    SELECT to_branch_id AS branch_id, 'history' AS source, id AS mark FROM complaints_history
        WHERE event = ANY(%(hops)s) AND at > now() - interval '10 seconds'
    UNION ALL
    SELECT unnest(ARRAY[from_branch_id, to_branch_id]), 'history', id FROM line
        WHERE at > now() - interval '10 seconds'
    UNION ALL
    SELECT c.branch_id, 'message', said.id FROM said JOIN complaints_complaint c ON c.id = said.complaint_id
        WHERE said.posted_at > now() - interval '10 seconds'
) AS changes WHERE branch_id IS NOT NULL GROUP BY branch_id, source
"""

# The newest rows likewise; of their cases only those that some patient has open now (index
# patient_session_of_case): a sweep of thousands tells the few who look.
_CHANGED_CASES = """
WITH line AS (
    SELECT id, at, complaint_id FROM complaints_history ORDER BY id DESC LIMIT 1000
), said AS (
    SELECT id, posted_at, complaint_id, is_internal FROM complaints_message ORDER BY id DESC LIMIT 300
)
SELECT complaint_id, source, max(mark) FROM (
    SELECT complaint_id, 'history' AS source, id AS mark FROM line
        WHERE at > now() - interval '10 seconds'
    UNION ALL
    SELECT complaint_id, 'message', id FROM said
        WHERE posted_at > now() - interval '10 seconds' AND NOT is_internal
) AS changes WHERE EXISTS (
    SELECT 1 FROM complaints_patientsession AS open_now
    WHERE open_now.complaint_id = changes.complaint_id AND open_now.ended_at IS NULL
        AND open_now.last_seen_at > now() - %(idle)s
) GROUP BY complaint_id, source
"""

Mark = tuple[str, str, int]
#: (group, table, newest id) already told.
_told: set[Mark] = set()


def announce() -> None:
    """Tell the sockets of what changed since the last call. Never raises, takes a second at most."""
    try:
        changed = _changed()
    except Error:
        log.warning("cannot ask what changed", exc_info=True)
        connection.close()  # the next call connects anew
        return
    news = changed - _told
    _told.clear()
    _told.update(changed)
    if news:
        _send({group for group, _table, _newest in news})


def _changed() -> set[Mark]:
    values: dict[str, Any] = {"idle": IDLE}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"hops": sorted(event.value for event in HOPS)})
        branches = {(group_of(branch), table, newest) for branch, table, newest in cursor.fetchall()}
        cursor.execute(_CHANGED_CASES, values)
        return branches | {(group_of_case(case), table, newest) for case, table, newest in cursor.fetchall()}


def _send(groups: set[str]) -> None:
    try:
        async_to_sync(_publish)(groups)
    except Exception as error:
        log.warning("live updates are away, pages poll: %s", error)


async def _publish(groups: set[str]) -> None:
    get_layer: Any = layers.get_channel_layer  # channels has no types
    layer = get_layer()
    async with asyncio.timeout(PATIENCE_SECONDS):
        for group in sorted(groups):
            await layer.group_send(group, {"type": "cases.changed"})
