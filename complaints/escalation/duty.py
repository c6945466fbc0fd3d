"""The urgent lane: the duty person is called, then the next in line, until somebody takes the case.

Whom to call is decided anew by every look, from rows alone: the case waits in its pool, the roster says who is on
duty at this moment, the last call of this hop says who comes next. However many look at once, each call is made once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from complaints.escalation.moves import CHANGED
from complaints.escalation.roster import SERVING, leaves
from complaints.notifications import DUTY_CALL, DUTY_LATE
from omsportal.platform import bells, outbox, sms
from representatives.roles import AppointmentRole, Tier

NOBODY = "nobody_on_duty"
#: So many calls about one case in one tier help nobody any more.
MOST_ROUNDS = 10_000
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Called:
    """What a look did: people called, alarms because nobody is on duty, heads called at the lane's end."""

    calls: int = 0
    alarms: int = 0
    heads: int = 0
    statements: int = 0


def _on_duty(zone: str) -> str:
    """FROM-items and conditions: who can be called about case `c`: on duty, serving, not on leave, not barred.

    Index duty_shift_branch_tier: shifts that have not ended.
    """
    return f"""
    FROM representatives_dutyshift s {SERVING}
    WHERE s.branch_id = c.branch_id AND s.tier = c.tier AND s.starts_at <= %(now)s AND s.ends_at > %(now)s
        AND NOT EXISTS (SELECT FROM {leaves(zone)} WHERE leave.during @> %(now)s::timestamptz)
        AND NOT EXISTS (SELECT FROM complaints_barring WHERE complaint_id = c.id AND user_id = u.id)"""


# Who is told when the lane itself fails: the branch of case `c` and the region's fund.
_ABOVE = """(SELECT c.branch_id UNION
        SELECT id FROM insurers_branch WHERE region_id = c.region_id AND kind = 'fund') AS above (branch_id)"""
# One notice per receiver and channel that reaches them; the portal shows its own at once.
_CHANNELS = """CROSS JOIN LATERAL (VALUES
        ('portal', true), ('email', u.email <> ''), ('sms', u.phone <> '' AND %(sms)s)
    ) AS told (channel, wanted)"""
_NOTICE = """INSERT INTO platform_outbox (channel, kind, subject_kind, subject_id, hop, receiver_kind, receiver_id,
        dedup, payload, created_at, available_at, sent_at, urgent)"""
_SHOWN_AT_ONCE = "CASE told.channel WHEN 'portal' THEN %(now)s::timestamptz END"

# Partial index complaint_urgent_pool: urgent cases that nobody holds. The last word of a hop is its last call or
# acknowledgement (unique index duty_call_once).
_SILENT = f"""c.urgency = 'urgent' AND c.status = 'new' AND c.tier > {Tier.CONTACT_CENTRE.value}
        AND NOT EXISTS (SELECT FROM complaints_dutycall WHERE complaint_id = c.id AND hop = c.hop
            AND (greatest(called_at, acknowledged_at) > %(silent_since)s OR round >= {MOST_ROUNDS}))"""
# Partial index complaint_urgent_late: the end of the lane, told once (unique key outbox_once).
_UNTOLD = f"""c.urgency = 'urgent' AND c.breached_at IS NOT NULL AND c.status IN ('new', 'in_work')
        AND NOT EXISTS (SELECT FROM platform_outbox WHERE subject_kind = 'complaint' AND subject_id = c.id
            AND hop = c.hop AND kind = '{DUTY_LATE}' AND channel = 'portal')"""
# What a tick costs while everybody has been called and nothing else is to do.
_PROBE = f"""SELECT EXISTS (SELECT FROM complaints_complaint c WHERE {_SILENT}),
    EXISTS (SELECT FROM complaints_complaint c WHERE {_UNTOLD})"""

