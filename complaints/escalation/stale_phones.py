"""Phones that nobody has called for ninety days: one alarm for each branch, until the last of them is confirmed."""

from datetime import date, datetime, timedelta

from complaints.escalation import branch_alarms, rounds

#: A phone that nobody has called for so long is called and confirmed.
CONFIRMED_FOR = timedelta(days=90)
ALARM = "phones_unconfirmed"

# Phones are a few thousand and grow with branches only: they are read whole, once an hour. Those of an insurer in
# the whole country belong to no branch; they stand on the list of its administrators.
_LOOK = branch_alarms.statement(
    ALARM,
    """
SELECT b.id AS branch_id, jsonb_build_object('phones', count(*)) AS payload
FROM insurers_hotline line JOIN insurers_branch b ON b.id = line.branch_id
WHERE (line.valid_from IS NULL OR line.valid_from <= %(today)s)
    AND (line.valid_to IS NULL OR line.valid_to >= %(today)s)
    AND (b.valid_to IS NULL OR b.valid_to >= %(today)s)
    AND (line.confirmed_on IS NULL OR line.confirmed_on < %(since)s)
GROUP BY b.id""",
)


def stale_since(today: date) -> date:
    """Confirmed before this day is too long ago."""
    return today - CONFIRMED_FOR


def look(now: datetime) -> tuple[int, int]:
    """Raise and close the alarms of all branches at once; returns how many of each."""
    today = now.date()
    return branch_alarms.look(_LOOK, now, today=today, since=stale_since(today))


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("stale_phones", timedelta(hours=1), look))
