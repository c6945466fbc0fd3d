from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from omsportal.platform import clock, heartbeats, housekeeping, idempotency, jobs, limiter, tasks
from omsportal.platform.models import Job

pytestmark = pytest.mark.django_db


def test_the_clock_is_the_databases_and_aware():
    now = clock.database_now()
    assert now.tzinfo is not None
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_clock_stands_still_inside_a_transaction():
    with transaction.atomic():
        assert clock.database_now() == clock.database_now()


def test_any_bell_does_the_work(now: datetime, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "_handlers", {"export": lambda job, progress: {"rows": 1}})
    jobs.request(kind="export", now=now)
    tasks.run_jobs()
    tasks.run_jobs()
    tasks.deliver()
    assert Job.objects.get().state == "done"
    assert heartbeats.age("deliver", clock.database_now()) is not None


def test_it_tidies_what_has_expired(now: datetime):
    limiter.hit("key", 1, 60, now)
    idempotency.once(
        raw_key="key", scope="file", body=b"", produce=lambda: idempotency.Answer(201, {}), now=now
    )
    assert housekeeping.tidy(now) == {
        "idempotency_keys": 0, "limits": 0, "public_changes": 0, "shared_values": 0,
    }  # fmt: skip
    assert housekeeping.tidy(now + timedelta(days=2)) == {
        "idempotency_keys": 1, "limits": 1, "public_changes": 0, "shared_values": 0,
    }  # fmt: skip
    tasks.tidy()
