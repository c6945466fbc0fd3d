"""`manage.py escalator`: the supervised bell. Sweeps every tick by a monotonic clock and needs no Redis.

It also listens to NOTIFY, so that notices leave and lists change at once, and rings Celery for both. Before
each sweep it looks whether the clock jumped.
"""

import logging
import select
import signal
import time
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django.db import Error, connection

from complaints.escalation import hold, rounds
from complaints.escalation.bell import Ringer
from complaints.escalation.sweep import Floor, sweep
from complaints.live import relay
from insurers.services import calendar
from omsportal.celery import app
from omsportal.platform import bells, counters, heartbeats, lanes, log_lines
from omsportal.platform.clock import database_now

log = logging.getLogger(__name__)

#: What a topic of NOTIFY starts.
TASKS = {
    "tick": "complaints.tasks.sweep",
    "outbox": "omsportal.platform.tasks.deliver",
    "jobs": "omsportal.platform.tasks.run_jobs",
    "scan": "complaints.tasks.scan_files",
    "search": "complaints.tasks.fill_search",
    "mail": "complaints.tasks.read_mail",
    "voicemail": "complaints.tasks.take_in_recordings",
}
#: How often to see whether the windows of working time must move on, seconds; cheap when they need not.
UPKEEP_EVERY = 3600.0
#: How long to wait for a database that is away, seconds.
PATIENCE = 2.0


def ring(topic: str) -> None:
    """One ring: lists are told through the live relay, everything else through Celery."""
    if topic == "cases":
        relay.announce()
    elif topic in TASKS:
        try:
            app.send_task(TASKS[topic], retry=False)
        except Exception:
            if topic == "outbox":
                deliver_here()
            raise


def deliver_here() -> None:
    """Without Redis no worker hears of notices, and a duty person must be called all the same."""
    try:
        lanes.run(database_now())
    finally:
        connection.close()


class Command(BaseCommand):
    help = "Move due cases every few seconds and pass bells on; runs until it is told to stop."
    # Keys and gateways. Pages are judged when the portal is deployed: a timer comes back at once.
    requires_system_checks = (Tags.security,)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  (Django's signature)
        log_lines.log_uncaught()
        self.stopping = False
        self.ringer = Ringer(ring)
        self.upkeep_at = 0.0
        self.floor = Floor()
        self.watch = hold.ClockWatch()
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        while not self.stopping:
            try:
                self._serve()
            except Error as error:
                log.warning("the database is away, trying again: %s", str(error).strip().split("\n")[0])
                connection.close()
                self._sleep(PATIENCE)
        log.info("escalator stopped")

    def _stop(self, *_: Any) -> None:
        self.stopping = True

    def _serve(self) -> None:
        """Tick and listen until told to stop; database errors go to the caller."""
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {bells.CHANNEL}")
        log.info("escalator sweeps every %s s", settings.TICK_SECONDS)
        next_tick = time.monotonic()
        while not self.stopping:
            if time.monotonic() >= next_tick:
                next_tick = time.monotonic() + settings.TICK_SECONDS
                self._tick()
            self._listen(max(0.0, next_tick - time.monotonic()))

    def _tick(self) -> None:
        reading = hold.read()
        now = reading.now
        self.watch.look(reading)
        swept = sweep(now=now, since=self.floor.since())
        self.floor.swept(swept, now)
        rounds.make(now=now)
        heartbeats.beat(hold.ESCALATOR, now, self.watch.reference())
        if swept.escalated or swept.breached or swept.resumed or swept.blocked:
            log.info("swept: %s", swept)
        self.ringer.ring("tick")
        if self.ringer.fails("tick"):
            self.ringer.ring("outbox")
        counters.add_up_when_due()
        if time.monotonic() >= self.upkeep_at:
            self.upkeep_at = time.monotonic() + UPKEEP_EVERY
            calendar.refresh(now=now)

    def _listen(self, seconds: float) -> None:
        """Wait for a bell or for the next tick, whichever comes first."""
        raw = connection.connection
        if not raw.notifies:
            # Half a second at most: a signal to stop is noticed soon even where select is restarted.
            select.select([raw], [], [], min(seconds, 0.5))
        with connection.wrap_database_errors:
            raw.poll()
        topics = {notify.payload for notify in raw.notifies}
        raw.notifies.clear()
        for topic in topics:
            self.ringer.ring(topic)

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < until:
            time.sleep(0.1)
