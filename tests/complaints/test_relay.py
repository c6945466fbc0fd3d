"""What the relay asks for at every bell, beside a long history."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from complaints.live import relay
from complaints.models import History
from complaints.services.patient_sessions import IDLE
from tests.complaints.crowd import long_history
from tests.factories import NOW, make_complaint

pytestmark = pytest.mark.django_db


def cost(statement: str, lines: int) -> float:
    """As the planner sees it, after so many further lines."""
    line = History.objects.filter(complaint=make_complaint()).latest("pk")
    long_history(line, lines, until=NOW, step=timedelta(seconds=1))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE complaints_history")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", {"hops": ["escalated"], "idle": IDLE})
        (told,) = cursor.fetchone()
    plan = told if isinstance(told, list) else json.loads(told)
    return float(plan[0]["Plan"]["Total Cost"])


@pytest.mark.parametrize("statement", [relay._CHANGED, relay._CHANGED_CASES])
def test_it_reads_the_newest_lines_only(statement: str) -> None:
    """Planned as a share of the whole, the history of a country would be read through at every bell."""
    few = cost(statement, 5_000)
    assert cost(statement, 15_000) < 1.5 * few
