"""No case is invisible: who cannot work loses what they hold to the pool, and a pool without people is cried out.

Who serves a branch and tier today is derived, never stored: see representatives.coverage_sql. A look finds its
work in rows and may be repeated or made by two at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from complaints.escalation import rounds
from complaints.escalation.moves import CHANGED
from complaints.escalation.presence import SILENCE
from complaints.kinds import Cause, Reason
from complaints.states import Event
from omsportal.platform import bells
from representatives.coverage_sql import DAY, IS_PERSON, IS_SYSTEM, STAFF, fund, own, pool, somebody

BATCH = 500
#: Subject of the alarms: branch and tier in one number, branch * 10 + tier.
SUBJECT = "branch_tier"
#: Whoever is active and not on leave may still have been moved elsewhere: each desk is looked at once in so many
#: minutes, a share of them every minute. Leave and switched-off accounts are seen at every look.
DESKS_IN_TURN = 15

# Switched-off accounts; who is on leave around today (the exclusion constraint leave_no_overlap is the index); and
# this minute's share of all others.
_HOLDERS = f"""
SELECT u.id FROM representatives_user u WHERE NOT u.is_active
UNION
SELECT r.user_id FROM representatives_leave away
    JOIN representatives_representative r ON r.id = away.representative_id
    WHERE daterange(away.starts_on, away.ends_on, '[]')
        && daterange((%(now)s::date - 1), (%(now)s::date + 1), '[]')
