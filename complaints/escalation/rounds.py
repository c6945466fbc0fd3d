"""What is looked at from time to time: each round is idempotent, may run twice at once, and finds its work in rows.

The escalator makes the rounds, and so does beat: either is enough.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from complaints.escalation import hold
from omsportal.platform import heartbeats, metrics
from omsportal.platform.metrics import Sample

log = logging.getLogger(__name__)
BATCH = 1000
#: A round that missed this many of its turns, and the slack, is late.
MISSED_TURNS = 3
SLACK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Round:
    """`look` gets the database's `now` and does what is due; made at most once in `every`.

    In one transaction with the mark that it was made; `apart`: in transactions of its own.
    """

    name: str
    every: timedelta
    look: Callable[[datetime], object]
    apart: bool = False


#: In the order in which they are made.
ROUNDS: list[Round] = []


def make(
    *, now: datetime, rounds: Sequence[Round] | None = None, ends: tuple[type[Exception], ...] = ()
) -> list[str]:
    """Make the rounds whose time has come; returns their names. One that fails does not stop the others.

    While the timer is held none is made: what they would look at is the clock. `ends` say that the caller's own
    time is over: they are no fault of a round, and stop all.
    """
    if hold.in_force(now=now):
        return []
    ages = heartbeats.ages(now)
    due = [r for r in (ROUNDS if rounds is None else rounds) if _is_due(r, ages.get(_beat_of(r)))]
    return [round_.name for round_ in due if _made(round_, now, ends)]


def look_in_batches(statement: str, values: Mapping[str, Any]) -> int:
    """Runs a statement that takes `batch` rows and tells how many it took and how many of those are new,
    until nothing is left; returns how many were new."""
    new, taken = 0, BATCH
    with connection.cursor() as cursor:
        while taken == BATCH:
            cursor.execute(statement, {**values, "batch": BATCH})
            taken, of_them = cursor.fetchone()
            new += of_them
    return new


def _beat_of(round_: Round) -> str:
    return f"round.{round_.name}"


def _is_due(round_: Round, age: timedelta | None) -> bool:
    """A beat from the future means that the clock went back: nobody waits for it to catch up."""
    return age is None or not timedelta() <= age < round_.every


def _made(round_: Round, now: datetime, ends: tuple[type[Exception], ...]) -> bool:
    try:
        if round_.apart:
            round_.look(now)
        with transaction.atomic():
            if not round_.apart:
                round_.look(now)
            heartbeats.beat(_beat_of(round_), now)
    except ends:
        raise
    except Exception:  # whatever it is: the others are made
        log.exception("round %s failed, it is made again at the next tick", round_.name)
        return False
    return True


def is_late(every: timedelta, age: timedelta | None) -> bool:
    """It should have been made several times since. `age` is None for one that never was."""
    return age is None or age > every * MISSED_TURNS + SLACK


def late(now: datetime) -> Iterator[Sample]:
    """For monitoring, each round: 1 while it is late."""
    ages = heartbeats.ages(now)
    for one in ROUNDS:
        value = int(is_late(one.every, ages.get(_beat_of(one))))
        yield Sample(
            "round_late", value, {"name": one.name}, help="1 while a round has not been made in time"
        )


def register() -> None:
    """Called once, when the app is ready."""
    metrics.register(late)
