"""A clinic and a theme that suddenly have far more complaints than usual: a head is asked to make an incident."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from complaints.escalation import rounds
from omsportal.platform.kinds import Severity

RISE, SUBJECT = "incident_rise", "clinic_theme"
#: So many of one theme about one clinic within a day, and so many times the usual. Our own proposal.
LEAST, TIMES = 10, 4
#: The newest rows that are looked at: ten days of the whole country, a fifth of a second.
WINDOW = 200_000
BEFORE = timedelta(days=15)
DAY = timedelta(days=1)
#: A rise that nobody made an incident of is told again after so long.
AGAIN = timedelta(days=7)
#: Room for the theme's id in the number of the subject.
_THEMES = 100_000

# Primary key, backwards from the newest. Cases without a clinic of the register cannot be counted by it.
_RISEN = f"""
WITH recent AS MATERIALIZED (
    SELECT c.branch_id, c.medical_organisation_id AS clinic_id, c.category_id, c.registered_at
    FROM (SELECT * FROM complaints_complaint ORDER BY id DESC LIMIT %(window)s) AS c
    WHERE c.registered_at > %(before)s AND c.registered_at <= %(now)s
),
span AS (
    SELECT greatest(1, extract(epoch FROM %(since)s - min(registered_at)) / 86400) AS days FROM recent
),
counted AS (
    SELECT branch_id, clinic_id, category_id, count(*) FILTER (WHERE registered_at > %(since)s) AS cases,
        count(*) FILTER (WHERE registered_at <= %(since)s) AS earlier
    FROM recent WHERE clinic_id IS NOT NULL GROUP BY branch_id, clinic_id, category_id
),
risen AS MATERIALIZED (
    SELECT r.branch_id, r.clinic_id, r.category_id, r.cases, round(r.earlier / span.days, 1) AS usual,
        r.clinic_id * {_THEMES} + r.category_id AS subject_id
    FROM counted AS r CROSS JOIN span
    WHERE r.cases >= %(least)s AND r.cases >= %(times)s * r.earlier / span.days
),
raised AS (
    INSERT INTO platform_alarm
        (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
    SELECT '{RISE}', '{SUBJECT}', r.subject_id, %(occasion)s, r.branch_id, '{Severity.WARNING.value}',
        jsonb_build_object('clinic', r.clinic_id, 'theme', r.category_id, 'cases', r.cases, 'usual', r.usual),
        %(now)s
    FROM risen AS r
    WHERE NOT EXISTS (
        SELECT FROM complaints_incident AS i
        WHERE i.closed_at IS NULL AND i.branch_id = r.branch_id AND i.category_id = r.category_id
            AND (i.medical_organisation_id IS NULL OR i.medical_organisation_id = r.clinic_id)
    ) AND NOT EXISTS (
        SELECT FROM platform_alarm AS known
        WHERE known.kind = '{RISE}' AND known.subject_kind = '{SUBJECT}' AND known.subject_id = r.subject_id
            AND known.receiver_branch_id = r.branch_id AND known.raised_at > %(again)s
    )
    ON CONFLICT DO NOTHING
    RETURNING 1
),
closed AS (
    UPDATE platform_alarm AS old SET closed_at = greatest(old.raised_at, %(now)s)
    WHERE old.kind = '{RISE}' AND old.closed_at IS NULL AND (old.raised_at <= %(again)s OR EXISTS (
        SELECT FROM complaints_incident AS i
        WHERE i.branch_id = old.receiver_branch_id AND i.category_id = (old.payload->>'theme')::bigint
            AND (i.medical_organisation_id IS NULL OR i.medical_organisation_id = (old.payload->>'clinic')::bigint)
            AND i.opened_at >= old.raised_at))
    RETURNING 1
)
SELECT (SELECT count(*) FROM raised), (SELECT count(*) FROM closed)"""


def look(now: datetime) -> int:
    """Raise an alarm to the branch for each rise that nobody knows yet; how many are new."""
    values: dict[str, Any] = {
        "now": now, "since": now - DAY, "before": now - BEFORE, "again": now - AGAIN, "window": WINDOW,
        "least": LEAST, "times": TIMES, "occasion": now.date().toordinal(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_RISEN, values)
        raised: int = cursor.fetchone()[0]
    return raised


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("rises", timedelta(minutes=30), look))
