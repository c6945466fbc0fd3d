"""Cases of an incident: gathered in batches, joined as they come, cried about once for all of them.

One statement a batch writes the case and its line of history. Cases somebody holds at this moment are skipped and
found by the next look; a case that a person took out is never gathered again by a machine.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from complaints.escalation import rounds
from complaints.escalation.moves import CHANGED
from complaints.kinds import Cause
from complaints.models import Incident
from complaints.states import MOVES, Event
from omsportal.platform import bells, heartbeats
from omsportal.platform.kinds import Severity
from omsportal.platform.models import Alarm, Heartbeat

INCIDENT_LATE = "incident_late"
#: Alarms about single cases that say nothing more once the incident has its own.
FOLDED = ("tier_breach", "answer_danger")
BATCH = 500
#: How many ids before the last one are looked at again: a case filed at that time may have committed late.
OVERLAP = 5_000
DANGER_DAYS = 3
SEEN = "incidents.seen"

_OPEN = ", ".join(f"'{status.value}'" for status in sorted(MOVES[Event.GATHERED]))
_FITS = """i.branch_id = c.branch_id AND i.category_id = c.category_id
    AND (i.medical_organisation_id IS NULL OR i.medical_organisation_id = c.medical_organisation_id)
    AND c.registered_on >= i.starts_on AND (i.ends_on IS NULL OR c.registered_on <= i.ends_on)"""
# Index history_of_case.
_NOT_TAKEN_OUT = f"""NOT EXISTS (SELECT FROM complaints_history AS h
    WHERE h.complaint_id = c.id AND h.event = '{Event.SET_APART.value}')"""

# Partial index complaint_queue: the open cases of one branch, read once.
CANDIDATES = f"""
SELECT c.id FROM complaints_complaint AS c JOIN complaints_incident AS i ON i.id = %(incident)s AND {_FITS}
WHERE c.status IN ({_OPEN}) AND c.incident_id IS NULL AND c.branch_id = %(branch)s AND {_NOT_TAKEN_OUT}
ORDER BY c.id + 0"""


def _gather(which: str, cause: Cause) -> str:
    """`which`: the cases and the incidents they may join, as conditions on `c` and `i`."""
    return f"""
