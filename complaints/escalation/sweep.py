"""One complete sweep: whoever rings runs this; several at once share the work."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, OperationalError, connection, transaction

from complaints.escalation import blocking, duty, hold, moves, warnings
from omsportal.platform import bells, heartbeats, tally

log = logging.getLogger(__name__)

BATCH = 1000
#: How often a Floor forgets, seconds, and how far back it looks nevertheless: somebody may have held a row.
WHOLE_EVERY = 60.0
MARGIN = timedelta(seconds=60)
HEARTBEAT = "sweep"


@dataclass(slots=True)
class Swept:
    """What a sweep did. `statements` counts those of the engine, transaction control left out."""

    escalated: int = 0
    breached: int = 0
    alarms: int = 0
    urgent: int = 0
    resumed: int = 0
    blocked: int = 0
    statements: int = 0
    seconds: float = 0.0
    held: bool = False

    def add(self, moved: moves.Moved) -> None:
        self.escalated += moved.escalated
        self.breached += moved.breached
        self.alarms += moved.alarms
        self.urgent += moved.urgent


class Floor:
    """What a long-lived process knows of earlier sweeps: nothing due before the last one is left.

    Spares it the entries of rows that moved long ago, which stay in the index while somebody holds an old
    snapshot. Once a minute it forgets, so that a row made due in the past is found then at the latest.
    """

    def __init__(self) -> None:
        self._swept: datetime | None = None
        self._whole_at = 0.0

    def since(self) -> datetime | None:
        """From which moment on to look now; None: from the beginning of time."""
        if self._swept is None or time.monotonic() >= self._whole_at:
            self._whole_at = time.monotonic() + WHOLE_EVERY
            return None
        return self._swept - MARGIN

    def swept(self, swept: "Swept", now: datetime) -> None:
        """Remember how far it went; a sweep that was held went nowhere."""
        if not swept.held:
            self._swept = now


def sweep(*, now: datetime, batch: int = BATCH, since: datetime | None = None) -> Swept:
    """Resume ended waits, move every due case, warn, call the duty people: batches of one transaction each.

    `now` is the database's clock, read once by the caller: what falls due meanwhile waits for the next sweep.
    `since` comes from a `Floor`; without it everything is looked at. While the timer is held, nothing moves.
    """
    began = time.monotonic()
    swept = Swept(statements=1, held=hold.in_force(now=now))
    if not swept.held:
        _work(swept, now, batch, since)
    heartbeats.beat(HEARTBEAT, now, {"escalated": swept.escalated, "alarms": swept.alarms})
    if swept.resumed:
        bells.ring(moves.CHANGED)
    swept.seconds = round(time.monotonic() - began, 4)
    tally.observe("sweep_seconds", swept.seconds)
    return swept


def _work(swept: Swept, now: datetime, batch: int, since: datetime | None) -> None:
    swept.statements += 1
    waiting = moves.probe(now=now, since=since)
    if waiting.ended_waits:
        _resume(swept, now, batch)
    if waiting.due or swept.resumed:
        _move_all(swept, now, batch, since)
    if waiting.warnings:
        swept.statements += warnings.look(now=now, batch=batch, since=since).statements
    if waiting.urgent or waiting.urgent_late or swept.urgent:
        _call_duty(swept, now)


def _call_duty(swept: Swept, now: datetime) -> None:
    """Nobody who cannot be called stops the timer."""
    try:
        swept.statements += duty.call(now=now).statements
    except OperationalError:
        raise
    except DatabaseError:
        log.exception("the duty people cannot be called, the next sweep tries again")


def _resume(swept: Swept, now: datetime, batch: int) -> None:
    def resume(ids: list[int]) -> None:
        swept.resumed += moves.resume_named_ended_waits(ids=ids, now=now)

    while True:
        swept.statements += 1
        try:
            with _all_or_nothing():
                resumed = moves.resume_ended_waits(now=now, batch=batch)
        except OperationalError:
            raise
        except DatabaseError:
            log.exception("a batch of ended waits failed, looking for the row that spoils it")
            _bisect(swept, moves.ended_wait_ids(now=now, batch=batch), now, resume)
            continue
        swept.resumed += resumed
        if resumed < batch:
            return


def _move_all(swept: Swept, now: datetime, batch: int, since: datetime | None) -> None:
    """Batch after batch, each from the moment where the last one ended; then once more from the beginning,
    for what somebody held meanwhile."""
    start = since
    while True:
        moved = _move_batch(swept, now, batch, start)
        if moved is None or moved.claimed == batch:
            start = moved.last if moved else since
        elif start == since:
            return
        else:
            start = since


def _move_batch(swept: Swept, now: datetime, batch: int, since: datetime | None) -> moves.Moved | None:
    """One statement, one transaction; None when a row spoiled it and was held.

    A server that goes away or breaks a deadlock is no row's fault: such an error ends the sweep.
    """

    def move(ids: list[int]) -> None:
        swept.add(moves.move_named_due(ids=ids, now=now))

    swept.statements += 1
    try:
        with _all_or_nothing():
            moved = moves.move_due(now=now, batch=batch, since=since)
    except OperationalError:
        raise
    except DatabaseError:
        log.exception("a batch failed, looking for the row that spoils it")
        _bisect(swept, moves.due_ids(now=now, batch=batch), now, move)
        return None
    swept.add(moved)
    return moved


def _all_or_nothing() -> AbstractContextManager[Any]:
    """Around one statement. Alone it is a transaction that the server ends by itself: a process that is
    stopped or killed right now keeps no row from the others. Within somebody's transaction: a savepoint."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _bisect(swept: Swept, ids: list[int], now: datetime, move: Callable[[list[int]], None]) -> None:
    """Move the good rows, hold the bad one; always makes progress, so the caller's loop ends."""
    if not ids:
        return
    swept.statements += 1
    try:
        with _all_or_nothing():
            move(ids)
    except OperationalError:
        raise
    except DatabaseError as error:
        if len(ids) == 1:
            log.exception("case %s cannot be moved and is held for a person", ids[0])
            blocking.block(complaint_id=ids[0], now=now, error=error)
            swept.blocked += 1
            return
        middle = len(ids) // 2
        _bisect(swept, ids[:middle], now, move)
        _bisect(swept, ids[middle:], now, move)
