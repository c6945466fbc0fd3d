"""Figures of heads and the fund, and alarms."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from complaints.escalation import moves
from complaints.escalation.sweep import sweep
from complaints.models import Complaint
from insurers.models import Branch
from omsportal.platform.models import Alarm
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_category, make_complaint


@pytest.fixture
def figures(client_of: ClientOf) -> Any:
    return lambda role, **query: client_of(role).get("/staff/dashboard/", query).context["figures"]


def breach(case: Complaint) -> Alarm:
    moves.move_named_due(ids=[case.pk], now=case.due_at)
    return Alarm.objects.get(receiver_branch_id=case.branch_id)


@pytest.fixture
def expert_case(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    return make_complaint(branch, now=now, category=make_category("quality", arrival_tier=3))


def test_open_cases_are_counted_by_tier_and_age(
    held_case: Complaint, expert_case: Complaint, now: datetime, figures: Any
) -> None:
    old = make_complaint(held_case.branch, now=now - timedelta(days=5))
    tiers = {row.tier: row.ages for row in figures("head").tiers}
    assert tiers == {1: [1, 0, 1, 0, 0, 0], 3: [1, 0, 0, 0, 0, 0]}
    assert figures("head").now.open == 3
    assert figures("head").now.overdue == (old.due_at <= now)


@pytest.mark.parametrize("typed", ["9" * 5_000, "9" * 30, "-1", "²"])
def test_a_branch_that_is_no_number_is_no_error(
    held_case: Complaint, client_of: ClientOf, typed: str
) -> None:
    assert client_of("head").get("/staff/dashboard/", {"branch": typed}).status_code == 200


def test_hops_are_counted_by_day(held_case: Complaint, now: datetime, figures: Any) -> None:
    moves.move_up(complaint_id=held_case.pk, by_id=held_case.assignee_id, reason="other", now=now)
    hops = figures("head").hops
    assert len(hops) == 14
    assert [count for _day, count in hops] == [*[0] * 13, 1]


def test_load_names_idle_people_too(held_case: Complaint, figures: Any) -> None:
    load = {str(row.person): (row.in_work, row.waiting) for row in figures("head").load}
    assert load == {"Operator": (1, 0), "Specialist": (0, 0), "Expert": (0, 0)}


def test_a_breach_and_its_alarm_are_seen_by_head_and_fund(
    expert_case: Complaint, figures: Any, client_of: ClientOf
) -> None:
    breach(expert_case)
    for role in ("head", "fund"):
        assert (figures(role).now.breached, figures(role).now.alarms) == (1, 1)
        alarms = client_of(role).get("/staff/alarms/").context["alarms"]
        assert [row.number for row in alarms] == [expert_case.number]


def test_one_branch_can_be_chosen(held_case: Complaint, figures: Any, now: datetime) -> None:
    other = make_branch("reso-med")
    make_complaint(other, now=now)
    assert figures("fund").now.open == 2
    assert figures("fund", branch=str(other.pk)).now.open == 1
    assert figures("head", branch=str(other.pk)).now.open == 0


def test_the_last_sweep_is_shown(people: dict[str, User], now: datetime, figures: Any) -> None:
    assert figures("head").swept_ago is None
    sweep(now=now)
    assert not figures("head").is_timer_late


def test_the_page_stays_within_its_queries(
    held_case: Complaint, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    head = client_of("head")
    with django_assert_max_num_queries(15):
        head.get("/staff/dashboard/")


def test_only_the_head_silences_an_alarm_and_stays_on_record(
    expert_case: Complaint, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    # The breach is dated into the past: an alarm cannot be seen before it was raised.
    Complaint.objects.filter(pk=expert_case.pk).update(due_at=now, escalate_at=now)
    expert_case.refresh_from_db()
    alarm = breach(expert_case)
    assert client_of("expert").post(f"/staff/alarms/{alarm.pk}/acknowledge/").status_code == 403
    client_of("head").post(f"/staff/alarms/{alarm.pk}/acknowledge/")
    alarm.refresh_from_db()
    assert alarm.acknowledged_by_id == people["head"].pk
