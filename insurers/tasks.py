"""The doorbell of this app."""

from celery import shared_task

from insurers.services import calendar
from omsportal.platform.clock import database_now


@shared_task(name="insurers.tasks.refresh_working_time")
def refresh_working_time() -> None:
    """Move the windows of working time on, once a day; cheap when nothing is stale."""
    calendar.refresh(now=database_now())
