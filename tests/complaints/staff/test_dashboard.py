"""Figures of heads and the fund, and alarms."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from benchmarks.plans import explained
from complaints.escalation import daily_counts, moves
from complaints.escalation.sweep import sweep
from complaints.models import Complaint
from complaints.reports.staff import dashboard
from complaints.services import closing
from insurers.models import Branch, Region
from omsportal.platform import chain
from omsportal.platform.models import Alarm
from representatives.models import User
from tests.complaints.crowd import copies, long_history
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_category, make_complaint, profile


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


def counted(now: datetime) -> None:
    """The rounds of a minute."""
    chain.seal(now)
    daily_counts.look(now)


def test_what_came_and_went_is_counted_by_day(held_case: Complaint, now: datetime, figures: Any) -> None:
    moves.move_up(complaint_id=held_case.pk, by_id=held_case.assignee_id, reason="other", now=now)
    make_complaint(make_branch("reso-med"), now=now)
    counted(now)
    of_head = figures("head")
    assert len(of_head.hops) == 14
    assert [count for _day, count in of_head.hops] == [*[0] * 13, 1]
    assert (of_head.filed[-1], figures("fund").filed[-1]) == (1, 2)
    assert len(figures("head", days="90").filed) == 90
    assert len(figures("head", days="17").filed) == 14


def test_times_are_told_by_tier_and_to_within_a_tenth(
    branch: Branch, people: dict[str, User], now: datetime, figures: Any
) -> None:
    since = now - timedelta(days=2)
    for hours in (1, 1, 1, 20):
        case = make_complaint(branch, now=since, held_by=people["operator"], kind="consultation")
        closing.resolve(
            complaint=case, outcome="clarified", text="Да", by=people["operator"],
            profile=profile(people["operator"], on=now.date()), now=since + timedelta(hours=hours),
        )  # fmt: skip
    counted(now)
    (row,) = figures("head").times
    assert row.decision.count == 4
    assert abs(row.decision.median - timedelta(hours=1)) <= timedelta(minutes=6)
    assert abs(row.decision.p90 - timedelta(hours=20)) <= timedelta(hours=2)


def test_the_fairness_figures_tell_decisions_without_a_word(
    branch: Branch, people: dict[str, User], now: datetime, figures: Any, client_of: ClientOf
) -> None:
    for message in ("", "Разбираемся"):
        case = make_complaint(
            branch, now=now - timedelta(hours=2), held_by=people["operator"], kind="consultation",
            message=message,
        )  # fmt: skip
        closing.resolve(
            complaint=case, outcome="clarified", text="Да", by=people["operator"],
            profile=profile(people["operator"], on=now.date()), now=now - timedelta(hours=1),
        )  # fmt: skip
    counted(now)
    for role in ("head", "fund"):
        fair = figures(role).fair
        assert (fair.decided, fair.untouched, fair.is_behind) == (2, 1, False), role
    assert "из них без общения с заявителем" in client_of("head").get("/staff/dashboard/").content.decode()


def test_what_rises_is_told_and_what_is_usual_is_not(
    branch: Branch, people: dict[str, User], now: datetime, figures: Any
) -> None:
    risen, usual = make_category("drugs"), make_category("waiting")
    for days in (1, 1, 1, 1, 2):
        make_complaint(branch, now=now - timedelta(days=days), category=risen)
    for days in range(1, 34):
        make_complaint(branch, now=now - timedelta(days=days), category=usual)
    counted(now)
    (row,) = figures("head").themes
    assert (row.what, row.last_week, row.usual) == (risen, 5, 0.0)


def test_of_very_many_open_cases_the_last_count_is_shown(
    held_case: Complaint, now: datetime, figures: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "COUNTED_LIVE", 0)
    daily_counts.stock(now)
    make_complaint(held_case.branch, now=now)
    standing = figures("head").now
    assert (standing.open, standing.counted_at) == (1, now)
    assert {row.tier: row.total for row in figures("head").tiers} == {1: 1}
    monkeypatch.setattr(dashboard, "COUNTED_LIVE", 20_000)
    assert (figures("head").now.open, figures("head").now.counted_at) == (2, None)


@pytest.mark.slow
def test_no_figure_reads_a_whole_growing_table(
    held_case: Complaint, now: datetime, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(held_case, 20_000, status="'closed'", assignee_id="NULL", escalate_at="NULL", warn_at="NULL",
           closed_at="now()")  # fmt: skip
    long_history(held_case.history.get(event="filed"), 20_000, until=now, step=timedelta(seconds=30))
    counted(now)
    head = client_of("head")
    with explained() as plans:
        head.get("/staff/dashboard/")
        daily_counts.stock(now)
    assert plans.whole_tables() == {}


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


def test_moments_are_told_by_the_clock_of_the_branch(
    expert_case: Complaint, now: datetime, client_of: ClientOf
) -> None:
    Region.objects.filter(pk=expert_case.branch.region_id).update(time_zone="Asia/Kamchatka")
    alarm = breach(expert_case)
    counted(now)
    head, there = client_of("head"), ZoneInfo("Asia/Kamchatka")
    for address, at in (("/staff/dashboard/", now), ("/staff/alarms/", alarm.raised_at)):
        assert f"{at.astimezone(there):%H:%M}</time>" in head.get(address).content.decode(), address


def test_the_last_sweep_is_shown(people: dict[str, User], now: datetime, figures: Any) -> None:
    assert figures("head").swept_ago is None
    sweep(now=now)
    assert not figures("head").is_timer_late


def test_the_page_stays_within_its_queries(
    held_case: Complaint, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    head = client_of("head")
    head.get("/staff/dashboard/")
    with django_assert_max_num_queries(24):
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


# --- from a figure to its list ---


@pytest.fixture
def every_matter(branch: Branch, people: dict[str, User], now: datetime) -> dict[str, Complaint]:
    """One open case for each figure, in tiers and ages of their own."""
    on = now.astimezone(branch.zone).date()
    made = {
        "overdue": make_complaint(branch, now=now - timedelta(days=2)),
        "soon": make_complaint(branch, now=now),
        "breached": make_complaint(branch, now=now - timedelta(days=40), tier=3),
        "answer": make_complaint(branch, now=now - timedelta(days=5), tier=2),
        "answer_soon": make_complaint(branch, now=now, tier=2),
    }
    far = now + timedelta(hours=5)
    due = {"overdue": now - timedelta(hours=1), "soon": now + timedelta(minutes=30)}
    law = {"answer": on - timedelta(days=1), "answer_soon": on}
    for name, case in made.items():
        moment = due.get(name, far)
        Complaint.objects.filter(pk=case.pk).update(
            due_at=moment, escalate_at=moment, answer_due_on=law.get(name, on + timedelta(days=20))
        )
    Complaint.objects.filter(pk=made["breached"].pk).update(breached_at=now, escalate_at=None, warn_at=None)
    return made


@pytest.mark.parametrize("matter", ["overdue", "soon", "breached", "answer", "answer_soon"])
def test_a_figure_leads_to_exactly_its_cases(
    matter: str, every_matter: dict[str, Complaint], client_of: ClientOf
) -> None:
    head = client_of("head")
    assert f"/staff/all/?matter={matter}&amp;branch=" in head.get("/staff/dashboard/").content.decode()
    shown = head.get(f"/staff/all/?matter={matter}").context["listing"].page.rows
    assert [row.number for row in shown] == [every_matter[matter].number]


def test_each_cell_of_tier_and_age_leads_to_as_many_cases(
    every_matter: dict[str, Complaint], client_of: ClientOf, figures: Any
) -> None:
    head, counted = client_of("head"), 0
    for row in figures("head").tiers:
        for _title, count, query in row.cells:
            shown = head.get(f"/staff/all/?{query}").context["listing"].page.rows
            assert len(shown) == count, query
            counted += count
        assert len(head.get(f"/staff/all/?{row.filter}").context["listing"].page.rows) == row.total
    assert counted == len(every_matter)


def test_a_fund_gets_no_link_to_cases_it_does_not_see(
    every_matter: dict[str, Complaint], client_of: ClientOf
) -> None:
    page = client_of("fund").get("/staff/dashboard/").content.decode()
    for query in ("matter=overdue", "urgency=urgent", "assignee=", '/staff/all/"'):
        assert query not in page, query
    assert "только сколько, а не какие" in page
    own = Branch.objects.funds().get()
    assert "urgency=urgent" in client_of("fund").get("/staff/dashboard/", {"branch": own.pk}).content.decode()
