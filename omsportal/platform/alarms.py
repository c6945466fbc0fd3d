"""Alarms: raised once, seen by a person, closed when their cause is gone."""

import json
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from omsportal.platform.kinds import Severity
from omsportal.platform.models import Alarm

# The unique key (alarm_once) makes of simultaneous raises one alarm.
_RAISE = """
INSERT INTO platform_alarm
    (kind, subject_kind, subject_id, hop, receiver_branch_id, severity, payload, raised_at)
VALUES (%(kind)s, %(subject_kind)s, %(subject_id)s, %(hop)s, %(receiver_branch_id)s, %(severity)s,
        %(payload)s, %(raised_at)s)
ON CONFLICT DO NOTHING
"""


def raise_once(
    *,
    kind: str,
    subject_kind: str,
    subject_id: int,
    hop: int = 0,
    receiver_branch_id: int | None = None,
    severity: str = Severity.WARNING,
    payload: dict[str, Any] | None = None,
    now: datetime,
) -> bool:
    """Raise the alarm, unless this kind, subject, hop and receiver have had it; True if it is new."""
    values: dict[str, Any] = {
        "kind": kind,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "hop": hop,
        "receiver_branch_id": receiver_branch_id,
        "severity": Severity(severity).value,
        "payload": json.dumps(payload or {}),
        "raised_at": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, values)
        return bool(cursor.rowcount)


def acknowledge(*, alarm: Alarm, by_id: int, now: datetime) -> bool:
    """A person has seen it; the first one stays on record. True if that was this call."""
    unseen = Alarm.objects.unacknowledged().filter(pk=alarm.pk)
    return unseen.update(acknowledged_at=_end(now), acknowledged_by_id=by_id) == 1


def close(*, alarm: Alarm, now: datetime) -> bool:
    """Its cause is gone; the first closing stays. True if that was this call."""
    return Alarm.objects.open().filter(pk=alarm.pk).update(closed_at=_end(now)) == 1


def close_about(*, kind: str, subject_kind: str, subject_id: int, now: datetime) -> int:
    """Close every open alarm of this kind about the subject; returns how many."""
    open_ones = Alarm.objects.open().about(subject_kind, subject_id).filter(kind=kind)
    return open_ones.update(closed_at=_end(now))


def _end(now: datetime) -> Greatest:
    """An alarm raised before the clock went back still ends no earlier than it began."""
    return Greatest(now, F("raised_at"))
