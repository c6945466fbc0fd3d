"""Moments, rows and threads that the tests of the plumbing share."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from omsportal.platform.models import Outbox

NOW = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def make_notice() -> Callable[..., Outbox]:
    """make_notice(kind="hop", subject_id=7, …): a pending e-mail; each has its own subject."""
    counter = iter(range(1, 1000))

    def make(**fields: Any) -> Outbox:
        row = {
            "channel": "email",
            "kind": "hop",
            "subject_kind": "case",
            "subject_id": next(counter),
            "created_at": NOW,
            "available_at": NOW,
        }
        return Outbox.objects.create(**(row | fields))

    return make


@pytest.fixture
def at_once(transactional_db: None) -> Callable[[int, Callable[[], Any]], list[Any]]:
    """at_once(40, call): so many threads, each with a connection, start together; results or exceptions."""

    def run(count: int, call: Callable[[], Any]) -> list[Any]:
        barrier = threading.Barrier(count)

        def one() -> Any:
            try:
                connection.ensure_connection()
                barrier.wait(timeout=20)
                return call()
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(count) as pool:
            return [future.result() for future in [pool.submit(one) for _ in range(count)]]

    return run
