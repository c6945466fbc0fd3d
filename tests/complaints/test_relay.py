"""What the relay asks for at every bell, beside a long history."""

from datetime import timedelta

import pytest
from django.db import connection

from complaints.live import relay
from complaints.models import History
from complaints.services.patient_sessions import IDLE
from tests.complaints.crowd import long_history
from tests.factories import NOW, make_complaint

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("statement", [relay._CHANGED, relay._CHANGED_CASES])
def test_it_reads_the_newest_lines_only(statement: str) -> None:
    """Planned as a part of the whole, the history of a country would be read through at every bell."""
    line = History.objects.filter(complaint=make_complaint()).latest("pk")
    long_history(line, 5000, until=NOW, step=timedelta(seconds=1))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE complaints_history")
        cursor.execute(f"EXPLAIN {statement}", {"hops": ["escalated"], "idle": IDLE})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "complaints_history_pkey" in plan, plan
    assert "Seq Scan on complaints_history" not in plan, plan
