"""Bells of the platform: each only starts work that finds itself in PostgreSQL."""

from celery import shared_task

from omsportal.platform import housekeeping, jobs, lanes
from omsportal.platform.clock import database_now


@shared_task
def deliver() -> None:
    """Send due notices."""
    lanes.run(database_now())


@shared_task
def run_jobs() -> None:
    """Do the next waiting job."""
    jobs.run_next(database_now())


@shared_task
def tidy() -> None:
    """Throw away what has expired."""
    housekeeping.tidy(database_now())
