from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from omsportal.platform import jobs
from omsportal.platform.jobs import MAX_ATTEMPTS, SILENCE, Progress
from omsportal.platform.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_handlers", {})


def recount(job: Job, progress: Progress) -> dict[str, Any]:
    progress.report(2, 4)
    return {"changed": job.arguments["branch"]}


def test_it_does_the_work_and_keeps_the_result(now: datetime):
    jobs.register("calendar.changed", recount)
    jobs.request(kind="calendar.changed", arguments={"branch": 3}, by_id=5, now=now)
    done = jobs.run_next(now)
    assert done is not None
    assert (done.state, done.result, done.done_count, done.total_count) == ("done", {"changed": 3}, 2, 4)
    assert done.started_at == now
    assert jobs.run_next(now) is None


def test_the_same_request_waits_once(now: datetime):
    first = jobs.request(kind="export", arguments={"branch": 3}, by_id=5, now=now)
    assert jobs.request(kind="export", arguments={"branch": 3}, by_id=5, now=now) == first
    assert jobs.request(kind="export", arguments={"branch": 3}, by_id=6, now=now) != first
    assert jobs.request(kind="export", arguments={"branch": 4}, by_id=5, now=now) != first
    assert Job.objects.requested_by(5).count() == 2


def test_a_request_while_it_runs_is_new_work(now: datetime):
    first = jobs.request(kind="calendar.changed", now=now)
    jobs.take_next(now)
    assert jobs.request(kind="calendar.changed", now=now) != first


def test_a_failure_is_kept_without_anybodys_data(now: datetime):
    def fail(job: Job, progress: Progress) -> None:
        raise ValueError("Иванова Мария")

    jobs.register("export", fail)
    jobs.request(kind="export", now=now)
    failed = jobs.run_next(now)
    assert failed is not None
    assert (failed.state, failed.error, failed.result) == ("failed", "ValueError", None)


def test_a_job_of_a_dead_worker_goes_to_the_next(now: datetime):
    job = jobs.request(kind="export", now=now)
    assert jobs.take_next(now) == job
    assert jobs.take_next(now + SILENCE) is None
    again = jobs.take_next(now + SILENCE + timedelta(seconds=1))
    assert again == job
    assert again.attempts == 2


def test_a_job_that_kills_its_workers_fails(now: datetime):
    job = jobs.request(kind="export", now=now)
    moment = now
    for _attempt in range(MAX_ATTEMPTS):
        assert jobs.take_next(moment) == job
        moment += 2 * SILENCE
    assert jobs.take_next(moment) is None
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "the worker died each time")


def test_a_worker_taken_for_dead_does_not_write_the_end(now: datetime):
    jobs.request(kind="export", now=now)
    slow = jobs.take_next(now)
    jobs.take_next(now + 2 * SILENCE)
    assert jobs._finish(slow, jobs.JobState.DONE, result={}).state == "running"


def test_a_job_without_a_handler_fails(now: datetime):
    jobs.request(kind="unknown", now=now)
    failed = jobs.run_next(now)
    assert failed is not None
    assert failed.error == "KeyError"


def test_two_workers_take_different_jobs(at_once: Callable[..., list[Any]], now: datetime):
    for number in range(2):
        jobs.request(kind="export", arguments={"branch": number}, now=now)
    taken = at_once(4, lambda: jobs.take_next(now))
    assert sorted(job.arguments["branch"] for job in taken if job) == [0, 1]


def test_no_worker_starts_a_job_whose_newest_request_is_not_committed(
    at_once: Callable[..., list[Any]], now: datetime
):
    waiting = jobs.request(kind="calendar.changed", now=now)
    with transaction.atomic():
        assert jobs.request(kind="calendar.changed", now=now) == waiting
        assert at_once(1, lambda: jobs.take_next(now)) == [None]
    assert jobs.take_next(now) == waiting


def test_one_asked_for_before_the_clock_went_back_is_done_all_the_same(now: datetime):
    jobs.register("test.clock", lambda job, progress: {"done": 1})
    asked = jobs.request(kind="test.clock", now=now)
    done = jobs.run_next(now - timedelta(hours=1))
    assert done is not None
    assert (done.pk, done.state, done.started_at) == (asked.pk, "done", now)
