"""No statement of the engine reads a table that grows from end to end."""

from datetime import timedelta

import pytest
from django.db import connection

from benchmarks.plans import engine
from complaints.demo.crowd import seed
from complaints.models import Complaint
from omsportal.platform.clock import database_now
from tests.factories import NOW, make_branch, make_category, make_fund, make_rules, make_staff

pytestmark = pytest.mark.django_db

CROWD, DUE = 4_000, 120


@pytest.fixture
def crowd() -> None:
    make_fund()
    for place in range(24):
        make_staff(f"operator{place}", 1, make_branch(f"insurer-{place}"))
    make_category()
    make_rules()
    now = database_now()
    seed(complaints=CROWD, due=DUE, now=now)
    ids = list(Complaint.objects.order_by("-pk").values_list("pk", flat=True)[:60])
    Complaint.objects.filter(pk__in=ids[:40]).update(warn_at=now - timedelta(minutes=1))
    Complaint.objects.filter(pk__in=ids[40:]).update(urgency="urgent", tier=2, status="new", assignee=None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_every_statement_goes_by_an_index(crowd: None) -> None:
    plans = engine()
    assert {"complaints.escalation.moves.move_due", "complaints.escalation.moves.probe"} <= set(plans.scans)
    assert plans.whole_tables() == {}


def test_the_check_itself_sees_a_whole_table(crowd: None) -> None:
    from benchmarks.plans import explained

    with explained() as plans:
        list(Complaint.objects.filter(version=NOW.year))
    assert plans.whole_tables()
