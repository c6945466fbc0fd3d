"""What people did with the timer in a period, by branch, tier and person: one statement over indexes.

history_fairness brings pauses, reclassifications, decisions and reopenings, history_hops_by_time the hops of
the timer, complaint_breached the cases whose last tier was late. A hop counts against the tier that let it
happen, and against the person who held the case. What a decision had left of its limit is counted by the
rule and the calendar of the case, as the timer counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from complaints.escalation.clock import joins
from complaints.states import Event
from insurers.working_time_sql import passed_value

# A reopening counts against who had decided; everything else against who did it.
_DONE = f"""done AS MATERIALIZED (
    SELECT h.complaint_id, h.to_branch_id AS branch_id, h.from_tier AS tier, h.event, h.at, h.due_before,
        CASE h.event WHEN '{Event.REOPENED.value}' THEN h.from_assignee_id ELSE h.by_id END AS person_id
    FROM complaints_history h
    WHERE h.to_branch_id = ANY(%(branches)s) AND h.at >= %(since)s AND h.at < %(until)s
        AND h.event IN ('{Event.RECLASSIFIED.value}', '{Event.REOPENED.value}', '{Event.RESOLVED.value}',
            '{Event.WAITED.value}')
)"""
_LEFT = f"""CASE WHEN l.always THEN extract(epoch FROM c.due_before - c.at)
    ELSE {passed_value(moment="c.due_before", schedule="b.schedule_id")}
        - {passed_value(moment="c.at", schedule="b.schedule_id")} END"""
#: Of a decision: made in time, but when less than a tenth of the tier's limit was left.
LAST_TENTH = "coalesce(seconds_left >= 0 AND seconds_left * 10 < limit_seconds, false)"


def decided(rows: str, keep: str) -> str:
    """The decisions among lines of history `rows`, with `untouched`, what was left and the limit.

    `rows` brings complaint_id, branch_id, tier, event, at, due_before and the column `keep`. Index
    message_of_case: a public message of staff or a logged call before the decision is a contact.
    """
    return f"""decided AS MATERIALIZED (
    SELECT c.branch_id, c.tier, c.{keep}, c.untouched, {_LEFT} AS seconds_left, l.seconds AS limit_seconds
    FROM (
        SELECT d.*, row.rule_edition_id, row.kind, row.category_id, row.urgency, (
            SELECT m.id FROM complaints_message m
            WHERE m.complaint_id = d.complaint_id AND m.author_kind = 'staff' AND m.posted_at <= d.at
                AND (m.is_call OR NOT m.is_internal)
            ORDER BY m.id LIMIT 1
        ) IS NULL AS untouched
        FROM {rows} d JOIN complaints_complaint row ON row.id = d.complaint_id
        WHERE d.event = '{Event.RESOLVED.value}'
    ) AS c
    {joins(tier="c.tier", value="r.resolution_limit", unit="r.resolution_unit", start="c.at")}
)"""


_LATE = f"""late AS (
    SELECT h.to_branch_id AS branch_id, h.from_tier AS tier, h.from_assignee_id AS person_id
    FROM complaints_history h
    WHERE h.to_branch_id = ANY(%(branches)s) AND h.at >= %(since)s AND h.at < %(until)s
        AND h.event = '{Event.ESCALATED.value}'
    UNION ALL
    SELECT row.branch_id, h.from_tier, h.from_assignee_id
    FROM complaints_complaint row JOIN complaints_history h
        ON h.complaint_id = row.id AND h.at = row.breached_at AND h.event = '{Event.BREACHED.value}'
    WHERE row.branch_id = ANY(%(branches)s) AND row.breached_at >= %(since)s AND row.breached_at < %(until)s
)"""
_COUNTED = f"""counted AS (
    SELECT branch_id, tier, person_id, 0 AS decided, 0 AS untouched, 0 AS last_tenth,
        (event = '{Event.WAITED.value}')::int AS paused, (event = '{Event.RECLASSIFIED.value}')::int AS reclassified,
        (event = '{Event.REOPENED.value}')::int AS reopened, 0 AS late
    FROM done WHERE event <> '{Event.RESOLVED.value}'
    UNION ALL
    SELECT branch_id, tier, person_id, 1, untouched::int,
        {LAST_TENTH}::int, 0, 0, 0, 0
    FROM decided
    UNION ALL
    SELECT branch_id, tier, person_id, 0, 0, 0, 0, 0, 0, 1 FROM late
)"""
_REPORT = f"""
WITH {_DONE},
{decided("done", "person_id")},
{_LATE},
{_COUNTED}
SELECT branch_id, tier, person_id, sum(decided), sum(untouched), sum(last_tenth), sum(paused), sum(reclassified),
    sum(reopened), sum(late)
FROM counted GROUP BY branch_id, tier, person_id
"""


@dataclass(frozen=True, slots=True)
class Deeds:
    """Of one person in one tier of one branch; without a person: of the tier's queue, which nobody held."""

    branch_id: int
    tier: int
    person_id: int | None
    decided: int
    untouched: int
    last_tenth: int
    paused: int
    reclassified: int
    reopened: int
    late: int


def deeds(*, branch_ids: Sequence[int], since: datetime, until: datetime) -> list[Deeds]:
    """What happened in these branches from `since` to before `until`."""
    with connection.cursor() as cursor:
        cursor.execute(_REPORT, {"branches": list(branch_ids), "since": since, "until": until})
        return [Deeds(*row[:3], *(int(count) for count in row[3:])) for row in cursor.fetchall()]
