"""The date of the law counted anew in SQL, for a batch: what services.legal counts for one case.

A case keeps its registration and its extension; only the days off are those of today. Whoever was late stays
late: a date that has passed where the branch is moves no more.
"""

from complaints.deadlines import ANSWER_DAYS, MOST_EXTENSION_DAYS
from complaints.kinds import Cause, Form
from complaints.states import OPEN, Event, Status

_UNANSWERED = ", ".join(f"'{status.value}'" for status in sorted(OPEN | {Status.RESOLVED}))
_IS_OPEN = f"row.status IN ({_UNANSWERED}) AND row.form = '{Form.WRITTEN.value}'"
#: More days than lie between registration and answer: no date of a case is further from its law's last day.
_MOST_DAYS = 2 * MOST_EXTENSION_DAYS + 1

# Calendar days that the law gives; the dated row as services.legal.answer_days reads it.
_TERM = """LEFT JOIN LATERAL (
    SELECT value FROM complaints_deadline AS known
    WHERE known."group" = 'appeal' AND known.code = 'ANSWER' AND known.valid_from <= row.registered_on
        AND (known.valid_to IS NULL OR known.valid_to >= row.registered_on) AND known.region_id IS NULL
    ORDER BY known.id LIMIT 1
) AS term ON true"""
# An earlier appeal about the same event rules: services.linking.
_BEGUN = "coalesce(row.counts_from_on, row.registered_on)"
_LATEST = f"""{_BEGUN} + coalesce(term.value, {ANSWER_DAYS})
    + least(row.extended_by_days, {MOST_EXTENSION_DAYS})"""

# Partial index complaint_answer_due, a range that ends with the changed day. A changed day concerns a case only
# if it lies between the date that the case has and the last day that the law allows.
IDS = f"""
SELECT row.id FROM complaints_complaint AS row {_TERM}
WHERE {_IS_OPEN} AND row.branch_id = ANY(%(branches)s) AND row.id + 0 > %(after)s
    AND row.answer_due_on BETWEEN %(day)s::date - {_MOST_DAYS} AND %(day)s::date
    AND {_LATEST} >= %(day)s::date
ORDER BY row.id + 0"""

# Primary key. "Passed" goes by the date where the branch is.
_CLAIMED = f"""claimed AS MATERIALIZED (
    SELECT row.id, row.hop, row.tier, row.branch_id, row.status, row.assignee_id, row.due_at, row.registered_on AS own_on,
        {_BEGUN} AS registered_on, row.answer_due_on, {_LATEST} AS latest, b.region_id,
        (%(now)s::timestamptz AT TIME ZONE region.time_zone)::date AS today
    FROM complaints_complaint AS row
    JOIN insurers_branch AS b ON b.id = row.branch_id
    JOIN insurers_region AS region ON region.id = b.region_id {_TERM}
    WHERE row.id = ANY(%(ids)s) AND {_IS_OPEN}
    ORDER BY row.id{{lock}}
)"""
# Once for each region and pair of dates, not for each case. Unique index calendar_day_once_in_region: the
# region's own day wins over the country's, and without either the weekday decides.
_COUNTED = """counted AS MATERIALIZED (
    SELECT asked.region_id, asked.registered_on, asked.latest, coalesce((
        SELECT max(days.day) FROM (
            SELECT asked.latest - back AS day
            FROM generate_series(0, asked.latest - asked.registered_on) AS back
        ) AS days
        LEFT JOIN insurers_calendarday AS own ON own.date = days.day AND own.region_id = asked.region_id
        LEFT JOIN insurers_calendarday AS common ON common.date = days.day AND common.region_id IS NULL
        WHERE coalesce(own.kind, common.kind,
            CASE WHEN extract(isodow FROM days.day) >= 6 THEN 'day_off' ELSE 'working' END) <> 'day_off'
    ), asked.registered_on) AS due_on
    FROM (SELECT DISTINCT region_id, registered_on, latest FROM claimed) AS asked
)"""
_PLANNED = f"""{_COUNTED},
planned AS MATERIALIZED (
    SELECT c.*, greatest(counted.due_on, c.own_on) AS next_due_on FROM claimed AS c
    JOIN counted ON counted.region_id = c.region_id AND counted.registered_on = c.registered_on
        AND counted.latest = c.latest
    WHERE greatest(counted.due_on, c.own_on) <> c.answer_due_on
)"""

COUNT = f"""WITH {_CLAIMED.format(lock=" FOR NO KEY UPDATE OF row")},
{_PLANNED},
moved AS (
    UPDATE complaints_complaint AS row SET answer_due_on = p.next_due_on, version = row.version + 1
    FROM planned AS p WHERE row.id = p.id AND p.answer_due_on >= p.today RETURNING row.id
),
lines AS (
    INSERT INTO complaints_history (complaint_id, at, event, hop, cause, reason, from_status, to_status, from_tier,
        to_tier, from_branch_id, to_branch_id, from_assignee_id, to_assignee_id, due_before, due_after,
        answer_before, answer_after)
    SELECT p.id, %(now)s, '{Event.ANSWER_RECOUNTED.value}', p.hop, '{Cause.SYSTEM.value}', '', p.status, p.status,
        p.tier, p.tier, p.branch_id, p.branch_id, p.assignee_id, p.assignee_id, p.due_at, p.due_at,
        p.answer_due_on, p.next_due_on
    FROM planned AS p WHERE p.answer_due_on >= p.today
)
SELECT (SELECT count(*) FROM moved), (SELECT count(*) FROM planned WHERE answer_due_on < today)"""

#: What would move, nothing written, nothing locked: later, earlier, late at once, passed and so left alone.
LOOK = f"""WITH {_CLAIMED.format(lock="")},
{_PLANNED}
SELECT count(*) FILTER (WHERE p.answer_due_on >= p.today AND p.next_due_on > p.answer_due_on),
    count(*) FILTER (WHERE p.answer_due_on >= p.today AND p.next_due_on < p.answer_due_on),
    count(*) FILTER (WHERE p.answer_due_on >= p.today AND p.next_due_on < p.today),
    count(*) FILTER (WHERE p.answer_due_on < p.today)
FROM planned AS p"""
