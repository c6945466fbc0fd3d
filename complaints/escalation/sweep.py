"""One complete sweep: whoever rings runs this; several at once share the work."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction

from complaints.escalation import moves
from omsportal.platform import bells, heartbeats

log = logging.getLogger(__name__)

BATCH = 1000
HEARTBEAT = "sweep"
#: Told to whoever shows lists: something moved.
CHANGED = "cases"


@dataclass(slots=True)
class Swept:
    """What a sweep did. `statements` counts those of the engine, transaction control left out."""

    escalated: int = 0
    breached: int = 0
    alarms: int = 0
    resumed: int = 0
    blocked: int = 0
    statements: int = 0
    seconds: float = 0.0

    def add(self, moved: moves.Moved) -> None:
        self.escalated += moved.escalated
        self.breached += moved.breached
        self.alarms += moved.alarms


def sweep(*, now: datetime, batch: int = BATCH) -> Swept:
    """Resume ended waits, then move every due case, in batches of one transaction each.

    `now` is the database's clock, read once by the caller: what falls due meanwhile waits for the next sweep.
    """
    began = time.monotonic()
    swept = Swept()
    _resume(swept, now, batch)
    swept.statements += 1
    if moves.anything_due(now=now):
        _move_all(swept, now, batch)
    heartbeats.beat(HEARTBEAT, now, {"escalated": swept.escalated, "alarms": swept.alarms})
    if swept.escalated or swept.breached or swept.resumed:
        bells.ring(CHANGED)
    swept.seconds = round(time.monotonic() - began, 4)
    return swept


def _resume(swept: Swept, now: datetime, batch: int) -> None:
    while True:
        swept.statements += 1
        resumed = moves.resume_ended_waits(now=now, batch=batch)
        swept.resumed += resumed
        if resumed < batch:
            return


def _move_all(swept: Swept, now: datetime, batch: int) -> None:
    while True:
        swept.statements += 1
        try:
            with transaction.atomic():
                moved = moves.move_due(now=now, batch=batch)
        except DatabaseError:
            log.exception("a batch failed, looking for the row that spoils it")
            _bisect(swept, moves.due_ids(now=now, batch=batch), now)
            continue
        swept.add(moved)
        if moved.claimed < batch:
            return


def _bisect(swept: Swept, ids: list[int], now: datetime) -> None:
    """Move the good rows, hold the bad one; always makes progress, so the caller's loop ends."""
    if not ids:
        return
    swept.statements += 1
    try:
        with transaction.atomic():
            swept.add(moves.move_named_due(ids=ids, now=now))
    except DatabaseError:
        if len(ids) == 1:
            log.exception("case %s cannot be moved and is held for a person", ids[0])
            moves.block(complaint_id=ids[0], now=now)
            swept.blocked += 1
            return
        middle = len(ids) // 2
        _bisect(swept, ids[:middle], now)
        _bisect(swept, ids[middle:], now)
