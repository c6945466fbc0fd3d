"""Standing in, through pages and API: what the list shows can be opened and taken, by nobody else."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from complaints.models import Complaint
from insurers.models import Branch
from representatives.models import Leave, Representative, User
from tests.complaints.api.conftest import BASE
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_category, make_complaint, make_region, make_staff

DAY = timedelta(days=1)


@pytest.fixture
def colleague(branch: Branch, people: dict[str, User], now: datetime) -> Client:
    """An expert of the same insurer in another region, at their browser."""
    make_region("73", "Ульяновская область", "Europe/Ulyanovsk")
    client = Client()
    client.force_login(make_staff("colleague", 3, make_branch("sogaz-med", "73", now=now)))
    return client


@pytest.fixture
def case(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    """With the experts of Yaroslavl."""
    return make_complaint(branch, now=now, category=make_category("quality", arrival_tier=3))


@pytest.fixture
def expert_on_leave(people: dict[str, User], now: datetime) -> Leave:
    expert = Representative.objects.get(user=people["expert"])
    return Leave.objects.create(representative=expert, starts_on=now.date() - DAY, ends_on=now.date() + DAY)


def test_before_the_leave_the_case_does_not_exist_for_them(case: Complaint, colleague: Client) -> None:
    assert colleague.get(f"/staff/cases/{case.number}/").status_code == 404
    assert colleague.get(f"{BASE}/cases/{case.number}/").status_code == 404
    assert colleague.post("/staff/take/")["Location"] == "/staff/"


def test_the_list_its_count_and_the_case_agree(
    case: Complaint, colleague: Client, expert_on_leave: Leave
) -> None:
    listed = colleague.get("/staff/")
    assert [row.number for row in listed.context["listing"].page.rows] == [case.number]
    assert listed.context["summary"].counts["queue"] == 1
    assert str(case.branch) in listed.content.decode()
    opened = colleague.get(f"/staff/cases/{case.number}/")
    assert opened.context["content"] is not None
    assert f"Вы замещаете: {case.branch}" in opened.content.decode()
    taken = colleague.post(f"/staff/cases/{case.number}/claim/")
    assert taken.status_code == 302
    case.refresh_from_db()
    assert case.assignee.username == "colleague"


def test_the_api_lists_opens_and_takes_the_same(
    case: Complaint, colleague: Client, expert_on_leave: Leave
) -> None:
    (line,) = colleague.get(f"{BASE}/queue/").json()["results"]
    assert line["number"] == case.number
    assert colleague.get(f"{BASE}/cases/{case.number}/").status_code == 200
    taken = colleague.post(f"{BASE}/queue/take/", {}, content_type="application/json")
    assert (taken.status_code, taken.json()["number"]) == (200, case.number)


def test_rivals_and_other_tiers_see_no_more_than_before(
    case: Complaint, client_of: ClientOf, expert_on_leave: Leave
) -> None:
    assert client_of("rival").get(f"/staff/cases/{case.number}/").status_code == 404
    assert client_of("operator").get(f"/staff/cases/{case.number}/").context["content"] is None


def test_the_list_can_be_narrowed_to_the_branch_they_stand_in_for(
    case: Complaint, colleague: Client, expert_on_leave: Leave
) -> None:
    shown = colleague.get(f"/staff/?branch={case.branch_id}").context["listing"].page.rows
    assert [row.number for row in shown] == [case.number]


def test_the_fund_takes_over_when_nobody_of_the_insurer_is_there(
    case: Complaint, client_of: ClientOf, expert_on_leave: Leave
) -> None:
    fund = client_of("fund_operator")
    assert [row.number for row in fund.get("/staff/").context["listing"].page.rows] == [case.number]
    expert_on_leave.delete()
    assert fund.get(f"/staff/cases/{case.number}/").status_code == 404
