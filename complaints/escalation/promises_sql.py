"""What patients were promised, counted anew in SQL: the end of a pause, and until when somebody calls back.

Both are a number of working days after a moment. Who asked for a call in certain hours is called in the first of
them, from that working day on, in which the branch works. What has passed stays: a pause that is over ends at the
next sweep, a call that is late is late. Beyond the computed calendar a promise keeps its moment.
"""

from complaints.deadlines import CALL_BACK_DAYS
from complaints.escalation.clock import FALLBACK_SECONDS
from complaints.kinds import Cause
from complaints.states import OPEN, Event, Status
from insurers.working_time_sql import due_joins, due_value

_OPEN_STATUSES = ", ".join(f"'{status.value}'" for status in sorted(OPEN))

# Partial indexes: complaint_queue, of which waiting cases are a part; complaint_call_back, promises not yet kept.
WAITING_IDS = f"""
SELECT row.id FROM complaints_complaint AS row
WHERE row.branch_id = ANY(%(branches)s) AND row.status = '{Status.WAITING.value}' AND row.id + 0 > %(after)s
ORDER BY row.id + 0"""
CALL_IDS = f"""
SELECT row.id FROM complaints_complaint AS row
WHERE row.call_back_until IS NOT NULL AND row.call_back_until > %(now)s AND row.branch_id = ANY(%(branches)s)
    AND row.status IN ({_OPEN_STATUSES}) AND row.id + 0 > %(after)s
ORDER BY row.id + 0"""

# The pause that lasts began with the last line of its kind (index history_of_case). Pauses of before their days
# were kept have none: they keep their end.
_DAYS_OF_WAIT = f"""JOIN LATERAL (
    SELECT line.wait_days AS days FROM complaints_history AS line
    WHERE line.complaint_id = row.id AND line.event = '{Event.WAITED.value}' ORDER BY line.id DESC LIMIT 1
) AS given ON given.days IS NOT NULL"""
# Working days to call back, as the dated row of the day of registration says.
_DAYS_TO_CALL = f"""CROSS JOIN LATERAL (
    SELECT coalesce((
        SELECT known.value FROM complaints_deadline AS known
        WHERE known."group" = 'appeal' AND known.code = 'CALL_BACK' AND known.valid_from <= row.registered_on
            AND (known.valid_to IS NULL OR known.valid_to >= row.registered_on) AND known.region_id IS NULL
        ORDER BY known.id LIMIT 1
    ), {CALL_BACK_DAYS}) AS days
) AS given"""
#: Hours for a call are looked for so far ahead, and must meet working time for so long.
_AHEAD, _CALL_TAKES = "interval '28 days'", "interval '30 minutes'"
_AXIS = "LEFT JOIN insurers_workingaxis AS a ON a.schedule_id = b.schedule_id"
_SECONDS = f"coalesce(c.days * a.day_seconds, c.days * {FALLBACK_SECONDS})"


def _meeting(*, due: str) -> str:
    """LATERAL `met`: begin and end of the first hours, not before the day of `due`, in which branch `b` works and the person
    with window `w` wants to be called. The day is the branch's. Without a window there is none.

    Served by the unique index on (schedule_id, starts_at); a schedule round the clock is one long span, of which only
    the days ahead are unrolled.
    """
    opens, closes = (
        "greatest(span.starts_at, wished.starts_at, c.received_at)",
        "least(span.ends_at, wished.ends_at)",
    )
    zone = "region.time_zone"
    return f"""JOIN insurers_region AS region ON region.id = b.region_id
    LEFT JOIN LATERAL (
        SELECT {opens} AS starts_at, {closes} AS ends_at
        FROM insurers_workingspan AS span
        CROSS JOIN LATERAL generate_series(
            (greatest(span.starts_at, c.received_at) AT TIME ZONE w.time_zone)::date::timestamp,
            (least(span.ends_at, {due} + {_AHEAD}) AT TIME ZONE w.time_zone)::date::timestamp,
            interval '1 day') AS date (day)
        CROSS JOIN LATERAL (
            SELECT (date.day + w.starts) AT TIME ZONE w.time_zone AS starts_at,
                (date.day + w.ends) AT TIME ZONE w.time_zone AS ends_at
        ) AS wished
        WHERE span.schedule_id = b.schedule_id AND span.starts_at < {due} + {_AHEAD} AND span.ends_at > c.received_at
            AND w.days >> (extract(isodow FROM date.day)::integer - 1) & 1 = 1
            AND {closes} - {opens} >= {_CALL_TAKES}
            AND ({closes} AT TIME ZONE {zone})::date >= ({due} AT TIME ZONE {zone})::date
        ORDER BY ends_at LIMIT 1
    ) AS met ON true"""


