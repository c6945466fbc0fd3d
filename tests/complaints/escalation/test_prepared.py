"""The hop is planned once for each connection, and again for the next one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from complaints.escalation.prepared import Prepared
from complaints.escalation.sweep import sweep
from complaints.models import Complaint
from tests.factories import make_complaint

pytestmark = pytest.mark.django_db(transaction=True)


def sent(act: Callable[[], Any]) -> list[str]:
    """The first words of everything that `act` sends."""
    words: list[str] = []

    def listen(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        words.append(sql.split()[0])
        return execute(sql, *rest)

    with connection.execute_wrapper(listen):
        act()
    return words


def test_it_is_prepared_once_and_again_after_a_new_connection() -> None:
    ask = Prepared("SELECT %(a)s + 1, '%%'", {"a": "int"}, {})
    assert sent(lambda: ask.fetch({"a": 1})) == ["PREPARE", "EXECUTE"]
    assert sent(lambda: ask.fetch({"a": 2})) == ["EXECUTE"]
    assert ask.fetch({"a": 3}) == (4, "%")
    connection.close()
    assert sent(lambda: ask.fetch({"a": 1})) == ["PREPARE", "EXECUTE"]


def test_a_connection_that_was_lost_meanwhile_is_noticed_before_it_is_asked() -> None:
    ask = Prepared("SELECT %(a)s + 2", {"a": "int"}, {})
    assert ask.fetch({"a": 1}) == (3,)
    connection.connection.close()  # as after a restart of the server
    connection.close_if_unusable_or_obsolete()  # as at the beginning of a task
    assert ask.fetch({"a": 2}) == (4,)


def test_it_is_not_planned_with_each_execution() -> None:
    ask = Prepared("SELECT count(*) FROM complaints_complaint WHERE id = %(a)s", {"a": "bigint"}, {})
    for place in range(3):
        ask.fetch({"a": place})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%complaints_complaint WHERE id%"],
        )
        assert cursor.fetchone() == (3, 0)


def test_a_hop_goes_on_over_a_connection_that_was_lost() -> None:
    for _climb in range(2):
        due = Complaint.objects.get(pk=make_complaint().pk).due_at
        assert sweep(now=due).escalated == 1
        connection.close()
