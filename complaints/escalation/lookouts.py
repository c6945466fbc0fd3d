"""What somebody must be told before it is too late: answers by law, next year's calendar, sweeps that stopped.

Each is an alarm, raised once for its occasion and closed when its cause is gone.
"""

import logging
from datetime import date, datetime, timedelta

from django.db import DatabaseError, connection, transaction

from complaints.escalation import hold, rounds
from complaints.escalation.sweep import HEARTBEAT
from insurers.reports import calendar_gap
from omsportal.platform import alarms, heartbeats, metrics, probes
from omsportal.platform.kinds import Severity
from omsportal.platform.metrics import Sample
from omsportal.platform.models import Alarm

log = logging.getLogger(__name__)

ANSWER_DANGER, CALENDAR_EMPTY, SWEEPS_STOPPED = "answer_danger", "calendar_empty", "sweeps_stopped"
#: From so many days before the date of the answer (59-ФЗ art. 12) on it is in danger. Our own proposal.
DANGER_DAYS = 3
#: Next year's calendar is asked for from 1 October on: so many days before the year begins.
CALENDAR_DAYS = 92
#: Sweeps that have been away for longer have stopped: the same as /readyz says.
STOPPED_AFTER = probes.SILENT_AFTER[HEARTBEAT]

_UNANSWERED = "('new', 'in_work', 'waiting', 'resolved')"
# The occasion is the date itself, counted in days: an extended answer has another one.
_OCCASION = "c.answer_due_on - DATE '1970-01-01'"
# Partial index complaint_answer_due up to the last date that can be near anywhere in the country; then by the
# date where the branch is. Those with an alarm are left out by the unique key of alarms.
_IN_DANGER = f"""
WITH threatened AS MATERIALIZED (
    SELECT c.id, c.number, c.tier, c.branch_id, fund.id AS fund_id, {_OCCASION} AS occasion
    FROM complaints_complaint c
    JOIN insurers_branch b ON b.id = c.branch_id
    JOIN insurers_region region ON region.id = b.region_id
    LEFT JOIN insurers_branch fund ON fund.region_id = b.region_id AND fund.kind = 'fund' AND fund.id <> b.id
    WHERE c.status IN {_UNANSWERED} AND c.form = 'written' AND c.answer_due_on <= %(last_day)s
        AND c.answer_due_on <= (%(now)s::timestamptz AT TIME ZONE region.time_zone)::date + {DANGER_DAYS}
        AND NOT EXISTS (
            SELECT 1 FROM platform_alarm known
            WHERE known.kind = '{ANSWER_DANGER}' AND known.subject_kind = 'complaint' AND known.subject_id = c.id
                AND known.hop = {_OCCASION} AND known.receiver_branch_id = c.branch_id
        )
    ORDER BY c.answer_due_on, c.id LIMIT %(batch)s
),
raised AS (
    INSERT INTO platform_alarm
        (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
    SELECT '{ANSWER_DANGER}', 'complaint', t.id, t.occasion, receiver.branch_id, '{Severity.CRITICAL.value}',
        jsonb_build_object('number', t.number, 'tier', t.tier), %(now)s
    FROM threatened t CROSS JOIN LATERAL (VALUES (t.branch_id), (t.fund_id)) AS receiver (branch_id)
    WHERE receiver.branch_id IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING id
)
SELECT (SELECT count(*) FROM threatened), (SELECT count(*) FROM raised)"""
# Partial index of open alarms. The case's own moves close theirs at once; here it is a date that was put off.
_OUT_OF_DANGER = f"""
UPDATE platform_alarm AS alarm SET closed_at = greatest(alarm.raised_at, %(now)s)
FROM complaints_complaint c
WHERE alarm.kind = '{ANSWER_DANGER}' AND alarm.closed_at IS NULL AND alarm.subject_kind = 'complaint'
    AND c.id = alarm.subject_id AND (c.status NOT IN {_UNANSWERED} OR {_OCCASION} IS DISTINCT FROM alarm.hop)"""


def answers_in_danger(now: datetime) -> int:
    """Written appeals whose answer is due within days, or late: alarms to branch and fund, once for each date.

    Returns how many alarms are new.
    """
    # The date is the same or one later anywhere in the country than in UTC.
    last_day = now.date() + timedelta(days=DANGER_DAYS + 1)
    with connection.cursor() as cursor:
        cursor.execute(_OUT_OF_DANGER, {"now": now})
    return rounds.look_in_batches(_IN_DANGER, {"now": now, "last_day": last_day})


def coming_calendar(now: datetime) -> bool:
    """Whether the calendar of the year that begins soon has its days; an alarm for administrators if not."""
    today = now.date()
    year = (today + timedelta(days=CALENDAR_DAYS)).year
    gap = calendar_gap(year)
    if gap is None:
        alarms.close_about(kind=CALENDAR_EMPTY, subject_kind="calendar", subject_id=year, now=now)
    elif not _is_open(CALENDAR_EMPTY, "calendar", year):
        alarms.raise_once(
            kind=CALENDAR_EMPTY, subject_kind="calendar", subject_id=year, hop=_days(today),
            severity=Severity.WARNING, payload={"year": year, "gap": gap}, now=now,
        )  # fmt: skip
    return gap is None


def sweeps_go_on(now: datetime) -> bool:
    """Whether a sweep ran within the last minute; an alarm if not. For whoever is alive to notice.

    Before the very first sweep, and while the timer is held, nothing has stopped.
    """
    age = heartbeats.age(HEARTBEAT, now)
    if age is None or age <= STOPPED_AFTER:
        alarms.close_about(kind=SWEEPS_STOPPED, subject_kind="engine", subject_id=0, now=now)
        return True
    if hold.in_force(now=now):
        return True
    alarms.raise_once(
        kind=SWEEPS_STOPPED, subject_kind="engine", subject_id=0, hop=int((now - age).timestamp()) // 60,
        severity=Severity.CRITICAL, now=now,
    )  # fmt: skip
    return False


def noticed_from_outside(now: datetime) -> bool:
    """The same for a page that must answer whatever happens: a database that cannot write loses the alarm only."""
    try:
        with transaction.atomic():
            return sweeps_go_on(now)
    except DatabaseError:
        log.exception("the alarm about sweeps could not be kept")
        age = heartbeats.age(HEARTBEAT, now)
        return age is None or age <= STOPPED_AFTER


def _is_open(kind: str, subject_kind: str, subject_id: int) -> bool:
    return Alarm.objects.open().about(subject_kind, subject_id).filter(kind=kind).exists()


def _days(day: date) -> int:
    """The occasion of an alarm that may come again: the day on which it was raised."""
    return (day - date(1970, 1, 1)).days


def _probe(now: datetime) -> str | None:
    """Raises the alarm; /readyz has words for a silent sweep already."""
    noticed_from_outside(now)
    return None


def _figures(now: datetime) -> list[Sample]:
    stopped = not noticed_from_outside(now)
    return [Sample("sweeps_stopped", float(stopped), help="1 while no sweep has run for more than a minute")]


def register() -> None:
    """Called once, when the app is ready. The escalator makes the rounds right after its sweep, beat without
    one, and who asks /readyz or /metrics needs neither: somebody alive always looks."""
    rounds.ROUNDS.extend(
        [
            rounds.Round("answers", timedelta(minutes=10), answers_in_danger),
            rounds.Round("calendar", timedelta(hours=6), coming_calendar),
            rounds.Round("sweeps", timedelta(seconds=30), sweeps_go_on),
        ]
    )
    probes.register("sweeps", _probe)
    metrics.register(_figures)
