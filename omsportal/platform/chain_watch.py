"""Looks after the chain: is it still made, and does it still hold? Else an alarm for administrators."""

from datetime import datetime, timedelta

from django.db import transaction

from omsportal.platform import alarms, chain, chain_check, chain_heads, heartbeats
from omsportal.platform.kinds import Severity
from omsportal.platform.models import Alarm

SEALING_STOPPED, HISTORY_CHANGED = "sealing_stopped", "history_changed"
_SUBJECT = "history"
SILENT_AFTER = timedelta(minutes=10)
#: A transaction that writes for longer is an accident, and all that time its table goes unsealed.
WAITS_AT_MOST = timedelta(hours=1)
#: Links looked at by one sample.
SAMPLE = 3


def seal(now: datetime) -> None:
    """Seal what is final; once that is committed, write the head down outside the database."""
    chain.seal(now)
    transaction.on_commit(chain_heads.export, robust=True)


def sealing_goes_on(now: datetime) -> bool:
    """Whether the chain was looked at lately and no table waits too long; an alarm if not.

    Before the very first link nothing has stopped.
    """
    age = heartbeats.age(chain.HEARTBEAT, now)
    stuck = [table for table, since in chain.waiting_since().items() if now - since > WAITS_AT_MOST]
    if (age is None or age <= SILENT_AFTER) and not stuck:
        alarms.close_about(kind=SEALING_STOPPED, subject_kind=_SUBJECT, subject_id=0, now=now)
        return True
    if not Alarm.objects.open().about(_SUBJECT, 0).filter(kind=SEALING_STOPPED).exists():
        alarms.raise_once(
            kind=SEALING_STOPPED, subject_kind=_SUBJECT, subject_id=0, hop=int(now.timestamp()) // 60,
            severity=Severity.CRITICAL, payload={"tables": stuck}, now=now,
        )  # fmt: skip
    return False


def look_back(now: datetime) -> int:
    """Compare some links with their rows; an alarm for each that does not fit. Returns how many findings."""
    faults = chain_check.sample(SAMPLE)
    for fault in faults:
        alarms.raise_once(
            kind=HISTORY_CHANGED, subject_kind=_SUBJECT, subject_id=fault.seal_id,
            severity=Severity.CRITICAL, now=now,
            payload={
                "table": fault.table, "from": fault.from_id, "to": fault.to_id, "what": fault.what.value,
            },
        )  # fmt: skip
    return len(faults)


def probe(now: datetime) -> str | None:
    """For /readyz, which somebody asks even when no round is made."""
    age = heartbeats.age(chain.HEARTBEAT, now)
    return None if age is None or age <= SILENT_AFTER else f"silent for {age.total_seconds():.0f} s"
