"""Figures of days by row of the official form: written where daily_counts.py walks the sealed history.

A case counts on the day on which the work on it ended, into the row that was written into it then.
"""

from complaints.kinds import Outcome
from complaints.models.counts import Measure
from complaints.states import Event

#: A key of Measure.OFFICIAL_ROW is the id of the row times this, and 1 for a case that was justified.
ROW_STEP = 2

_ENDED = ", ".join(
    f"'{event.value}'" for event in (Event.RESOLVED, Event.WITHDRAWN, Event.FORWARDED, Event.LEFT_UNANSWERED)
)
# The primary key, a range of a batch; cases and branches by theirs.
LINES = f"""
WITH measured AS (
    SELECT h.to_branch_id AS branch_id, (h.at AT TIME ZONE g.time_zone)::date AS day,
        '{Measure.OFFICIAL_ROW}' AS measure,
        c.official_code_id * {ROW_STEP} + (c.outcome = '{Outcome.JUSTIFIED}')::int AS key
    FROM complaints_history h
    JOIN complaints_complaint c ON c.id = h.complaint_id
    JOIN insurers_branch b ON b.id = h.to_branch_id
    JOIN insurers_region g ON g.id = b.region_id
    WHERE h.id > %(after)s AND h.id <= %(until)s AND h.event IN ({_ENDED})
        AND c.official_code_id IS NOT NULL
)"""
