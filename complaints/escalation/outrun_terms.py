"""Waiting times that a region set for itself and that are longer than the country's by now: they count no more.

A region may promise less time than the programme for the whole country, never more. When the country's gets
shorter, patients are told the country's at once; the fund hears that its own row has become void.
"""

from datetime import datetime, timedelta

from complaints.escalation import branch_alarms, rounds
from insurers.reports import today_in

ALARM = "terms_outrun"

# Terms are some dozens for the country and for each region: read whole, once an hour. Other units a person compares;
# what is uncertain for the country counts nowhere, and voids nothing.
_LOOK = branch_alarms.statement(
    ALARM,
    """
SELECT b.id AS branch_id, jsonb_build_object('terms', count(*)) AS payload
FROM complaints_deadline own
JOIN complaints_deadline common ON common."group" = own."group" AND common.code = own.code
    AND common.region_id IS NULL AND common.unit = own.unit AND common.value < own.value
    AND NOT common.needs_check
JOIN insurers_branch b ON b.region_id = own.region_id AND b.kind = 'fund'
WHERE own."group" = 'care'
    AND own.valid_from <= %(today)s AND (own.valid_to IS NULL OR own.valid_to >= %(today)s)
    AND common.valid_from <= %(today)s AND (common.valid_to IS NULL OR common.valid_to >= %(today)s)
    AND (b.valid_to IS NULL OR b.valid_to >= %(today)s)
GROUP BY b.id""",
)


def look(now: datetime) -> tuple[int, int]:
    """Raise and close the alarms of all funds at once; returns how many of each."""
    return branch_alarms.look(_LOOK, now, today=today_in(None, now))


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("outrun_terms", timedelta(hours=1), look))
