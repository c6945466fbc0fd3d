"""Figures of days by row of the official form: written where daily_counts.py walks the sealed history.

A case counts on the day on which the work on it ended, into the row that was written into it then. A chat that
was answered and then became an appeal is taken back from that day: the appeal counts. A row that is written late
is counted with it, if the history is counted beyond that end already.
"""

from complaints.kinds import Outcome
from complaints.models.counts import Measure
from complaints.states import Event, Status

#: A key of Measure.OFFICIAL_ROW is the id of the row times this, and 1 for a case that was justified.
ROW_STEP = 2

_ENDED = ", ".join(
    f"'{event.value}'" for event in (Event.RESOLVED, Event.WITHDRAWN, Event.FORWARDED, Event.LEFT_UNANSWERED)
)
_KEY = f"c.official_code_id * {ROW_STEP} + (c.outcome = '{Outcome.JUSTIFIED}')::int"
_PLACES = "JOIN insurers_branch b ON b.id = h.to_branch_id JOIN insurers_region g ON g.id = b.region_id"


def measured(cases: str, which: str) -> str:
    """Lines of figures (branch, day, measure, key) for each end `h` of a case `c` of `cases` with a row."""
    return f"""
    SELECT h.to_branch_id AS branch_id, (h.at AT TIME ZONE g.time_zone)::date AS day,
        '{Measure.OFFICIAL_ROW}' AS measure, {_KEY} AS key
    FROM {cases} c JOIN complaints_history h ON h.complaint_id = c.id {_PLACES}
    WHERE {which} AND h.event IN ({_ENDED}) AND c.official_code_id IS NOT NULL"""


_BATCH = "h.id > %(after)s AND h.id <= %(until)s"
# The primary key, a range of a batch; cases and branches by theirs.
LINES = f"WITH measured AS ({measured('complaints_complaint', _BATCH)})"
# The same range; of the few chats in it the end by index history_of_case, the figure by its unique key.
TAKE_BACK = f"""
WITH taken AS (
    SELECT h.to_branch_id AS branch_id, (h.at AT TIME ZONE g.time_zone)::date AS day, {_KEY} AS key, count(*) AS n
    FROM complaints_history became
    JOIN complaints_complaint c ON c.id = became.complaint_id
    JOIN complaints_history h ON h.complaint_id = c.id AND h.id < became.id AND h.event = '{Event.RESOLVED}'
    {_PLACES}
    WHERE became.id > %(after)s AND became.id <= %(until)s AND became.event = '{Event.BECAME_COMPLAINT}'
        AND became.from_status IN ('{Status.RESOLVED}', '{Status.ANSWERED}') AND c.official_code_id IS NOT NULL
    GROUP BY 1, 2, 3
)
UPDATE complaints_dailycount AS old SET n = greatest(old.n - taken.n, 0)
FROM taken
WHERE old.branch_id = taken.branch_id AND old.measure = '{Measure.OFFICIAL_ROW}' AND old.day = taken.day
    AND old.key = taken.key"""
