"""How quickly an act on many goes, for the person who waits for its end."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from complaints.models import BulkAct

#: Of a shorter time nothing can be said about the rest.
SHORTEST = 5.0


@dataclass(frozen=True, slots=True)
class Pace:
    """About so many cases a minute, and so many minutes left."""

    a_minute: int
    minutes_left: int


def pace_of(bulk: BulkAct, now: datetime) -> Pace | None:
    """On the average since the list was read. None: nothing is done yet, too little, or nothing will be."""
    if bulk.gathered_at is None or bulk.finished_at or bulk.cancelled_at or not bulk.done_count:
        return None
    seconds = (now - bulk.gathered_at).total_seconds()
    if seconds < SHORTEST:
        return None
    left = bulk.total_count - bulk.done_count
    return Pace(round(60 * bulk.done_count / seconds), ceil(left * seconds / bulk.done_count / 60))
