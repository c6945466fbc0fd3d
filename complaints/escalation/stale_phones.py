"""Phones that nobody has called for ninety days: one alarm for each branch, until the last of them is confirmed."""

from datetime import date, datetime, timedelta

from django.db import connection

from complaints.escalation import rounds

#: A phone that nobody has called for so long is called and confirmed.
CONFIRMED_FOR = timedelta(days=90)
ALARM, SUBJECT = "phones_unconfirmed", "branch"

# Phones are a few thousand and grow with branches only: they are read whole, once an hour. A branch's alarm is one
# row for ever: it is opened again when phones grow old again. Those of an insurer in the whole country belong to no
# branch; they stand on the list of its administrators.
_LOOK = f"""
WITH stale AS MATERIALIZED (
    SELECT b.id AS branch_id, count(*) AS phones
    FROM insurers_hotline line JOIN insurers_branch b ON b.id = line.branch_id
    WHERE (line.valid_from IS NULL OR line.valid_from <= %(today)s)
        AND (line.valid_to IS NULL OR line.valid_to >= %(today)s)
        AND (b.valid_to IS NULL OR b.valid_to >= %(today)s)
        AND (line.confirmed_on IS NULL OR line.confirmed_on < %(since)s)
    GROUP BY b.id
),
raised AS (
    INSERT INTO platform_alarm AS old (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload,
        raised_at)
    SELECT '{ALARM}', '{SUBJECT}', branch_id, 0, branch_id, 'warning', jsonb_build_object('phones', phones), %(now)s
    FROM stale
    ON CONFLICT (kind, subject_kind, subject_id, hop, receiver_branch_id) DO UPDATE SET
        payload = excluded.payload, closed_at = NULL, acknowledged_at = NULL, acknowledged_by_id = NULL,
        raised_at = excluded.raised_at
    WHERE old.closed_at IS NOT NULL
    RETURNING 1
),
closed AS (
    UPDATE platform_alarm AS old SET closed_at = greatest(old.raised_at, %(now)s)
    WHERE old.kind = '{ALARM}' AND old.closed_at IS NULL
        AND NOT EXISTS (SELECT FROM stale WHERE stale.branch_id = old.subject_id)
    RETURNING 1
)
SELECT (SELECT count(*) FROM raised), (SELECT count(*) FROM closed)"""


def stale_since(today: date) -> date:
    """Confirmed before this day is too long ago."""
    return today - CONFIRMED_FOR


def look(now: datetime) -> tuple[int, int]:
    """Raise and close the alarms of all branches at once; returns how many of each."""
    today = now.date()
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, {"now": now, "today": today, "since": stale_since(today)})
        raised, closed = cursor.fetchone()
    return raised, closed


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("stale_phones", timedelta(hours=1), look))
