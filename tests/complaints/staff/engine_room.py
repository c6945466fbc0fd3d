"""What tests of the engine's page share."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from complaints.models import Complaint
from complaints.reports.staff.watch import Watch, watch_of
from representatives.models import User
from tests.factories import profile

PAGE = "/staff/engine/"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def due(case: Complaint, at: datetime) -> Complaint:
    """The same case with its time ending at `at`."""
    Complaint.objects.filter(pk=case.pk).update(due_at=at, escalate_at=at)
    return Complaint.objects.get(pk=case.pk)


def watch(user: User, now: datetime) -> Watch:
    return watch_of(user, profile(user, on=now.date()))


def context(client: Client, **query: str) -> Any:
    return client.get(PAGE, query).context
