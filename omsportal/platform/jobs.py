"""Long work as a row: asked for in a transaction, done by a worker, with visible progress.

A handler is a function of the job and a `Progress`; it must be idempotent, because a worker that dies leaves
its job to the next one. Its result is shown to who asked; it holds ids and counts, never personal data.

The workers have other things to do too: at most `settings.JOB_TURNS` jobs run at once, one less than there
are processes, and one long job at a time. Turns are advisory locks of the connection: a worker that dies
frees its own.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction

from omsportal.platform import bells
from omsportal.platform.clock import database_now
from omsportal.platform.kinds import JobState
from omsportal.platform.models import Job

logger = logging.getLogger(__name__)

TOPIC = "jobs"
SILENCE = timedelta(minutes=5)  # a worker silent for longer is taken for dead
MAX_ATTEMPTS = 3

# The unique index job_queued_once: the same work asked for twice waits once. Touching the waiting row locks
# it: no worker starts it before this transaction, with what the work must see, is committed.
_REQUEST = """
INSERT INTO platform_job AS waiting
    (kind, arguments, state, attempts, done_count, error, created_by_id, created_at)
VALUES (%(kind)s, %(arguments)s, 'queued', 0, 0, '', %(created_by_id)s, %(now)s)
ON CONFLICT (kind, arguments, created_by_id) WHERE state = 'queued'
DO UPDATE SET created_at = waiting.created_at
RETURNING id
"""
_TRY = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
_GIVE_BACK = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"


#: What ends a worker from outside, when its time is over.
Ends = tuple[type[Exception], ...]


@dataclass(frozen=True)
class Progress:
    """Given to a handler: tells the waiting person how far it is, and everybody that the worker lives.

    A handler that keeps the failure of one row from the others lets `ends` through.
    """

    job_id: int
    ends: Ends = ()

    def report(self, done: int, total: int | None = None) -> None:
        """Call it at least every few minutes. Outside a transaction, or nobody sees it before the end."""
        running = Job.objects.filter(pk=self.job_id, state=JobState.RUNNING)
        running.update(done_count=done, total_count=total, beat_at=database_now())


Handler = Callable[[Job, Progress], dict[str, Any] | None]
_handlers: dict[str, Handler] = {}
_long: set[str] = set()
_LONG_TURN = "long"


def register(kind: str, handler: Handler, *, is_long: bool = False) -> None:
    """Let `handler` do the jobs of this kind; a long one takes minutes and waits for other long ones."""
    _handlers[kind] = handler
    if is_long:
        _long.add(kind)


def request(
    *, kind: str, arguments: dict[str, Any] | None = None, by_id: int | None = None, now: datetime
) -> Job:
    """Ask for work in the caller's transaction; the same request, if it still waits, is returned instead."""
    values = {"kind": kind, "arguments": json.dumps(arguments or {}), "created_by_id": by_id, "now": now}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_REQUEST, values)
        job_id: int = cursor.fetchone()[0]
        bells.ring(TOPIC)
    return Job.objects.get(pk=job_id)


def run_next(now: datetime, *, ends: Ends = ()) -> Job | None:
    """Do the oldest waiting job, or one whose worker died; None: nothing to do, or no turn is free.

    Must run outside a transaction: the handler decides about its own. `ends` break it off: the job is then
    left like that of a worker that died, and is tried again.
    """
    with _turn(*(str(place) for place in range(settings.JOB_TURNS))) as is_ours:
        done = _take_and_do(now, ends) if is_ours else None
    # Who came while no turn was free has gone away again.
    if done is not None and Job.objects.queued().exists():
        bells.ring(TOPIC)
    return done


def _take_and_do(now: datetime, ends: Ends) -> Job | None:
    with _turn(_LONG_TURN) as may_be_long:
        job = take_next(now, without=() if may_be_long else _long)
        if job is not None and job.kind in _long:
            return _do(job, ())  # what was too long once is too long the next time
    return None if job is None else _do(job, ends)


@contextmanager
def _turn(*names: str) -> Iterator[bool]:
    """Whether the first of these turns that is free is ours until the end of the block."""
    name = next((name for name in names if _asked(_TRY, name)), None)
    try:
        yield name is not None
    finally:
        if name is not None:
            _give_back(name)


def _asked(statement: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [f"platform.jobs.{name}"])
        return bool(cursor.fetchone()[0])


def _give_back(name: str) -> None:
    """With the connection the turn is gone already."""
    try:
        _asked(_GIVE_BACK, name)
    except Error:
        logger.warning("the database went away during a job")


def _do(job: Job, ends: Ends) -> Job:
    try:
        handler = _handlers[job.kind]
        result = handler(job, Progress(job.pk, ends))
    except ends:
        raise
    # Whatever went wrong is kept with the job, for who asked and for the log; the worker goes on.
    except Exception as error:
        logger.exception("job %s %s failed", job.kind, job.pk)
        return _finish(job, JobState.FAILED, error=type(error).__name__)
    return _finish(job, JobState.DONE, result=result or {})


@transaction.atomic
def take_next(now: datetime, *, without: Collection[str] = ()) -> Job | None:
    """Take one waiting job for this worker; nobody else gets it while it gives signs of life.

    None of the kinds `without`.
    """
    # One row at a time: further locked rows would be hidden from the other workers.
    waiting = Job.objects.waiting(now - SILENCE).exclude(kind__in=without).select_for_update(skip_locked=True)
    while job := waiting.first():
        if job.attempts < MAX_ATTEMPTS:
            return _start(job, now)
        _finish(job, JobState.FAILED, error="the worker died each time")
    return None


def _start(job: Job, now: datetime) -> Job:
    """From its beginning: how far an earlier worker had come, and since when, says nothing of this one."""
    job.state = JobState.RUNNING
    job.attempts += 1
    # Not before it was asked for, also when the clock went back meanwhile.
    job.started_at = max(now, job.created_at)
    job.beat_at, job.done_count, job.total_count = now, 0, None
    job.save(update_fields=["state", "attempts", "started_at", "beat_at", "done_count", "total_count"])
    return job


def _finish(job: Job, state: JobState, *, result: dict[str, Any] | None = None, error: str = "") -> Job:
    """Write the end, unless this worker was taken for dead and the job went to another."""
    end = {
        "state": state,
        "result": result,
        "error": error,
        "finished_at": max(database_now(), job.started_at or job.created_at),
    }
    ours = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    if not ours.update(**end):
        logger.warning("job %s %s went to another worker before its end", job.kind, job.pk)
    job.refresh_from_db()
    return job
