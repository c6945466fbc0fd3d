"""Notices: written with the change they tell about, sent afterwards, each once.

`enqueue` runs in the caller's transaction; delivery.py sends. A worker killed between sending and stamping
sends again, and the receiver's mail program recognises the double by its Message-ID.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from omsportal.platform import bells
from omsportal.platform.kinds import Channel
from omsportal.platform.models import Outbox

TOPIC = "outbox"

# The unique key (outbox_once) turns a repeated enqueue into nothing.
_ENQUEUE = """
INSERT INTO platform_outbox (channel, kind, subject_kind, subject_id, hop, receiver_kind, receiver_id, dedup,
                             payload, created_at, available_at, sent_at)
VALUES (%(channel)s, %(kind)s, %(subject_kind)s, %(subject_id)s, %(hop)s, %(receiver_kind)s, %(receiver_id)s,
        %(dedup)s, %(payload)s, %(now)s, %(available_at)s, %(sent_at)s)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice to one receiver. `payload` carries numbers and ids, never personal data."""

    channel: str
    kind: str
    subject_kind: str
    subject_id: int
    hop: int = 0
    receiver_kind: str = ""
    receiver_id: int = 0
    dedup: int = 0
    payload: dict[str, Any] = field(default_factory=dict)
    available_at: datetime | None = None


def enqueue(
    *,
    channel: str,
    kind: str,
    subject_kind: str,
    subject_id: int,
    hop: int = 0,
    receiver_kind: str = "",
    receiver_id: int = 0,
    dedup: int = 0,
    payload: dict[str, Any] | None = None,
    available_at: datetime | None = None,
    now: datetime,
) -> bool:
    """Queue one notice in the caller's transaction; False if this very notice was queued before.

    The channel `portal` needs no sending: its rows count as delivered at once.
    """
    notice = Notice(
        channel=channel,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        hop=hop,
        receiver_kind=receiver_kind,
        receiver_id=receiver_id,
        dedup=dedup,
        payload=payload or {},
        available_at=available_at,
    )
    return enqueue_many([notice], now) == 1


def enqueue_many(notices: Iterable[Notice], now: datetime) -> int:
    """Queue several notices in the caller's transaction; returns how many were new."""
    queued = [notice for notice in notices if _insert(notice, now)]
    if any(notice.channel != Channel.PORTAL for notice in queued):
        bells.ring(TOPIC)
    return len(queued)


def _insert(notice: Notice, now: datetime) -> bool:
    shown_at_once = Channel(notice.channel) is Channel.PORTAL
    values = asdict(notice) | {
        "payload": json.dumps(notice.payload),
        "now": now,
        "available_at": notice.available_at or now,
        "sent_at": now if shown_at_once else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENQUEUE, values)
        return bool(cursor.rowcount)


def revive(ids: Sequence[int], now: datetime) -> int:
    """Try notices that were given up once more, from the first attempt; returns how many."""
    revived = (
        Outbox.objects.dead()
        .filter(pk__in=ids)
        .update(dead_at=None, attempts=0, available_at=now, lease_token=None, leased_until=None)
    )
    if revived:
        bells.ring(TOPIC)
    return revived
