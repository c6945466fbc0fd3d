"""The timer: what falls due moves up one tier, once, with history, notices and, at the end, alarms."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from complaints.escalation.sweep import sweep
from complaints.models import Complaint, EffectiveRule, History
from complaints.services import work
from complaints.states import Event
from insurers.models import WorkingAxis
from omsportal.platform.models import Alarm, Heartbeat, Outbox
from tests.factories import (
    NOW,
    make_branch,
    make_category,
    make_complaint,
    make_fund,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.get(pk=case.pk)


def told(case: Complaint, hop: int) -> set[tuple[str, str, str]]:
    rows = Outbox.objects.about("complaint", case.pk).filter(hop=hop)
    return set(rows.values_list("channel", "kind", "receiver_kind"))


def test_nothing_moves_before_its_moment() -> None:
    case = make_complaint()
    assert sweep(now=case.due_at - SECOND).escalated == 0
    assert fresh(case).tier == 1


def test_a_due_case_moves_up_into_the_pool_of_the_next_tier() -> None:
    operator = make_staff("operator", 1, make_branch())
    case = make_complaint(make_branch(), held_by=operator)
    moment = case.due_at + SECOND
    assert sweep(now=moment).escalated == 1
    moved = fresh(case)
    assert (moved.tier, moved.hop, moved.status, moved.assignee) == (2, 1, "new", None)
    assert moved.entered_at == moment
    assert moved.escalate_at == moved.due_at > moment


def test_the_hop_is_one_line_of_history_with_both_moments() -> None:
    case = make_complaint()
    sweep(now=case.due_at + SECOND)
    line = History.objects.get(complaint=case, event=Event.ESCALATED)
    assert (line.cause, line.by, line.hop, line.from_tier, line.to_tier) == ("timer", None, 1, 1, 2)
    assert (line.due_before, line.due_after) == (case.due_at, fresh(case).due_at)


def test_a_second_sweep_at_the_same_moment_changes_nothing() -> None:
    case = make_complaint()
    sweep(now=case.due_at + SECOND)
    again = sweep(now=case.due_at + SECOND)
    assert (again.escalated, fresh(case).hop) == (0, 1)


def test_pool_earlier_holder_and_patient_are_told_once_each() -> None:
    operator = make_staff("operator", 1, make_branch())
    case = make_complaint(make_branch(), held_by=operator, consents=["email"])
    sweep(now=case.due_at + SECOND)
    assert told(case, hop=1) == {
        ("portal", "hop", "pool"),
        ("portal", "hop", "user"),
        ("email", "hop", "contact"),
    }


def test_a_patient_without_consent_gets_no_mail() -> None:
    case = make_complaint()
    sweep(now=case.due_at + SECOND)
    assert told(case, hop=1) == {("portal", "hop", "pool")}


def test_a_case_climbs_to_the_experts_and_then_alarms_head_and_fund_once() -> None:
    branch, fund = make_branch(), make_fund()
    case = make_complaint(branch, tier=3)
    moment = case.due_at + SECOND
    swept = sweep(now=moment)
    assert (swept.escalated, swept.breached, swept.alarms) == (0, 1, 2)
    last = fresh(case)
    assert (last.tier, last.hop, last.breached_at, last.escalate_at) == (3, 2, moment, None)
    assert sweep(now=moment + timedelta(days=5)).breached == 0
    alarms = Alarm.objects.about("complaint", case.pk)
    assert {alarm.receiver_branch_id for alarm in alarms} == {branch.pk, fund.pk}
    assert told(case, hop=2) >= {("portal", "breach", "head"), ("portal", "breach", "fund")}


def test_a_breach_leaves_the_case_with_whoever_holds_it() -> None:
    branch = make_branch()
    expert = make_staff("expert", 3, branch)
    case = make_complaint(branch, tier=3)
    work.claim(complaint=case, by=expert, profile=profile(expert), now=case.entered_at)
    sweep(now=case.due_at + SECOND)
    assert (fresh(case).status, fresh(case).assignee) == ("in_work", expert)


def test_the_fund_has_no_next_tier() -> None:
    fund = make_fund()
    case = make_complaint(make_branch(), category=make_category("insurer", about_insurer=True))
    assert (case.branch, case.tier) == (fund, 4)
    swept = sweep(now=case.due_at + SECOND)
    assert (swept.escalated, swept.breached, swept.alarms) == (0, 1, 1)


def test_the_next_limit_is_working_time_of_the_branch() -> None:
    # Tier 2 has 5 working days of 9 hours: Monday 12:00 to the next Monday 12:00 in Moscow.
    case = make_complaint(now=datetime(2026, 3, 13, 6, 0, tzinfo=UTC))
    monday = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    assert case.due_at < monday
    sweep(now=monday)
    assert fresh(case).due_at == monday + timedelta(days=7)


def test_after_an_outage_a_case_climbs_one_tier_and_not_all() -> None:
    case = make_complaint()
    sweep(now=case.due_at + timedelta(days=20))
    assert fresh(case).hop == 1


def test_batches_take_the_oldest_first_and_finish_all() -> None:
    cases = [make_complaint(now=NOW + timedelta(minutes=minute)) for minute in range(5)]
    swept = sweep(now=NOW + timedelta(days=4), batch=2)
    assert swept.escalated == 5
    moved = History.objects.filter(event=Event.ESCALATED).order_by("id")
    assert [line.complaint_id for line in moved] == [case.pk for case in cases]


def test_statements_are_batches_and_a_constant() -> None:
    def statements(cases: int) -> int:
        for _case in range(cases):
            make_complaint()
        swept = sweep(now=NOW + timedelta(days=4), batch=2)
        assert swept.escalated == cases
        return swept.statements

    few = statements(6)
    assert statements(16) - few == 8 - 3
    assert few <= 3 + 8


def test_a_case_without_a_rule_moves_with_a_fall_back_and_an_alarm() -> None:
    case = make_complaint()
    EffectiveRule.objects.all().delete()
    moment = case.due_at + SECOND
    assert sweep(now=moment).escalated == 1
    assert fresh(case).due_at == moment + timedelta(days=1)
    assert Alarm.objects.about("complaint", case.pk).get().kind == "clock_gap"


def test_a_branch_without_computed_time_does_not_lose_its_cases() -> None:
    case = make_complaint()
    WorkingAxis.objects.all().delete()
    assert sweep(now=case.due_at + SECOND).escalated == 1
    assert Alarm.objects.filter(kind="clock_gap").count() == 1


def test_beyond_the_window_of_arrays_the_spans_answer() -> None:
    case = make_complaint()
    axis = WorkingAxis.objects.get(schedule=case.branch.schedule)
    moment = case.due_at + SECOND
    sweep(now=moment)
    expected = fresh(case).due_at
    again = make_complaint()
    keep = sum(start <= moment for start in axis.starts)
    axis.starts, axis.ends, axis.axis = axis.starts[:keep], axis.ends[:keep], axis.axis[:keep]
    axis.save()
    sweep(now=moment)
    assert fresh(again).due_at == expected
    assert not Alarm.objects.filter(kind="clock_gap").exists()


@contextmanager
def poisoned(case: Complaint) -> Iterator[None]:
    """Any change of this row's tier fails, as a damaged row would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"ALTER TABLE complaints_complaint ADD CONSTRAINT poison "
            f"CHECK (id <> {case.pk} OR tier = 1) NOT VALID"
        )
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE complaints_complaint DROP CONSTRAINT poison")


def test_a_poison_row_is_held_with_an_alarm_and_the_others_go_on() -> None:
    cases = [make_complaint(now=NOW + timedelta(minutes=minute)) for minute in range(7)]
    moment = NOW + timedelta(days=4)
    with poisoned(cases[3]):
        swept = sweep(now=moment, batch=4)
        assert (swept.escalated, swept.blocked) == (6, 1)
        assert sweep(now=moment).escalated == 0
    held = fresh(cases[3])
    assert (held.tier, held.blocked_at) == (1, moment)
    assert Alarm.objects.about("complaint", held.pk).get().kind == "blocked"


def test_each_sweep_leaves_a_sign_of_life() -> None:
    sweep(now=NOW)
    assert Heartbeat.objects.get(name="sweep").beat_at == NOW


def test_the_urgent_lane_runs_round_the_clock() -> None:
    night = datetime(2026, 3, 14, 0, 30, tzinfo=UTC)  # a Saturday, 3:30 in Moscow
    case = make_complaint(now=night, urgency="urgent")
    assert (case.tier, case.due_at) == (2, night + timedelta(minutes=15))
    sweep(now=case.due_at)
    assert (fresh(case).tier, fresh(case).due_at) == (3, case.due_at + timedelta(minutes=60))
