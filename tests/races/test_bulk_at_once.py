"""An act on many beside others: nobody keeps the rest of it, and no case is done twice."""

from collections.abc import Collection

import pytest
from django.db import connection, transaction

from complaints.models import BulkAct, Complaint, History
from complaints.services import bulk, bulk_group, transitions
from complaints.states import Event
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from tests.factories import make_branch, make_complaint, make_staff
from tests.races.test_two_at_once import at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)


def asked(count: int) -> BulkAct:
    """Somebody passes so many cases up; no worker has begun."""
    now = database_now()
    branch = make_branch(now=now)
    cases = [make_complaint(branch, now=now) for _ in range(count)]
    versions = dict(
        Complaint.objects.filter(pk__in=[one.pk for one in cases]).values_list("number", "version")
    )
    return bulk.ask(
        kind="escalate", marked=bulk.Marked(versions=versions), arguments={"reason": "competence"},
        by=make_staff("head", heads=branch), now=now,
    )  # fmt: skip


def escalated() -> int:
    return History.objects.filter(event=Event.ESCALATED_BY_HAND).count()


def test_a_case_that_somebody_has_in_hand_waits_and_the_others_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk_group, "SECONDS", 60.0)
    made = asked(3)
    first, *others = made.lines.order_by("complaint_id")
    lines = [first.pk, *(line.pk for line in others)]

    def some() -> Collection[int] | None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        return bulk_group.do_some(bulk_id=made.pk, line_ids=lines, now=database_now())

    with transaction.atomic():
        transitions.locked(first.complaint_id)
        (settled,) = at_once(some)
    assert settled == {line.pk for line in others}
    (settled,) = at_once(some)
    assert settled == set(lines)
    assert escalated() == 3


def test_two_workers_at_once_do_each_case_once() -> None:
    made = asked(40)
    job = Job.objects.get(kind=bulk.KIND)
    results = at_once(*(lambda: bulk.work(job, jobs.Progress(job.pk)) for _worker in range(2)))
    assert of_kind(results, Exception) == []
    assert made.lines.counts() == {"done": 40}
    assert escalated() == 40
