"""No statement of the engine reads a table that grows from end to end."""

from datetime import timedelta

import pytest
from django.db import connection

from benchmarks.plans import WORDS, engine, explained
from complaints.demo.crowd import seed
from complaints.escalation import daily_counts, fairness, rises
from complaints.models import Complaint
from complaints.reference import terms
from complaints.reports.staff import lists
from complaints.services import retention
from omsportal.platform.clock import database_now
from tests.factories import NOW, make_branch, make_category, make_fund, make_rules, make_staff, profile

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
        cursor.execute(WORDS)
        cursor.execute(_FILES, {"now": now})
        cursor.execute(_YEAR_OF_MESSAGES, {"now": now})
        cursor.execute("ANALYZE")


def test_every_statement_goes_by_an_index(crowd: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rises, "WINDOW", 50)  # as small beside this crowd as the real one beside millions
    monkeypatch.setattr(daily_counts, "LINES", 50)
    plans = engine()
    # It counts the open ones, and all of this crowd is open: staff/test_dashboard.py has closed ones.
    plans.scans.pop("complaints.escalation.daily_counts.stock")
    assert {"complaints.escalation.moves.move_due", "complaints.escalation.moves.probe"} <= set(plans.scans)
    assert plans.whole_tables() == {}


def test_the_check_itself_sees_a_whole_table(crowd: None) -> None:
    with explained() as plans:
        list(Complaint.objects.filter(version=NOW.year))
    assert plans.whole_tables()


def test_a_look_for_what_is_kept_too_long_goes_by_its_window(
    crowd: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms.load_deadlines()
    monkeypatch.setattr(retention, "WINDOW", 20)  # as small beside this crowd as 200 beside millions
    with explained() as plans:
        retention.look(database_now())
    assert any("retention" in name for name in plans.scans)
    whole = {scan for scans in plans.whole_tables().values() for scan in scans}
    assert whole <= {
        "Seq Scan on complaints_attachment",
        "Seq Scan on platform_outbox",
    }  # empty in this crowd


# One line each of what the report counts, for every case, spread over a year.
_YEAR_OF_DEEDS = """
INSERT INTO complaints_history (complaint_id, at, event, cause, hop, from_tier, to_tier, to_branch_id, reason,
    from_status, to_status)
SELECT row.id, %(now)s - row.id %% 360 * interval '1 day', kind.event, 'timer', 1, 1, 2, row.branch_id,
    '', '', ''
FROM complaints_complaint row CROSS JOIN unnest(ARRAY['escalated', 'waited', 'resolved']) AS kind(event)
"""
# A clean file of every case: what waits for the scanner is a few among them.
_FILES = """
INSERT INTO complaints_attachment (complaint_id, storage_name, sealed, media_type, size, content_digest,
    state, uploaded_at, scan_after)
SELECT row.id, gen_random_uuid(), '\\x00', 'application/pdf', 1, '\\x00', 'clean', %(now)s, %(now)s
FROM complaints_complaint row
"""
_YEAR_OF_MESSAGES = """
INSERT INTO complaints_message (complaint_id, author_kind, is_internal, is_call, sealed, posted_at)
SELECT row.id, 'system', false, false, '\\x00', %(now)s - row.id %% 360 * interval '1 day'
FROM complaints_complaint row CROSS JOIN generate_series(1, 3)
"""


def test_no_list_of_the_workplace_is_counted_by_reading_all_cases(crowd: None) -> None:
    operator = make_staff("operator7", 1, make_branch("insurer-7"))
    with explained() as plans:
        lists.summary(lists.Tab.QUEUE, profile(operator, on=database_now().date()), {}, database_now())
    assert plans.scans["complaints.reports.staff.lists.summary"]
    whole = {scan for scans in plans.whole_tables().values() for scan in scans}
    assert not [scan for scan in whole if "complaints_complaint" in scan]


def test_the_fairness_report_reads_its_period_and_branch(crowd: None) -> None:
    now = database_now()
    Complaint.objects.filter(pk__in=Complaint.objects.order_by("pk")[:20]).update(breached_at=now)
    with connection.cursor() as cursor:
        cursor.execute(_YEAR_OF_DEEDS, {"now": now})
        cursor.execute("ANALYZE complaints_history, complaints_complaint")
    with explained() as plans:
        fairness.deeds(branch_ids=[make_branch("insurer-7").pk], since=now - timedelta(days=30), until=now)
    assert plans.scans["complaints.escalation.fairness.deeds"]
    assert plans.whole_tables() == {}