# The lock keeps apart whoever claims the case and whoever calls at the same time; what somebody else holds is
# looked at again by the next tick.
_CALL = f"""
WITH pool AS MATERIALIZED (
    SELECT c.id, c.number, c.tier, c.hop, c.branch_id, b.region_id, region.time_zone
    FROM complaints_complaint c
    JOIN insurers_branch b ON b.id = c.branch_id
    JOIN insurers_region region ON region.id = b.region_id
    WHERE {_SILENT}
        AND (EXISTS (SELECT {_on_duty("region.time_zone")})
            OR NOT EXISTS (SELECT FROM platform_alarm WHERE kind = '{NOBODY}' AND subject_kind = 'complaint'
                AND subject_id = c.id AND hop = c.hop))
    ORDER BY c.id LIMIT %(batch)s FOR NO KEY UPDATE OF c SKIP LOCKED
),
chosen AS MATERIALIZED (
    SELECT c.*, coalesce(last.round, 0) + 1 AS round, next.user_id
    FROM pool c
    LEFT JOIN LATERAL (SELECT round, user_id FROM complaints_dutycall
        WHERE complaint_id = c.id AND hop = c.hop ORDER BY round DESC LIMIT 1) AS last ON true
    LEFT JOIN LATERAL (
        SELECT passed.user_id FROM (
            SELECT line.*, coalesce(max(turn) FILTER (WHERE user_id = last.user_id) OVER (), 0) AS last_turn
            FROM (SELECT u.id AS user_id, row_number() OVER (ORDER BY min(s.place), min(s.id)) AS turn
                {_on_duty("c.time_zone")} GROUP BY u.id) AS line
        ) AS passed
        ORDER BY turn <= last_turn, turn LIMIT 1
    ) AS next ON true
),
called AS (
    INSERT INTO complaints_dutycall (complaint_id, hop, round, user_id, called_at)
    SELECT id, hop, round, user_id, %(now)s FROM chosen WHERE user_id IS NOT NULL ORDER BY id
    ON CONFLICT DO NOTHING
    RETURNING complaint_id, hop, round, user_id
),
notices AS (
    {_NOTICE}
    SELECT told.channel, '{DUTY_CALL}', 'complaint', c.id, c.hop, 'user', u.id, called.round,
        jsonb_build_object('number', c.number, 'tier', c.tier), %(now)s, %(now)s, {_SHOWN_AT_ONCE}, true
    FROM called JOIN pool c ON c.id = called.complaint_id JOIN representatives_user u ON u.id = called.user_id
    {_CHANNELS} WHERE told.wanted
    ON CONFLICT DO NOTHING
),
alarms AS (
    INSERT INTO platform_alarm (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
    SELECT '{NOBODY}', 'complaint', c.id, c.hop, above.branch_id, 'critical',
        jsonb_build_object('number', c.number, 'tier', c.tier), %(now)s
    FROM chosen c CROSS JOIN LATERAL {_ABOVE}
    WHERE c.user_id IS NULL
    ON CONFLICT DO NOTHING
    RETURNING 1
),
answered AS (
    UPDATE platform_alarm SET closed_at = greatest(raised_at, %(now)s)
    FROM called WHERE kind = '{NOBODY}' AND subject_kind = 'complaint' AND subject_id = called.complaint_id
        AND closed_at IS NULL
)
SELECT (SELECT count(*) FROM called), (SELECT count(*) FROM alarms)"""

_CALL_HEADS = f"""
WITH late AS MATERIALIZED (
    SELECT c.id, c.number, c.tier, c.hop, c.branch_id, b.region_id
    FROM complaints_complaint c
    JOIN insurers_branch b ON b.id = c.branch_id
    WHERE {_UNTOLD}
    ORDER BY c.id LIMIT %(batch)s
),
called AS (
    {_NOTICE}
    SELECT DISTINCT told.channel, '{DUTY_LATE}', 'complaint', c.id, c.hop, 'user', u.id, 0,
        jsonb_build_object('number', c.number, 'tier', c.tier), %(now)s, %(now)s, {_SHOWN_AT_ONCE}, true
    FROM late c CROSS JOIN LATERAL {_ABOVE}
    JOIN representatives_appointment a ON a.branch_id = above.branch_id AND a.role = '{AppointmentRole.HEAD.value}'
        AND a.valid_from <= %(today)s AND (a.valid_to IS NULL OR a.valid_to >= %(today)s)
    JOIN representatives_user u ON u.id = a.user_id AND u.is_active
    {_CHANNELS} WHERE told.wanted
    ON CONFLICT DO NOTHING
    RETURNING receiver_id, subject_id
)
SELECT count(DISTINCT (receiver_id, subject_id)) FROM called"""


def call(*, now: datetime) -> Called:
    """Call whoever is next for every urgent case that nobody has taken; call the heads where the lane has ended.

    A case whose last call or acknowledgement is ten minutes old (DUTY_CALL_MINUTES) has its next call. With nobody
    on duty its branch and the fund have an alarm, once in a hop. One probe when there is nothing to do, at most
    two statements more, however much there is.
    """
    values: dict[str, Any] = {
        "now": now,
        "today": now.date(),
        "silent_since": now - timedelta(minutes=settings.DUTY_CALL_MINUTES),
        "sms": sms.is_on(),
        "batch": BATCH,
    }
    with transaction.atomic():
        silent, untold = _run(_PROBE, values)
        calls, alarms = _run(_CALL, values) if silent else (0, 0)
        (heads,) = _run(_CALL_HEADS, values) if untold else (0,)
        if calls or heads:
            bells.ring(outbox.TOPIC)
        if calls or alarms:
            bells.ring(CHANGED)
    return Called(calls=calls, alarms=alarms, heads=heads, statements=1 + silent + untold)


def _run(statement: str, values: dict[str, Any]) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[int, ...] = cursor.fetchone()
    return row
