"""The fund's review of its region: late cases, cases without an insurer, cases passed on, help."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from benchmarks.plans import explained
from complaints.escalation import moves
from complaints.models import Card, Complaint
from complaints.services import closing, helping, work
from complaints.services.transitions import RuleBroken
from insurers.models import Branch, Policy
from insurers.policy_numbers import Sex, check_policy_number, enp_for
from insurers.services.policies import Holder, PolicyRecord, create_policies
from representatives.models import User
from tests.complaints.crowd import copies
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_category, make_complaint, make_fund, make_region, profile

DAY = timedelta(days=1)
BORN = date(1950, 12, 31)


@pytest.fixture
def region(client_of: ClientOf) -> Any:
    clients: dict[str, Client] = {}

    def look(name: str, role: str = "fund_operator") -> Any:
        client = clients.get(role) or clients.setdefault(role, client_of(role))
        return client.get("/staff/region/", {"list": name})

    return look


@pytest.fixture
def of_fund(people: dict[str, User], now: datetime) -> Complaint:
    """Of somebody whose insurer is not known."""
    return make_complaint(make_fund(now=now), now=now)


def test_what_the_last_tier_left_is_listed_until_it_is_over(
    region: Any, branch: Branch, people: dict[str, User], now: datetime
) -> None:
    case = make_complaint(branch, now=now - 9 * DAY, category=make_category("quality", arrival_tier=3))
    far = make_complaint(make_branch("reso-med", "73", now=now), now=now - 9 * DAY, category=case.category)
    for one in (case, far):
        moves.move_named_due(ids=[one.pk], now=now)
    assert [row.number for row in region("late").context["listing"].cases] == [case.number]
    closing.withdraw(complaint=case, now=now)
    assert region("late").context["listing"].cases == []


def test_the_form_of_passing_on_begins_with_whom_the_register_names(
    client_of: ClientOf, of_fund: Complaint, branch: Branch
) -> None:
    holder = Holder(surname="Соколова", first_name="Вера", patronymic="", birth_on=BORN)
    number = check_policy_number(enp_for("76", BORN, Sex.FEMALE, 7))
    create_policies([PolicyRecord(number=number, holder=holder, branch_id=branch.pk)])
    Card.objects.filter(pk=of_fund.pk).update(policy=Policy.objects.get())
    operator = client_of("fund_operator")
    operator.post(f"/staff/cases/{of_fund.number}/claim/")
    page = operator.get(f"/staff/cases/{of_fund.number}/forward/").content.decode()
    assert f'<option value="{branch.pk}" selected>' in page


def test_a_case_without_an_insurer_is_found_and_passed_on_with_its_card(
    region: Any,
    client_of: ClientOf,
    of_fund: Complaint,
    branch: Branch,
    people: dict[str, User],
    now: datetime,
) -> None:
    make_complaint(make_fund(), now=now, category=make_category("insurer", about_insurer=True))
    assert [row.number for row in region("nobody").context["listing"].cases] == [of_fund.number]
    operator = client_of("fund_operator")
    operator.post(f"/staff/cases/{of_fund.number}/claim/")
    answer = operator.post(
        f"/staff/cases/{of_fund.number}/forward/", {"to": branch.pk, "reason": "wrong_addressee"}
    )
    assert answer.status_code == 302
    later = Complaint.objects.get(branch=branch)
    assert later.card.sealed["patient"] == of_fund.card.sealed["patient"]
    assert region("nobody").context["listing"].cases == []
    (row,) = region("forwards").context["listing"].passed
    assert (row.earlier.number, row.later.number, row.days) == (of_fund.number, later.number, 0)
    assert (row.sees_earlier, row.sees_later) == (True, False)
    assert (row.earlier.answer_due_on, row.later.answer_due_on) == (
        of_fund.answer_due_on,
        later.answer_due_on,
    )


def test_what_an_insurer_passes_to_the_fund_is_listed_with_both_clocks(
    region: Any, branch: Branch, people: dict[str, User], now: datetime
) -> None:
    old = make_complaint(branch, tier=2, now=now - 9 * DAY)
    specialist = people["specialist"]
    hand = {"by": specialist, "profile": profile(specialist, on=now.date()), "now": now}
    work.claim(complaint=old, **hand)
    filed = closing.forward(complaint=old, to=make_fund(), reason="wrong_addressee", **hand)
    page = region("forwards")
    (row,) = page.context["listing"].passed
    assert (row.later.number, row.is_late, row.sees_later) == (filed.number, True, True)
    assert filed.number in page.content.decode()


def test_what_is_about_an_insurer_is_passed_on_to_no_insurer(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    about = make_complaint(make_fund(), now=now, category=make_category("insurer", about_insurer=True))
    hand = {"by": people["fund"], "profile": profile(people["fund"], on=now.date()), "now": now}
    with pytest.raises(RuleBroken, match="forward_complained_of"):
        closing.forward(complaint=about, to=branch, reason="other", **hand)


def test_help_between_regions_is_listed_on_both_sides(
    client_of: ClientOf, held_case: Complaint, people: dict[str, User], now: datetime
) -> None:
    make_region("73", "Ульяновская область")
    far = make_fund("73", now=now)
    helping.grant(
        complaint=held_case, to=far, reason="treated_there", days=3, by=people["head"],
        profile=profile(people["head"], on=now.date()), now=now,
    )  # fmt: skip
    (row,) = client_of("fund").get("/staff/region/?list=help").context["listing"].help
    assert (row.case.number, row.access.branch, row.sees) == (held_case.number, far, False)


@pytest.mark.parametrize("role", ["operator", "head", "insurer_admin", "admin", "rival"])
def test_it_is_for_funds(role: str, region: Any) -> None:
    assert region("late", role).status_code == 403


@pytest.mark.parametrize("name", ["late", "nobody", "forwards", "help", "²", ""])
def test_each_list_is_a_page_of_few_queries(
    name: str, region: Any, of_fund: Complaint, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    region(name)  # signed in
    with django_assert_max_num_queries(14):
        assert region(name).status_code == 200


@pytest.mark.slow
def test_no_list_reads_a_whole_growing_table(
    region: Any, of_fund: Complaint, branch: Branch, now: datetime
) -> None:
    passed = make_complaint(branch, now=now)
    closed = {"escalate_at": "NULL", "warn_at": "NULL", "closed_at": "now() - i * interval '1 hour'"}
    copies(passed, 20_000, status="'withdrawn'", **closed)
    copies(of_fund, 1_000, status="'forwarded'", number="'76-25-' || lpad(i::text, 7, '0') || '-0'", **closed)
    for name in ("late", "nobody", "forwards", "help"):
        region(name)
        with explained() as plans:
            region(name)
        assert plans.whole_tables() == {}, name