WITH claimed AS MATERIALIZED (
    SELECT c.id, c.hop, c.status, c.tier, c.branch_id, c.assignee_id, c.due_at, joined.incident_id
    FROM complaints_complaint AS c CROSS JOIN LATERAL (
        SELECT i.id AS incident_id FROM complaints_incident AS i
        WHERE i.closed_at IS NULL AND {_FITS} AND {which} ORDER BY i.id LIMIT 1
    ) AS joined
    WHERE c.status IN ({_OPEN}) AND c.incident_id IS NULL AND {{cases}} AND {_NOT_TAKEN_OUT}
    ORDER BY c.id LIMIT %(batch)s FOR NO KEY UPDATE OF c SKIP LOCKED
),
moved AS (
    UPDATE complaints_complaint AS row SET incident_id = t.incident_id, version = row.version + 1
    FROM claimed AS t WHERE row.id = t.id RETURNING row.id
),
lines AS (
    INSERT INTO complaints_history (complaint_id, at, event, hop, cause, by_id, reason, from_status, to_status,
        from_tier, to_tier, from_branch_id, to_branch_id, from_assignee_id, to_assignee_id, due_before, due_after)
    SELECT t.id, %(now)s, '{Event.GATHERED.value}', t.hop, '{cause.value}', %(by_id)s, '', t.status, t.status,
        t.tier, t.tier, t.branch_id, t.branch_id, t.assignee_id, t.assignee_id, t.due_at, t.due_at
    FROM claimed AS t
)
SELECT count(*) FROM moved"""


_NAMED = _gather("i.id = %(incident)s", Cause.STAFF).format(cases="c.id = ANY(%(ids)s)")
# Primary key: what came since the last look, in the whole country.
_ARRIVED = _gather("i.joins_new", Cause.SYSTEM).format(cases="c.id > %(after)s")
_LAST_ID = "SELECT coalesce(max(id), 0) FROM complaints_complaint"

# Partial index alarm_open.
_FOLD = """
UPDATE platform_alarm AS alarm SET closed_at = greatest(alarm.raised_at, %(now)s)
FROM complaints_complaint AS c JOIN complaints_incident AS i ON i.id = c.incident_id AND i.closed_at IS NULL
WHERE alarm.closed_at IS NULL AND alarm.subject_kind = 'complaint' AND alarm.kind = ANY(%(kinds)s)
    AND c.id = alarm.subject_id"""
# Partial index complaint_of_incident. One alarm for an incident, with the number of its late cases; it opens again
# when, after all had been answered, others are late.
_CRY = f"""
WITH late AS MATERIALIZED (
    SELECT i.id, i.branch_id, (
        SELECT count(*) FROM (
            SELECT FROM complaints_complaint AS c
            WHERE c.incident_id = i.id AND (
                (c.status IN ({_OPEN}) AND c.breached_at IS NOT NULL)
                OR (c.status IN ({_OPEN}, 'resolved') AND c.answer_due_on <= %(danger)s))
            LIMIT 10000
        ) AS counted
    ) AS cases
    FROM complaints_incident AS i WHERE i.closed_at IS NULL
),
raised AS (
    INSERT INTO platform_alarm AS old
        (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
    SELECT '{INCIDENT_LATE}', 'incident', id, 0, branch_id, '{Severity.CRITICAL.value}',
        jsonb_build_object('incident', id, 'cases', cases), %(now)s
    FROM late WHERE cases > 0
    ON CONFLICT (kind, subject_kind, subject_id, hop, receiver_branch_id) DO UPDATE SET
        payload = excluded.payload, closed_at = NULL,
        acknowledged_at = CASE WHEN old.closed_at IS NULL THEN old.acknowledged_at END,
        acknowledged_by_id = CASE WHEN old.closed_at IS NULL THEN old.acknowledged_by_id END,
        raised_at = CASE WHEN old.closed_at IS NULL THEN old.raised_at ELSE excluded.raised_at END
    WHERE old.closed_at IS NOT NULL OR old.payload IS DISTINCT FROM excluded.payload
    RETURNING 1
),
closed AS (
    UPDATE platform_alarm AS old SET closed_at = greatest(old.raised_at, %(now)s)
    WHERE old.kind = '{INCIDENT_LATE}' AND old.closed_at IS NULL
        AND NOT EXISTS (SELECT FROM late WHERE late.id = old.subject_id AND late.cases > 0)
    RETURNING 1
)
SELECT (SELECT count(*) FROM raised), (SELECT count(*) FROM closed)"""
# What was folded away stands for itself again when its case leaves the incident (unique key of alarms).
_UNFOLD = """
UPDATE platform_alarm SET closed_at = NULL
WHERE kind = ANY(%(kinds)s) AND subject_kind = 'complaint' AND subject_id = %(id)s"""


def candidates(incident: Incident) -> list[int]:
    """Ids of open cases that fit and are in no incident, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, {"incident": incident.pk, "branch": incident.branch_id})
        return [row[0] for row in cursor.fetchall()]


def gather(*, incident: Incident, ids: Sequence[int], by_id: int, now: datetime) -> int:
    """Those of the named cases that fit, are open and in no incident; how many. A closed incident gets none."""
    values = {"incident": incident.pk, "ids": list(ids), "by_id": by_id, "now": now, "batch": len(ids)}
    return _run(_NAMED, values)


def join_new(now: datetime) -> int:
    """What has come since the last look joins the incidents that take new cases by themselves; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_ID)
        (last,) = cursor.fetchone()
    after, joined = max(0, _seen(last) - OVERLAP), 0
    found = BATCH
    while found == BATCH:
        found = _run(_ARRIVED, {"after": after, "by_id": None, "now": now, "batch": BATCH})
        joined += found
    heartbeats.beat(SEEN, now, {"id": last})
    return joined


def cry_once(now: datetime) -> int:
    """One alarm for each incident with late cases, those of its cases are closed; how many were raised."""
    values: dict[str, Any] = {
        "now": now,
        "danger": now.date() + timedelta(days=DANGER_DAYS),
        "kinds": list(FOLDED),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CRY, values)
        raised: int = cursor.fetchone()[0]
        cursor.execute(_FOLD, values)
    return raised


def unfold(complaint_id: int) -> None:
    """The alarms of a case that is in no incident any more."""
    with connection.cursor() as cursor:
        cursor.execute(_UNFOLD, {"id": complaint_id, "kinds": list(FOLDED)})


def _seen(last: int) -> int:
    detail = Heartbeat.objects.filter(name=SEEN).values_list("detail", flat=True).first()
    return int(detail["id"]) if detail else last


def _run(statement: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        count: int = cursor.fetchone()[0]
    if count:
        bells.ring(CHANGED)
    return count


def look(now: datetime) -> None:
    """Both, in this order: what joins now is cried about with the others. Two queries while nothing is open."""
    if Incident.objects.open().exists() or Alarm.objects.open().filter(kind=INCIDENT_LATE).exists():
        join_new(now)
        cry_once(now)


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("incidents", timedelta(minutes=1), look))
