"""Files and the virus scanner: taken in at once, scanned after the commit, given out by their state.

The row says what is due; the bell and beat only start the work. A scanner that is away delays nobody for
long: after ten minutes a waiting file is given out unscanned, with a warning, and scanned when it is back.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from complaints import file_store
from complaints.escalation import rounds
from complaints.models import Attachment
from omsportal.platform import alarms, clamd, heartbeats, metrics, sealed
from omsportal.platform.clock import database_now
from omsportal.platform.kinds import Severity
from omsportal.platform.metrics import Sample
from omsportal.platform.models import Alarm

log = logging.getLogger(__name__)

TOPIC, HEARTBEAT = "scan", "clamd"
INFECTED, AWAY, SCANNER = "file_infected", "scanner_away", "scanner"
#: How long others wait for a file that the scanner has not seen.
PATIENCE = timedelta(minutes=10)
#: After so long without a word of the scanner somebody must look at it.
SILENT_AFTER = timedelta(minutes=5)
#: A run takes no further file after so many seconds: with one file's patience it stays below a task's limit.
BUDGET_SECONDS = 20.0
PENDING, UNSCANNED = Attachment.State.PENDING, Attachment.State.UNSCANNED

# Partial indexes attachment_pending, attachment_unscanned: what waits goes first.
# Whoever takes a file puts it off, longer for an older one: should the scanner die of it, others have a turn.
_TAKE = """
UPDATE complaints_attachment AS taken
SET scan_after = %(now)s + LEAST(GREATEST(%(now)s - uploaded_at, interval '2 minutes'), interval '1 day')
WHERE taken.id = (
    SELECT id FROM complaints_attachment
    WHERE state = %(state)s AND removed_at IS NULL AND scan_after <= %(now)s
    ORDER BY scan_after LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
)
RETURNING taken.id, taken.storage_name
"""
_GIVE_UP = """
UPDATE complaints_attachment SET state = 'unscanned'
WHERE state = 'pending' AND removed_at IS NULL AND uploaded_at <= %(before)s
"""
# Partial index attachment_infected. A file of a draft has its alarm once the appeal is filed.
_RAISE = """
INSERT INTO platform_alarm
    (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
SELECT %(kind)s, 'attachment', file.id, 0, c.branch_id, %(severity)s,
    jsonb_build_object('number', c.number), %(now)s
FROM complaints_attachment file JOIN complaints_complaint c ON c.id = file.complaint_id
WHERE file.state = 'infected' AND file.removed_at IS NULL AND NOT EXISTS (
    SELECT FROM platform_alarm known
    WHERE known.kind = %(kind)s AND known.subject_kind = 'attachment' AND known.subject_id = file.id)
ON CONFLICT DO NOTHING
"""
# Index alarm_open. It is over when somebody has seen it: the file is given out to nobody anyway.
_CLOSE_SEEN = """
UPDATE platform_alarm SET closed_at = GREATEST(%(now)s, raised_at)
WHERE kind = %(kind)s AND closed_at IS NULL AND acknowledged_at IS NOT NULL
"""


@dataclass(slots=True)
class Scanned:
    """What one run did."""

    clean: int = 0
    infected: int = 0
    put_off: int = 0
    is_away: bool = False


def is_on() -> bool:
    """Whether a scanner is configured."""
    return bool(settings.CLAMD_ADDRESS)


def first_state() -> Attachment.State:
    """Of a file that has just come."""
    return PENDING if is_on() else UNSCANNED


def scan_due(*, now: datetime, budget: float = BUDGET_SECONDS) -> Scanned:
    """Ask the scanner about what is due, until nothing is, time is over, or it is away.

    Runs outside a transaction: each verdict counts at once, also beside other runs.
    """
    done, until = Scanned(), time.monotonic() + budget
    if not is_on():
        return done
    while time.monotonic() < until:
        taken = _take(now)
        if taken is None:
            break
        _judge(*taken, done, now)
        if done.is_away:
            return done
    _answers(done)
    return done


def look(now: datetime) -> None:
    """A round: give out what waited too long, tell of infected files, and of a scanner that is silent."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_UP, {"before": now - PATIENCE})
        if cursor.rowcount:
            log.warning("%s files are given out unscanned: the scanner was away too long", cursor.rowcount)
        values: dict[str, Any] = {"kind": INFECTED, "severity": Severity.WARNING.value, "now": now}
        cursor.execute(_RAISE, values)
        cursor.execute(_CLOSE_SEEN, values)
    _look_at_scanner(now)


def _take(now: datetime) -> tuple[int, UUID] | None:
    with connection.cursor() as cursor:
        for state in (PENDING, UNSCANNED):
            cursor.execute(_TAKE, {"state": state.value, "now": now})
            row: tuple[int, UUID] | None = cursor.fetchone()
            if row is not None:
                return row
    return None


def _judge(pk: int, name: UUID, done: Scanned, now: datetime) -> None:
    try:
        virus = clamd.scan(settings.CLAMD_ADDRESS, file_store.read(name))
    except clamd.Away as error:
        log.warning("the scanner is away: %s", error)
        done.is_away = True
        Attachment.objects.filter(pk=pk).unjudged().update(scan_after=now)
    except clamd.Broken as error:
        log.warning("file %s was not scanned: %s", pk, error)
        done.put_off += 1
        _answers(done)
    except clamd.TooLarge:
        log.error("file %s is larger than clamd takes: raise its StreamMaxLength", pk)
        done.put_off += 1
        later = now + timedelta(days=1)
        Attachment.objects.filter(pk=pk).unjudged().update(state=UNSCANNED, scan_after=later)
    except (file_store.Missing, sealed.Unsealable) as error:
        log.error("file %s cannot be read for scanning: %s", pk, type(error).__name__)
        done.put_off += 1
    else:
        _keep_verdict(pk, virus, done)


def _keep_verdict(pk: int, virus: str | None, done: Scanned) -> None:
    """The bytes under a name never change: whoever asked, the verdict is the same."""
    state = Attachment.State.INFECTED if virus else Attachment.State.CLEAN
    Attachment.objects.filter(pk=pk).unjudged().update(state=state)
    if virus:
        done.infected += 1
        log.warning("file %s has a virus: %s", pk, virus)
    else:
        done.clean += 1


def _answers(done: Scanned) -> None:
    """Note that the scanner answers, or that it does not."""
    try:
        clamd.ping(settings.CLAMD_ADDRESS)
    except (clamd.Away, clamd.Broken) as error:
        log.warning("the scanner does not answer: %s", error)
        done.is_away = True
    else:
        heartbeats.beat(HEARTBEAT, database_now())


def _look_at_scanner(now: datetime) -> None:
    age = heartbeats.age(HEARTBEAT, now)
    if not is_on() or (age is not None and age <= SILENT_AFTER):
        alarms.close_about(kind=AWAY, subject_kind=SCANNER, subject_id=0, now=now)
        return
    waiting = Attachment.objects.waiting_since(now - SILENT_AFTER).exists()
    if waiting and not Alarm.objects.open().about(SCANNER, 0).filter(kind=AWAY).exists():
        occasion = int(now.timestamp()) // 60
        alarms.raise_once(kind=AWAY, subject_kind=SCANNER, subject_id=0, hop=occasion, now=now)


def _figures(now: datetime) -> list[Sample]:  # noqa: ARG001  a collector's signature
    waiting = Attachment.objects.filter(state=PENDING, removed_at=None).count()
    return [Sample("files_waiting_for_scan", waiting, help="Files that the virus scanner has not seen yet")]


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("scan", timedelta(seconds=30), look))
    metrics.register(_figures)