UNION
SELECT u.id FROM representatives_user u WHERE u.id %% {DESKS_IN_TURN} = %(desks)s"""
# May this holder go on? As the pair's own staff, or because they stand in for them today.
_MAY_GO_ON = f"""EXISTS (
    SELECT 1 FROM {STAFF} WHERE r.user_id = h.id AND (
        {own(tier="c.tier")}
        OR (NOT {somebody(own(tier="c.tier"))} AND ({pool(tier="c.tier")}
            OR (NOT {somebody(pool(tier="c.tier"))} AND {fund(tier="c.tier")})))))"""
# Index complaint_holder, one range for each holder; OFFSET 0 keeps it one.
_HELD = """CROSS JOIN LATERAL (
        SELECT c.id, c.branch_id, c.tier FROM complaints_complaint c
        WHERE c.assignee_id = h.id AND c.status = 'in_work' OFFSET 0
    ) c
    JOIN insurers_branch b ON b.id = c.branch_id
    JOIN insurers_region g ON g.id = b.region_id"""
# In a chat somebody sits and waits for the next word: whoever is away, has no page open and did nothing for a while
# will not say it. Those of the last day alone: the others' chats went back then.
_LEFT_CHATS = """SELECT c.id, r.user_id AS holder_id FROM representatives_representative r
    CROSS JOIN LATERAL (
        SELECT c.id FROM complaints_complaint c
        WHERE c.assignee_id = r.user_id AND c.status = 'in_work' AND c.channel = 'chat' OFFSET 0
    ) c
    WHERE r.presence = 'away' AND r.seen_at < %(silent_since)s
        AND r.seen_at > %(now)s::timestamptz - interval '1 day'
        AND (r.here_at IS NULL OR r.here_at < %(silent_since)s)"""
_PUT_BACK = f"""
WITH holders AS MATERIALIZED ({_HOLDERS}),
found AS MATERIALIZED (
    (SELECT c.id, h.id AS holder_id FROM holders h {_HELD} WHERE NOT {_MAY_GO_ON} LIMIT %(batch)s)
    UNION ({_LEFT_CHATS} LIMIT %(batch)s)
),
claimed AS MATERIALIZED (
    SELECT row.id, row.number, row.tier, row.hop, row.version, row.branch_id, row.assignee_id, row.due_at
    FROM complaints_complaint row JOIN found f ON f.id = row.id
    WHERE row.status = 'in_work' AND row.assignee_id = f.holder_id
    ORDER BY row.id FOR NO KEY UPDATE OF row SKIP LOCKED
),
moved AS (
    UPDATE complaints_complaint AS row SET status = 'new', assignee_id = NULL, version = row.version + 1
    FROM claimed c WHERE row.id = c.id RETURNING row.id
),
lines AS (
    INSERT INTO complaints_history (complaint_id, at, event, hop, cause, reason, from_status, to_status, from_tier,
        to_tier, from_branch_id, to_branch_id, from_assignee_id, to_assignee_id, due_before, due_after)
    SELECT c.id, %(now)s, '{Event.RELEASED.value}', c.hop, '{Cause.SYSTEM.value}', '{Reason.LEAVE.value}', 'in_work',
        'new', c.tier, c.tier, c.branch_id, c.branch_id, c.assignee_id, NULL, c.due_at, c.due_at
    FROM claimed c ORDER BY c.id
),
notices AS (
    INSERT INTO platform_outbox (channel, kind, subject_kind, subject_id, hop, receiver_kind, receiver_id, dedup,
        payload, created_at, available_at, sent_at)
    SELECT 'portal', 'released', 'complaint', c.id, c.hop, told.kind, told.id, c.version + 1,
        jsonb_build_object('number', c.number, 'tier', c.tier), %(now)s, %(now)s, %(now)s
    FROM claimed c CROSS JOIN LATERAL (VALUES ('pool', c.branch_id), ('user', c.assignee_id)) AS told (kind, id)
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM moved
"""

# Pairs with somebody waiting in their pool: a probe of index complaint_queue for each branch and tier there is, so
# the cost goes by branches, not by cases. LIMIT 1 keeps each of them a probe.
_WAITING_PAIRS = """
    SELECT b.id, b.kind, b.insurer_id, b.region_id, b.schedule_id, pair.tier
    FROM insurers_branch b
    JOIN (VALUES ('insurer', 1), ('insurer', 2), ('insurer', 3), ('fund', 4)) AS pair (kind, tier)
        ON pair.kind = b.kind
    CROSS JOIN LATERAL (
        SELECT 1 FROM complaints_complaint c WHERE c.branch_id = b.id AND c.tier = pair.tier AND c.status = 'new'
        LIMIT 1
    ) AS waiting"""
# The schedule's last span that has begun, by its unique index.
_WORKS_NOW = """coalesce((
    SELECT span.ends_at > %(now)s FROM insurers_workingspan span
    WHERE span.schedule_id = b.schedule_id AND span.starts_at <= %(now)s
    ORDER BY span.starts_at DESC LIMIT 1), false)"""
_PRESENT = f"(r.presence IN ('free', 'busy') OR (NOT {IS_PERSON} AND {IS_SYSTEM}))"
_SAY = f"""
WITH pairs AS MATERIALIZED ({_WAITING_PAIRS}),
judged AS MATERIALIZED (
    SELECT b.id, b.tier, b.region_id, b.kind, {DAY} - DATE '1970-01-01' AS day,
        {somebody(own(tier="b.tier"))} AS has_own,
        {somebody(pool(tier="b.tier"))} AS has_pool,
        {somebody(fund(tier="b.tier"))} AS has_fund,
        {somebody(own(tier="b.tier") + " AND " + _PRESENT)} AS has_present,
        {_WORKS_NOW} AS works_now
    FROM pairs b JOIN insurers_region g ON g.id = b.region_id
),
wanted AS MATERIALIZED (
    SELECT raised.kind, j.id * 10 + j.tier AS subject_id, j.day, raised.receiver_id, raised.severity,
        jsonb_build_object('branch', j.id, 'tier', j.tier, 'stands_in', CASE
            WHEN raised.kind = 'nobody_free' THEN 'own' WHEN j.has_pool THEN 'insurer'
            WHEN j.has_fund THEN 'fund' ELSE 'nobody' END) AS payload
    FROM judged j
    LEFT JOIN insurers_branch f ON f.region_id = j.region_id AND f.kind = 'fund' AND f.id <> j.id
    CROSS JOIN LATERAL (VALUES
        (NOT j.has_own, 'nobody_serves', j.id, CASE WHEN j.has_pool THEN 'warning' ELSE 'critical' END),
        (NOT j.has_own AND f.id IS NOT NULL, 'nobody_serves', f.id,
            CASE WHEN j.has_pool THEN 'warning' ELSE 'critical' END),
        (NOT (j.has_own OR j.has_pool OR j.has_fund), 'nobody_serves', NULL::bigint, 'critical'),
        (j.has_own AND j.works_now AND NOT j.has_present, 'nobody_free', j.id, 'warning')
    ) AS raised (is_wanted, kind, receiver_id, severity)
    WHERE raised.is_wanted
),
raised AS (
    INSERT INTO platform_alarm (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
    SELECT w.kind, '{SUBJECT}', w.subject_id, w.day, w.receiver_id, w.severity, w.payload, %(now)s
    FROM wanted w
    WHERE NOT EXISTS (
        SELECT 1 FROM platform_alarm a
        WHERE a.kind = w.kind AND a.subject_kind = '{SUBJECT}' AND a.subject_id = w.subject_id
            AND a.receiver_branch_id IS NOT DISTINCT FROM w.receiver_id AND a.closed_at IS NULL)
    ON CONFLICT (kind, subject_kind, subject_id, hop, receiver_branch_id)
        DO UPDATE SET closed_at = NULL, severity = excluded.severity, payload = excluded.payload
    RETURNING kind
)
SELECT count(*) FILTER (WHERE kind = 'nobody_serves'), count(*) FILTER (WHERE kind = 'nobody_free') FROM raised
"""
# Partial index alarm_open. Somebody serves again, or is free again, or the branch is closed for the night.
_CLOSE = f"""
UPDATE platform_alarm AS alarm SET closed_at = %(now)s
FROM (
    SELECT open.id, open.kind, open.subject_id %% 10 AS tier, b.id AS branch_id
    FROM platform_alarm open JOIN insurers_branch b ON b.id = open.subject_id / 10
    WHERE open.closed_at IS NULL AND open.subject_kind = '{SUBJECT}'
        AND open.kind IN ('nobody_serves', 'nobody_free')
) AS about
JOIN insurers_branch b ON b.id = about.branch_id
JOIN insurers_region g ON g.id = b.region_id
WHERE alarm.id = about.id AND alarm.raised_at <= %(now)s AND CASE about.kind
    WHEN 'nobody_serves' THEN {somebody(own(tier="about.tier"))}
        OR (alarm.receiver_branch_id IS NULL
            AND ({somebody(pool(tier="about.tier"))} OR {somebody(fund(tier="about.tier"))}))
    ELSE NOT {somebody(own(tier="about.tier"))} OR NOT {_WORKS_NOW}
        OR {somebody(own(tier="about.tier") + " AND " + _PRESENT)} END
"""


@dataclass(frozen=True, slots=True)
class Covered:
    """What one look did."""

    put_back: int
    nobody_serves: int
    nobody_free: int
    closed: int


def look(now: datetime) -> Covered:
    """Put back what nobody works on and chats of who is gone, cry out pools without people, close what is over.

    A case that waits for the patient stays with its holder until the answer or the end of the pause; from then
    on it is in work, and the next look puts it back.
    """
    put_back = 0
    while True:
        moved = _put_back(now)
        put_back += moved
        if moved < BATCH:
            break
    if put_back:
        bells.ring(CHANGED)
    closed = _closed(now)
    (nobody_serves, nobody_free) = _fetch(_SAY, now)
    return Covered(put_back, nobody_serves, nobody_free, closed)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("coverage", timedelta(minutes=1), look))


def _put_back(now: datetime) -> int:
    minute = int(now.timestamp()) // 60
    (moved,) = _fetch(_PUT_BACK, now, desks=minute % DESKS_IN_TURN, batch=BATCH, silent_since=now - SILENCE)
    return int(moved)


def _closed(now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"now": now})
        return int(cursor.rowcount)


def _fetch(statement: str, now: datetime, **values: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values | {"now": now})
        row: tuple[Any, ...] = cursor.fetchone()
    return row
