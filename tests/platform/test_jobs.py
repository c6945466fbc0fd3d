import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from omsportal.platform import bells, jobs
from omsportal.platform.jobs import MAX_ATTEMPTS, SILENCE, Progress
from omsportal.platform.models import Job
from tests.processes import eventually

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_handlers", {})
    monkeypatch.setattr(jobs, "_long", set())


@dataclass
class Work:
    """A handler that works until it is let go."""

    has_begun: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)

    def __call__(self, job: Job, progress: Progress) -> None:
        self.has_begun.set()
        assert self.may_end.wait(20)


def on_a_connection_of_its_own(call: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return call(*arguments)
    finally:
        connection.close()


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


def test_a_job_that_outlasts_its_worker_is_tried_again(now: datetime):
    told: list[tuple[type[Exception], ...]] = []

    def hang(job: Job, progress: Progress) -> None:
        told.append(progress.ends)
        raise TimeoutError

    jobs.register("export", hang)
    job = jobs.request(kind="export", now=now)
    with pytest.raises(TimeoutError):
        jobs.run_next(now, ends=(TimeoutError,))
    job.refresh_from_db()
    assert (job.state, job.error, told) == ("running", "", [(TimeoutError,)])
    assert jobs.take_next(now + 2 * SILENCE) == job


def test_a_long_one_that_outlasts_its_worker_has_failed(now: datetime):
    def hang(job: Job, progress: Progress) -> None:
        raise TimeoutError

    jobs.register("import", hang, is_long=True)
    jobs.request(kind="import", now=now)
    done = jobs.run_next(now, ends=(TimeoutError,))
    assert done is not None
    assert (done.state, done.error) == ("failed", "TimeoutError")


def test_a_job_of_a_dead_worker_goes_to_the_next(now: datetime):
    job = jobs.request(kind="export", now=now)
    assert jobs.take_next(now) == job
    assert jobs.take_next(now + SILENCE) is None
    again = jobs.take_next(now + SILENCE + timedelta(seconds=1))
    assert again == job
    assert again.attempts == 2


def test_how_far_it_is_is_counted_from_the_beginning_of_the_present_worker(now: datetime):
    job = jobs.request(kind="export", now=now)
    jobs.take_next(now)
    Job.objects.filter(pk=job.pk).update(done_count=600, total_count=1000)
    later = now + 2 * SILENCE
    again = jobs.take_next(later)
    assert again is not None
    assert (again.done_count, again.total_count, again.started_at) == (0, None, later)


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


class TestTurns:
    """Three processes: two turns for jobs, one of them at most for a long one."""

    @pytest.fixture(autouse=True)
    def _three_processes(self, settings: Settings, transactional_db: None) -> None:
        settings.JOB_TURNS = 2

    @pytest.fixture
    def work(self) -> Iterator[Callable[..., Work]]:
        """work("kind", is_long=True): a handler that works until it is let go."""
        begun: list[Work] = []

        def begin(kind: str, *, is_long: bool = False) -> Work:
            begun.append(Work())
            jobs.register(kind, begun[-1], is_long=is_long)
            return begun[-1]

        yield begin
        for one in begun:
            one.may_end.set()

    def test_a_long_job_leaves_a_turn_to_others_and_waits_for_the_end_of_another(
        self, work: Callable[..., Work], now: datetime
    ):
        registry = work("registry.load", is_long=True)
        jobs.register("export", lambda job, progress: {"rows": 1})
        for number in range(2):
            jobs.request(kind="registry.load", arguments={"import": number}, now=now)
        jobs.request(kind="export", now=now)
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(on_a_connection_of_its_own, jobs.run_next, now)
            assert registry.has_begun.wait(20)
            assert [found.kind if (found := jobs.run_next(now)) else None for _ in range(2)] == [
                "export",
                None,
            ]
            registry.may_end.set()
            assert running.result(20).arguments == {"import": 0}
        second = jobs.run_next(now)
        assert second is not None
        assert second.arguments == {"import": 1}

    def test_a_process_is_left_for_sweeps_and_notices_however_many_jobs_wait(
        self, work: Callable[..., Work], now: datetime
    ):
        busy = [work("export"), work("bulk.act")]
        for kind in ("export", "bulk.act", "calendar.changed"):
            jobs.request(kind=kind, now=now)
        with ThreadPoolExecutor(2) as pool:
            running = [pool.submit(on_a_connection_of_its_own, jobs.run_next, now) for _ in busy]
            assert all(one.has_begun.wait(20) for one in busy)
            assert jobs.run_next(now) is None
            for one in busy:
                one.may_end.set()
            assert {one.result(20).state for one in running} == {"done"}
        assert Job.objects.queued().get().kind == "calendar.changed"

    def test_whoever_ends_rings_for_those_who_still_wait(self, now: datetime):
        jobs.register("export", lambda job, progress: None)
        for number in range(2):
            jobs.request(kind="export", arguments={"branch": number}, now=now)
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {bells.CHANNEL}")
            for rung in (["jobs"], []):
                connection.connection.notifies.clear()
                jobs.run_next(now)
                cursor.execute("SELECT 1")
                assert [notice.payload for notice in connection.connection.notifies] == rung
            cursor.execute(f"UNLISTEN {bells.CHANNEL}")

    def test_a_dead_worker_frees_its_turn_at_once(self, settings: Settings, now: datetime):
        settings.JOB_TURNS = 1
        jobs.register("export", lambda job, progress: None)
        jobs.request(kind="export", now=now)

        def die_with_the_turn() -> bool:
            with jobs._turn("0") as is_ours:
                connection.connection.close()
                return is_ours

        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(on_a_connection_of_its_own, die_with_the_turn).result(20)
        # PostgreSQL ends the session of a connection that has gone a moment later.
        assert eventually(lambda: jobs.run_next(now))
        assert Job.objects.get().state == "done"
