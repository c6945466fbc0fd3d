"""What stands in the database through all tests of a file, so that none of them has to build it.

    @pytest.fixture(scope="module", autouse=True)
    def _standing(request: pytest.FixtureRequest) -> Iterator[None]:
        yield from standing(request, build)

`build` runs once, in a transaction around those of the tests; factories find what they would make once.
"""

from collections.abc import Callable, Container, Iterator

import pytest
from django.db import connection, transaction

#: Whoever asks for one of these commits its rows: nothing may stand around it.
COMMITTING = {"transactional_db", "live_server"}


def standing(
    request: pytest.FixtureRequest, build: Callable[[], object], *, but: Container[str] = ()
) -> Iterator[None]:
    """Through this file, if its tests use the database and none of them commits; those named in `but` begin
    with empty tables."""
    if not _all_undone(request) or request.path.name in but:
        yield
        return
    request.getfixturevalue("django_db_setup")
    blocker = request.getfixturevalue("django_db_blocker")
    around = transaction.atomic()
    with blocker.unblock():
        around.__enter__()
        try:
            with connection.cursor() as cursor:  # it rests while a test does something else
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            build()
            # References are looked at now, not after each test.
            connection.check_constraints()
        except BaseException:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
            raise
    yield
    with blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


def _all_undone(request: pytest.FixtureRequest) -> bool:
    items = [item for item in request.session.items if item.path == request.path]
    return any(map(_asks, items)) and not any(map(_commits, items))


def _asks(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or "db" in _fixtures(item)


def _commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or not COMMITTING.isdisjoint(_fixtures(item))


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])
