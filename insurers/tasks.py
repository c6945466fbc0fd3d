"""Bells of this app."""

from datetime import timedelta

from celery import shared_task

from insurers.services import working_time
from omsportal.platform import heartbeats
from omsportal.platform.clock import database_now

HEARTBEAT = "working-time"
#: The window of working time moves on once a day; beat rings hourly, so a missed ring costs an hour.
EVERY = timedelta(hours=20)


@shared_task
def refresh_working_time() -> None:
    """Compute every schedule's spans anew, once a day."""
    now = database_now()
    age = heartbeats.age(HEARTBEAT, now)
    if age is None or age > EVERY:
        working_time.rebuild_all(now)
        heartbeats.beat(HEARTBEAT, now)
