"""What would a change do? The change as data, tried by a job in a transaction that is rolled back.

A job of a dry run has no arguments but a token: what was typed may be long, and arguments are indexed. It
lies in the job's result under "asked" until the findings join it there under "found".
"""

import json
import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import connection, transaction
from django.db.models import Model

from omsportal.platform import jobs
from omsportal.platform.models import Job

logger = logging.getLogger(__name__)

#: Rows to save and rows to delete, as JSON.
Change = dict[str, Any]
Trial = Callable[[Change, jobs.Progress], dict[str, Any]]


def change_of(*, saved: Iterable[Model], deleted: Iterable[Model] = ()) -> Change:
    """The change as data; rows that are not yet in the database have no key."""
    return {
        "save": json.loads(serializers.serialize("json", list(saved))),
        "delete": [[row._meta.label, row.pk] for row in deleted],
    }


def apply(change: Change) -> None:
    """Make the change, inside a transaction that the caller rolls back."""
    for label, key in change["delete"]:
        apps.get_model(label)._base_manager.filter(pk=key).delete()
    for row in serializers.deserialize("json", json.dumps(change["save"])):
        row.save()


@transaction.atomic
def request(
    *, kind: str, change: Change, address: str, typed: Sequence[tuple[str, str]], by_id: int, now: datetime
) -> Job:
    """Ask for a dry run; `typed` is sent to `address` again once the person agrees."""
    job = jobs.request(kind=kind, arguments={"token": secrets.token_hex(8)}, by_id=by_id, now=now)
    job.result = {"asked": {"change": change, "address": address, "typed": list(typed)}}
    job.save(update_fields=["result"])
    return job


def register(kind: str, trial: Trial) -> None:
    """Let `trial` find out what changes of this kind would do; it counts and writes nothing."""

    def handle(job: Job, progress: jobs.Progress) -> dict[str, Any]:
        asked = (job.result or {})["asked"]
        # Whatever goes wrong, what was typed must not be lost.
        try:
            return {"asked": asked, "found": trial(asked["change"], progress)}
        except Exception:
            logger.exception("dry run %s failed", job.pk)
            return {"asked": asked, "found": None}

    jobs.register(kind, handle)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Nothing that happens inside stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Aside:
    """Tells progress over a connection of its own: inside the trial's transaction nobody would see it."""

    def __init__(self, progress: jobs.Progress) -> None:
        self._progress = progress
        self._thread = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> "Aside":
        return self

    def __exit__(self, *_error: object) -> None:
        self._thread.submit(_close_own).result()
        self._thread.shutdown()

    def report(self, done: int, total: int) -> None:
        self._thread.submit(self._progress.report, done, total).result()


def _close_own() -> None:
    """Of the thread in which this is called."""
    connection.close()