def _counted_anew(
    *, column: str, start: str, days: str, event: Event, statuses: str, wish: str = "", value: str = ""
) -> str:
    return f"""WITH claimed AS MATERIALIZED (
    SELECT row.id, row.hop, row.tier, row.branch_id, row.status, row.assignee_id, row.due_at,
        row.{column} AS until, {start} AS starts_at, {start} AS received_at, given.days
    FROM complaints_complaint AS row {days}
    WHERE row.id = ANY(%(ids)s) AND row.status IN ({statuses}) AND row.{column} > %(now)s
    ORDER BY row.id FOR NO KEY UPDATE OF row
),
planned AS MATERIALIZED (
    SELECT c.*, coalesce({value}{due_value("counted")}, c.until) AS next_until FROM claimed AS c
    JOIN insurers_branch AS b ON b.id = c.branch_id {_AXIS}
    {due_joins(name="counted", start="c.starts_at", seconds=_SECONDS, schedule="b.schedule_id")} {wish}
),
moved AS (
    UPDATE complaints_complaint AS row SET {column} = p.next_until, version = row.version + 1
    FROM planned AS p WHERE row.id = p.id AND p.next_until <> p.until RETURNING row.id
),
lines AS (
    INSERT INTO complaints_history (complaint_id, at, event, hop, cause, reason, from_status, to_status, from_tier,
        to_tier, from_branch_id, to_branch_id, from_assignee_id, to_assignee_id, due_before, due_after,
        until_before, until_after)
    SELECT p.id, %(now)s, '{event.value}', p.hop, '{Cause.SYSTEM.value}', '', p.status, p.status, p.tier, p.tier,
        p.branch_id, p.branch_id, p.assignee_id, p.assignee_id, p.due_at, p.due_at, p.until, p.next_until
    FROM planned AS p WHERE p.next_until <> p.until
)
SELECT count(*) FROM moved"""


WAITS = _counted_anew(
    column="wait_until", start="row.paused_at", days=_DAYS_OF_WAIT, event=Event.WAIT_RECOUNTED,
    statuses=f"'{Status.WAITING.value}'",
)  # fmt: skip
_WISHED = f"""LEFT JOIN complaints_callwindow AS w ON w.complaint_id = c.id
    {_meeting(due=due_value("counted"))}"""
# After a call in vain the next one is promised from that moment on (unique index call_attempt_once).
_SINCE_CALL = """coalesce((SELECT max(a.at) FROM complaints_callattempt AS a WHERE a.complaint_id = row.id),
        row.received_at)"""
CALLS = _counted_anew(
    column="call_back_until", start=_SINCE_CALL, days=_DAYS_TO_CALL, event=Event.CALL_RECOUNTED,
    statuses=_OPEN_STATUSES, wish=_WISHED, value="met.ends_at, ",
)  # fmt: skip

#: The promise to somebody whose voice message came at `received_at`; beyond the calendar, in plain days.
UNTIL_CALL = f"""SELECT coalesce({due_value("counted")}, c.received_at + {_SECONDS} * interval '1 second')
FROM (SELECT %(received_at)s::timestamptz AS received_at, %(days)s::integer AS days, %(schedule)s::bigint AS schedule_id) AS c
LEFT JOIN insurers_workingaxis AS a ON a.schedule_id = c.schedule_id
{due_joins(name="counted", start="c.received_at", seconds=_SECONDS, schedule="c.schedule_id")}"""

#: The same for somebody who says when to call: begin and end of the first hours in which it can be, or nulls.
MEETING = f"""SELECT met.starts_at, met.ends_at
FROM (SELECT %(received_at)s::timestamptz AS received_at, %(days)s::integer AS days) AS c
JOIN insurers_branch AS b ON b.id = %(branch)s {_AXIS}
{due_joins(name="counted", start="c.received_at", seconds=_SECONDS, schedule="b.schedule_id")}
CROSS JOIN (SELECT %(weekdays)s::integer AS days, %(starts)s::time AS starts, %(ends)s::time AS ends,
    %(time_zone)s::text AS time_zone) AS w
{_meeting(due=f"coalesce({due_value('counted')}, c.received_at + {_SECONDS} * interval '1 second')")}"""
