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
from omsportal.platform.querysets import OutboxQuerySet

TOPIC = "outbox"

# The unique key (outbox_once) turns a repeated enqueue into nothing.
_ENQUEUE = """
INSERT INTO platform_outbox (channel, kind, subject_kind, subject_id, hop, receiver_kind, receiver_id, dedup,
                             payload, created_at, available_at, sent_at, urgent)
VALUES (%(channel)s, %(kind)s, %(subject_kind)s, %(subject_id)s, %(hop)s, %(receiver_kind)s, %(receiver_id)s,
        %(dedup)s, %(payload)s, %(created_at)s, %(available_at)s, %(sent_at)s,
        %(urgent)s)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice to one receiver. `payload` carries numbers and ids, never personal data.

    `urgent` is for calls of duty people and codes that somebody waits for: such notices pass all others.
    """

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
    urgent: bool = False


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
    urgent: bool = False,
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
        urgent=urgent,
    )
    return enqueue_many([notice], now) == 1


def enqueue_many(notices: Iterable[Notice], now: datetime) -> int:
    """Queue several notices in the caller's transaction; returns how many were new."""
    queued = [notice for notice in notices if _insert(notice, now)]
    for topic in topics(queued):
        bells.ring(topic)
    return len(queued)


def rows(notices: Iterable[Notice], now: datetime) -> list[Outbox]:
    """The same as rows, for a statement that writes them together with what they tell about: then they are
    new, because what they tell about is. Whoever writes them rings `topics`."""
    return [Outbox(**asdict(notice) | _moments(notice, now)) for notice in notices]


def topics(notices: Iterable[Notice]) -> list[str]:
    """The bells to ring with these notices."""
    return [TOPIC] if any(notice.channel != Channel.PORTAL for notice in notices) else []


def _moments(notice: Notice, now: datetime) -> dict[str, Any]:
    shown_at_once = Channel(notice.channel) is Channel.PORTAL
    return {
        "created_at": now,
        "available_at": notice.available_at or now,
        "sent_at": now if shown_at_once else None,
    }


def _insert(notice: Notice, now: datetime) -> bool:
    values = asdict(notice) | {"payload": json.dumps(notice.payload)} | _moments(notice, now)
    with connection.cursor() as cursor:
        cursor.execute(_ENQUEUE, values)
        return bool(cursor.rowcount)


def revive(ids: Sequence[int], now: datetime) -> int:
    """Try notices that were given up, or perhaps arrived, once more from the first attempt; returns how many.

    They keep Message-ID and id, so that a receiver who has one may recognise the other.
    """
    anew = {"dead_at": None, "doubtful_at": None, "attempts": 0, "copies": 0, "available_at": now}
    revived = _of(ids).update(**anew, lease_token=None, leased_until=None)
    if revived:
        bells.ring(TOPIC)
    return revived


def leave(ids: Sequence[int], *, by_id: int, now: datetime) -> int:
    """A person has decided that these need no further copy; returns how many that was news for."""
    return _of(ids).update(left_at=now, left_by_id=by_id)


def _of(ids: Sequence[int]) -> OutboxQuerySet:
    return Outbox.objects.for_a_person().filter(pk__in=ids)
