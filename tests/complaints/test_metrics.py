"""The engine's figures for monitoring: the same as on its page, each by its index."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from complaints import metrics
from complaints.escalation import blocking, hold
from complaints.escalation.sweep import sweep
from complaints.models import Complaint, EngineHold, History
from complaints.reports.staff import engine as report
from complaints.reports.staff.watch import watch_of
from complaints.states import HOPS
from omsportal.platform import alarms
from omsportal.platform.clock import database_now
from tests.complaints.crowd import copies, long_history
from tests.factories import make_branch, make_complaint, make_staff, profile

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def figures(client: Client) -> dict[str, float]:
    """Name with labels → value, as monitoring reads them."""
    text = client.get("/metrics").content.decode()
    pairs = re.findall(r"^omsportal_(\S+) (\S+)$", text, flags=re.MULTILINE)
    return {name: float(value) for name, value in pairs}


def test_an_idle_engine_tells_zeros(client: Client) -> None:
    shown = figures(client)
    assert {shown[name] for name in ("cases_due_not_moved", "cases_due_oldest_seconds", "cases_blocked")} == {
        0
    }
    assert shown["engine_hold"] == 0
    assert [shown[f'hops_last_hour{{event="{event}"}}'] for event in sorted(HOPS)] == [0, 0, 0]
    assert "sweep_age_seconds" not in shown


def test_it_tells_what_the_engines_page_tells(client: Client) -> None:
    now = database_now()
    branch = make_branch(now=now)
    for minutes in (120, 30):
        case = make_complaint(branch, now=now)
        due_at = now - timedelta(minutes=minutes)
        Complaint.objects.filter(pk=case.pk).update(due_at=due_at, escalate_at=due_at)
    blocking.block(complaint_id=make_complaint(branch, now=now).pk, now=now)
    admin = make_staff("admin", is_staff=True, is_superuser=True)
    shown, page = figures(client), report.standing(watch_of(admin, profile(admin)), now)
    assert (shown["cases_due_not_moved"], shown["cases_blocked"]) == (page.due, page.blocked) == (2, 1)
    assert page.overdue_by is not None
    assert shown["cases_due_oldest_seconds"] == pytest.approx(page.overdue_by.total_seconds())
    assert shown['alarms_open_by_kind{kind="blocked",severity="critical"}'] == page.alarms == 1


def test_it_counts_the_hops_of_the_last_hour(client: Client) -> None:
    now = database_now()
    branch = make_branch(now=now)
    for at in (now, now - 2 * HOUR):
        case = make_complaint(branch, now=at - HOUR)
        Complaint.objects.filter(pk=case.pk).update(due_at=at, escalate_at=at)
        sweep(now=at)
    shown = figures(client)
    assert shown['hops_last_hour{event="escalated"}'] == 1
    assert shown["sweep_age_seconds"] >= 0


@pytest.mark.parametrize(("ago", "in_force"), [(0, 1), (1, 1), (9, 1), (10, 0), (60, 0), (-1, 0)])
def test_its_hold_is_the_engines_hold(client: Client, ago: int, in_force: int) -> None:
    now = database_now()
    EngineHold.objects.create(held_at=now - timedelta(minutes=ago), jumped_seconds=3600)
    assert hold.in_force(now=now) is bool(in_force)
    assert figures(client)["engine_hold"] == in_force


def test_a_closed_alarm_is_no_longer_counted(client: Client) -> None:
    now = database_now()
    alarms.raise_once(kind="calendar_empty", subject_kind="calendar", subject_id=0, now=now)
    name = 'alarms_open_by_kind{kind="calendar_empty",severity="warning"}'
    assert figures(client)[name] == 1
    alarms.close_about(kind="calendar_empty", subject_kind="calendar", subject_id=0, now=now)
    assert name not in figures(client)


def test_it_names_every_event_that_is_a_hop() -> None:
    assert set(metrics.HOPS) == {event.value for event in HOPS}


def test_each_statement_reads_its_partial_indexes() -> None:
    """Thousands of open cases and of hops, as in a year of work; tables that stay small are not asked."""
    now = database_now()
    case = make_complaint(make_branch(now=now), tier=2, now=now - timedelta(days=30))
    Complaint.objects.filter(pk=case.pk).update(due_at=now, escalate_at=now)
    later = "row.due_at + (i - 100) * interval '1 minute'"
    seldom = "CASE WHEN mod(i, 500) = 0 THEN row.due_at END"
    copies(case, 3000, due_at=later, escalate_at=later, blocked_at=seldom)
    long_history(History.objects.get(event="escalated"), 5000, until=now, step=timedelta(minutes=10))
    plans = {statement: _plan(statement) for statement in (metrics._ENGINE, metrics._HOPS)}
    assert "complaint_due" in plans[metrics._ENGINE]
    assert "complaint_blocked" in plans[metrics._ENGINE]
    assert "history_hops_by_time" in plans[metrics._HOPS]
    assert not any("Seq Scan on complaints_complaint" in plan for plan in plans.values())
    assert not any("Seq Scan on complaints_history" in plan for plan in plans.values())


def _plan(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}", {"now": database_now()})
        return "\n".join(row[0] for row in cursor.fetchall())
