"""The hold: a clock that jumped under a living escalator moves nobody's case before somebody has looked.

The escalator compares the database's clock with the boot-time clock of its machine, which nobody sets. When
they part by more than half a minute it writes a row that every bell obeys, for at most ten minutes: then the
new clock is believed. A clock that comes back earlier ends the hold. An escalator that was not there before
the jump has seen none: after an outage the backlog is worked off at once.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from complaints.models import EngineHold
from omsportal.platform import alarms, turns
from omsportal.platform.clock import database_now
from omsportal.platform.kinds import Severity
from omsportal.platform.models import Heartbeat

KEEP = timedelta(minutes=10)
#: What the two clocks may part by between two looks: a small correction, a slow answer.
TOLERATED_SECONDS = 30.0
#: An escalator silent for longer has not seen what happened meanwhile: it starts afresh.
LIVING_SECONDS = 300.0
#: Other bells wait for the escalator's judgement as long as it has been heard within this.
HEARD_SECONDS = 60.0
ALARM = "clock_jumped"
ESCALATOR = "escalator"

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def in_force(*, now: datetime) -> bool:
    """Whether the timer stands still. One probe of the partial index engine_hold_open."""
    return _current(now) is not None


def trusted_now() -> datetime | None:
    """The database's clock, for a bell that is not the escalator; None while it must not be acted upon.

    Between a jump and the escalator's next look there is no hold yet. So whoever else would sweep compares
    with the clock that a living escalator of the same machine last believed, and leaves it the decision.
    """
    reading = read()
    believed = Heartbeat.objects.filter(name=ESCALATOR).values_list("detail", flat=True).first() or {}
    if believed.get("boot_id") != _boot_id() or reading.latest - believed["boot"] > HEARD_SECONDS:
        return reading.now
    return None if abs(reading.ahead_of(believed["offset"])) > TOLERATED_SECONDS else reading.now


@dataclass(frozen=True, slots=True)
class Reading:
    """The database's clock, and between which moments of the boot-time clock it was asked."""

    now: datetime
    earliest: float
    latest: float

    @property
    def offset(self) -> float:
        """Seconds between the two clocks, at most."""
        return self.now.timestamp() - self.earliest

    def ahead_of(self, offset: float) -> float:
        """Seconds by which the clock is ahead of `offset` (behind: negative); 0 if it may still agree.

        An answer that took long, or a process that was stopped while it asked, proves nothing.
        """
        if (too_much := self.now.timestamp() - self.latest - offset) > 0:
            return too_much
        return min(0.0, self.offset - offset)


def read() -> Reading:
    """Ask the database for its clock. Outside a transaction: inside, its clock stands still."""
    earliest = time.clock_gettime(time.CLOCK_BOOTTIME)
    now = database_now()
    return Reading(now=now, earliest=earliest, latest=time.clock_gettime(time.CLOCK_BOOTTIME))


class ClockWatch:
    """What one escalator knows about its clocks; it looks once in each tick, before it sweeps."""

    def __init__(self) -> None:
        self._offset: float | None = None
        self._seen = 0.0
        #: Boot-time at which the hold began that this escalator keeps.
        self._held_since: float | None = None
        #: The latest row of that hold.
        self._row = 0

    def look(self, reading: Reading) -> None:
        """Hold, release, or go on believing the clock."""
        if self._offset is None or reading.latest - self._seen > LIVING_SECONDS:
            self._begin(reading)
        assert self._offset is not None
        self._seen = reading.latest
        jump = reading.ahead_of(self._offset)
        if abs(jump) <= TOLERATED_SECONDS:
            self._believe_the_same(reading)
        elif self._is_over(reading):
            self._believe_the_new(reading)
        else:
            self._hold(reading, jump)

    def reference(self) -> dict[str, str | float | None]:
        """For the escalator's heartbeat: the clock it believes, for `trusted_now` of other bells."""
        return {"boot_id": _boot_id(), "boot": self._seen, "offset": self._offset}

    def _begin(self, reading: Reading) -> None:
        """Believe what is, unless somebody holds: then the clock before the jump is known from the row."""
        self._offset, self._held_since = reading.offset, None
        if (row := _current(reading.now)) is not None:
            self._offset -= row.jumped_seconds
            self._held_since, self._row = _boot_time_of(row.held_at, reading), row.pk

    def _is_over(self, reading: Reading) -> bool:
        """Ten minutes have passed, or a person let the timer go on: then the new clock is right."""
        if self._held_since is None:
            return False
        if reading.latest - self._held_since >= KEEP.total_seconds():
            return True
        return EngineHold.objects.filter(pk=self._row, released_at__isnull=False).exists()

    def _believe_the_same(self, reading: Reading) -> None:
        """Small corrections are followed, so that they do not add up to a jump."""
        if reading.latest - reading.earliest < 1:
            self._offset = reading.offset
        if self._held_since is not None:
            self._held_since = None
            _release(reading.now)
            alarms.close_about(kind=ALARM, subject_kind="engine", subject_id=0, now=reading.now)

    def _believe_the_new(self, reading: Reading) -> None:
        """The alarm stays open: a person must look why the clock jumped."""
        self._offset, self._held_since = reading.offset, None
        _release(reading.now)

    def _hold(self, reading: Reading, jump: float) -> None:
        row = _hold_once(reading.now, round(jump))
        self._row = row.pk
        if self._held_since is None:
            self._held_since = _boot_time_of(row.held_at, reading)


def _boot_id() -> str:
    """Which start of which machine: boot times of others say nothing."""
    return _BOOT.read_text().strip()


def _boot_time_of(moment: datetime, reading: Reading) -> float:
    return reading.earliest - (reading.now - moment).total_seconds()


def _current(now: datetime) -> EngineHold | None:
    return EngineHold.objects.filter(released_at=None, held_at__lte=now, held_at__gt=now - KEEP).first()


@transaction.atomic
def _hold_once(now: datetime, jumped_seconds: int) -> EngineHold:
    """The hold in force; it is written, with its alarm, unless it is there.

    Several escalators see the same jump: the first one writes the row, the others find it.
    """
    turns.take("complaints.engine_hold")
    if (row := _current(now)) is None:
        row = EngineHold.objects.create(held_at=now, jumped_seconds=jumped_seconds)
        alarms.raise_once(
            kind=ALARM,
            subject_kind="engine",
            subject_id=0,
            hop=row.pk,
            severity=Severity.CRITICAL,
            payload={"jumped_seconds": jumped_seconds},
            now=now,
        )
    return row


def _release(now: datetime) -> None:
    EngineHold.objects.filter(released_at=None).update(released_at=now)
