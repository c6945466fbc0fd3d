"""Every way between tiers and bodies: where a case arrives, what moves it on, and that one code moves it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from complaints.escalation.sweep import sweep
from complaints.models import Complaint, History
from complaints.services import closing, hops
from complaints.states import HOPS, Event
from insurers.models import Branch
from omsportal.platform.models import Alarm, Outbox
from representatives.models import User
from tests.factories import (
    NOW,
    file_case,
    make_branch,
    make_category,
    make_complaint,
    make_fund,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
ROOT = Path(__file__).resolve().parents[3]


def person(tier: int, branch: Branch | None = None) -> User:
    return make_staff(f"of tier {tier}", tier, branch or make_branch())


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.get(pk=case.pk)


def moves_of(case: Complaint) -> list[tuple[str, int, int, int]]:
    lines = History.objects.filter(complaint=case, event__in=HOPS).order_by("hop")
    return list(lines.values_list("event", "hop", "from_tier", "to_tier"))


def resolved(tier: int) -> Complaint:
    who = person(tier)
    case = make_complaint(tier=tier, held_by=who, kind="consultation")
    return closing.resolve(
        complaint=case, outcome="clarified", text="Ответ", by=who, profile=profile(who),
        now=max(NOW, case.entered_at) + HOUR,
    )  # fmt: skip


# --- arrival ---


@pytest.mark.parametrize(
    ("category", "urgency", "tier"),
    [
        ({}, "ordinary", 1),
        ({"arrival_tier": 2}, "ordinary", 2),
        ({"arrival_tier": 3}, "ordinary", 3),
        ({}, "urgent", 2),
        ({"arrival_tier": 3}, "urgent", 3),
        ({"about_insurer": True}, "ordinary", 4),
        ({"about_insurer": True}, "urgent", 4),
    ],
)
def test_a_case_arrives_where_its_theme_and_urgency_say(category: dict, urgency: str, tier: int) -> None:
    make_fund()
    case = file_case(make_branch(), category=make_category("theme", **category), urgency=urgency).complaint
    assert (case.tier, case.hop, case.status) == (tier, 0, "new")
    assert case.branch.is_fund is (tier == 4)
    assert not moves_of(case)


def test_what_skipped_tiers_climbs_on_from_where_it_arrived() -> None:
    case = make_complaint(category=make_category("second", arrival_tier=2))
    sweep(now=case.due_at)
    assert moves_of(case) == [("escalated", 1, 2, 3)]


# --- the fund ---


def test_the_funds_clock_is_its_own_rule_in_its_own_hours() -> None:
    make_fund()
    case = file_case(make_branch(), category=make_category("insurer", about_insurer=True)).complaint
    assert case.stage == "reaction"
    assert case.due_at == NOW + 4 * HOUR  # 12:00 to 16:00 in Moscow


def test_a_late_fund_alarms_its_head_once_and_keeps_the_case() -> None:
    fund = make_fund()
    case = file_case(region=fund.region).complaint
    for _sweep in range(2):
        sweep(now=case.due_at)
    late = fresh(case)
    assert (late.tier, late.hop, late.branch, late.escalate_at) == (4, 0, fund, None)
    alarms = Alarm.objects.filter(kind="tier_breach", subject_id=case.pk)
    assert list(alarms.values_list("receiver_branch_id", flat=True)) == [fund.pk]
    assert History.objects.filter(complaint=case, event=Event.BREACHED).count() == 1
    told = Outbox.objects.about("complaint", case.pk).filter(kind="breach", receiver_kind="head")
    assert list(told.values_list("receiver_id", flat=True)) == [fund.pk]


def test_the_fund_finds_the_insurer_and_the_insurer_registers_anew() -> None:
    fund = make_fund()
    who = person(4, fund)
    case = file_case(region=fund.region).complaint
    Complaint.objects.filter(pk=case.pk).update(status="in_work", assignee=who)
    filed = closing.forward(
        complaint=fresh(case),
        to=make_branch(),
        reason="wrong_addressee",
        by=who,
        profile=profile(who),
        now=NOW,
    )
    assert (filed.complaint.branch, filed.complaint.tier, filed.complaint.hop) == (make_branch(), 1, 0)
    assert (fresh(case).status, fresh(case).escalate_at) == ("forwarded", None)


# --- reopening ---


@pytest.mark.parametrize(("from_tier", "to_tier"), [(1, 2), (2, 3), (3, 4)])
def test_asking_again_goes_one_tier_up_and_from_the_experts_to_the_fund(from_tier: int, to_tier: int) -> None:
    fund = make_fund()
    case = resolved(from_tier)
    filed = closing.reopen(complaint=case, text="Не помогло", now=case.resolved_at + DAY)
    assert filed.complaint.tier == to_tier
    assert filed.complaint.branch == (fund if to_tier == 4 else case.branch)
    assert not moves_of(filed.complaint)  # a new appeal arrives, it does not climb


# --- hops by timer, by hand, back and again ---


def test_timer_hand_return_and_a_second_climb_are_one_line_and_one_notice_each() -> None:
    operator, specialist = person(1), person(2)
    case = make_complaint(held_by=operator)
    hops.escalate(complaint=case, reason="competence", by=operator, profile=profile(operator), now=NOW)
    Complaint.objects.filter(pk=case.pk).update(status="in_work", assignee=specialist)
    hops.return_to_lower_tier(
        complaint=fresh(case), reason="incomplete", note="Уточните", by=specialist,
        profile=profile(specialist), now=NOW + HOUR,
    )  # fmt: skip
    sweep(now=fresh(case).due_at)
    sweep(now=fresh(case).due_at)
    assert moves_of(case) == [
        ("escalated_by_hand", 1, 1, 2),
        ("returned", 2, 2, 1),
        ("escalated", 3, 1, 2),
        ("escalated", 4, 2, 3),
    ]
    pools = Outbox.objects.about("complaint", case.pk).filter(kind="hop", receiver_kind="pool")
    assert sorted(pools.values_list("hop", flat=True)) == [1, 2, 3, 4]


def test_only_one_module_moves_a_case_between_tiers() -> None:
    """Others may record what happened to a case, but neither its tier nor its hop."""
    in_sql = r"UPDATE complaints_complaint(?:(?!\bFROM\b|\bWHERE\b).)*\b(?:tier|hop) = "
    in_python = r"^\s*(?:case|complaint)\.(?:tier|hop) \+?= |(?:update|record)\([^)]*\b(?:tier|hop)="
    writes = re.compile(f"{in_sql}|{in_python}", re.MULTILINE | re.DOTALL)
    sources = [
        path
        for path in (ROOT / "complaints").rglob("*.py")
        if not {"migrations", "demo"} & set(path.relative_to(ROOT).parts)
    ]
    found = {path.name for path in sources if writes.search(path.read_text(encoding="utf-8"))}
    assert found == {"moves.py"}
