"""Bells of the platform: each only starts work that finds itself in PostgreSQL."""

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from omsportal.platform import housekeeping, jobs, lanes
from omsportal.platform.clock import database_now

#: Seconds. An import of millions of lines takes minutes; whoever works so long beats meanwhile.
LONGEST_JOB = 30 * 60


@shared_task
def deliver() -> None:
    """Send due notices."""
    lanes.run(database_now())


@shared_task(soft_time_limit=LONGEST_JOB, time_limit=LONGEST_JOB + 30)
def run_jobs() -> None:
    """Do the next waiting job; one that hangs is ended after LONGEST_JOB seconds and tried again."""
    jobs.run_next(database_now(), ends=(SoftTimeLimitExceeded,))


@shared_task
def tidy() -> None:
    """Throw away what has expired."""
    housekeeping.tidy(database_now())
