"""A page that is still being read when its test ends, and the emptying of the tables after it."""

import threading
import time

import pytest
from django.db import connection

from insurers.models import Region
from tests.emptying import empty_tables
from tests.factories import make_branch

pytestmark = pytest.mark.django_db(transaction=True)


def _emptying_has_begun() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot(), count(*) FROM pg_stat_activity"
            " WHERE query LIKE 'LOCK TABLE%%' AND datname = current_database()",
            [],
        )
        return bool(cursor.fetchone()[1])


def _read_two(began: threading.Event, failures: list[Exception]) -> None:
    """One table before the emptying, one while it asks for both."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN; SELECT count(*) FROM insurers_region")
            began.set()
            until = time.monotonic() + 15
            while not _emptying_has_begun():
                assert time.monotonic() < until
            cursor.execute("SELECT count(*) FROM insurers_branch; COMMIT")
    except Exception as failure:
        failures.append(failure)
    finally:
        connection.close()


def test_a_request_that_is_at_work_ends_before_the_tables_are_emptied() -> None:
    make_branch()
    began, failures = threading.Event(), list[Exception]()
    reader = threading.Thread(target=_read_two, args=(began, failures))
    reader.start()
    assert began.wait(10)
    empty_tables()
    reader.join()
    assert failures == []
    assert not Region.objects.exists()
