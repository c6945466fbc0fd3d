"""The row of the official form that a case counts into, fixed when the work on it ends.

That is the decision, a withdrawal, a forwarding or a leaving without answer: from then on nobody changes kind
or theme. The edition is that of the day at the branch. A chat that became an appeal counts there: it gets
no row, and one that it had from its answer counts no more (complaints/escalation/form_counts.py).
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from complaints.escalation import daily_counts, form_counts
from complaints.models import CategoryCode, Complaint, OfficialCode
from complaints.states import Event

#: Cases that one statement looks at.
WINDOW = 10_000
_LAST = "SELECT coalesce(max(id), 0) FROM complaints_complaint"
# The primary key, a range of at most WINDOW; rows of themes are some dozens. Of what is filled the lines of
# its history (index history_of_case): those up to where rows are counted the round counts no more.
_FILL = f"""
WITH ended AS (
    SELECT c.id, c.kind, c.category_id,
        (coalesce(c.resolved_at, c.closed_at) AT TIME ZONE g.time_zone)::date AS day
    FROM complaints_complaint c
    JOIN insurers_branch b ON b.id = c.branch_id
    JOIN insurers_region g ON g.id = b.region_id
    WHERE c.id > %(after)s AND c.id <= %(until)s AND c.official_code_id IS NULL
        AND c.status NOT IN ('new', 'in_work', 'waiting')
        AND (c.resolved_at IS NOT NULL OR c.status IN ('withdrawn', 'forwarded', 'left_unanswered'))
        AND NOT EXISTS (
            SELECT FROM complaints_history became
            WHERE became.complaint_id = c.id AND became.event = '{Event.BECAME_COMPLAINT}')
),
filled AS (
    UPDATE complaints_complaint AS found SET official_code_id = chosen.official_code_id
    FROM ended CROSS JOIN LATERAL (
        SELECT k.official_code_id FROM complaints_categorycode k
        WHERE k.kind = ended.kind AND (k.category_id = ended.category_id OR k.category_id IS NULL)
            AND k.valid_from <= ended.day AND (k.valid_to IS NULL OR k.valid_to >= ended.day)
        ORDER BY k.category_id NULLS LAST LIMIT 1
    ) AS chosen
    WHERE found.id = ended.id AND found.official_code_id IS NULL
    RETURNING found.id, found.official_code_id, found.outcome
),
measured AS ({form_counts.measured("filled", "h.id <= %(counted)s")}),
added AS ({daily_counts.ADD_UP})
SELECT (SELECT count(*) FROM filled), (SELECT count(*) FROM measured)"""  # noqa: S608  (names of our own)


def row_of(case: Complaint, now: datetime) -> OfficialCode | None:
    """Of the edition in force where the case is; None while its theme has no row. One query."""
    day = now.astimezone(case.branch.zone).date()
    rows = CategoryCode.objects.valid_on(day).counting(case.kind, case.category_id)
    chosen: CategoryCode | None = rows.select_related("official_code").first()
    return chosen.official_code if chosen else None


@dataclass(frozen=True, slots=True)
class Filled:
    """So many cases got their row, and so many of them were counted with it; the round counts the others."""

    filled: int = 0
    counted: int = 0

    def __add__(self, other: "Filled") -> "Filled":
        return Filled(self.filled + other.filled, self.counted + other.counted)


def fill() -> Filled:
    """Give cases that ended without a row the one that counted on their day, and count them into their days.

    For those from before rows were fixed, and for themes that got their row late. May be interrupted: rows
    and figures of a window are written together.
    """
    done, after = Filled(), 0
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        last = cursor.fetchone()[0]
    while after < last:
        done, after = done + _fill_window(after), after + WINDOW
    return done


@transaction.atomic
def _fill_window(after: int) -> Filled:
    counted = daily_counts.counted_up_to(daily_counts.ROWS)
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"after": after, "until": after + WINDOW, "counted": counted})
        return Filled(*cursor.fetchone())
