"""Whose card opens for whom, and whose content."""

import pytest

from complaints.models import Barring, Complaint
from complaints.permissions import Act, can
from complaints.states import OPEN, Status
from representatives.models import Representative
from tests.factories import (
    NOW,
    make_branch,
    make_category,
    make_complaint,
    make_everybody,
    make_fund,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db

STAFF = (
    "operator",
    "specialist",
    "expert",
    "head",
    "insurer_admin",
    "fund",
    "fund_operator",
    "admin",
    "rival",
)
OF_THE_BRANCH = {"operator", "specialist", "expert", "head", "insurer_admin"}


def seers(case: Complaint, people) -> set[str]:
    return {
        name
        for name, user in people.items()
        if Complaint.objects.visible_to(profile(user)).filter(pk=case.pk).exists()
    }


def openers(case: Complaint, people) -> set[str]:
    return {
        name
        for name, user in people.items()
        if name in seers(case, people) and can(profile(user), Act.OPEN, case)
    }


@pytest.mark.parametrize(
    ("tier", "opens"), [(1, {"operator", "head"}), (2, {"specialist", "head"}), (3, {"expert", "head"})]
)
def test_the_branch_sees_the_card_and_the_tier_and_the_head_open_it(tier: int, opens: set[str]) -> None:
    people = make_everybody()
    case = make_complaint(tier=tier)
    assert seers(case, people) == OF_THE_BRANCH
    assert openers(case, people) == opens


def test_a_rival_and_an_administrator_see_nothing() -> None:
    people = make_everybody()
    case = make_complaint()
    assert not seers(case, people) & {"rival", "admin", "fund", "fund_operator"}


def test_the_fund_sees_what_no_tier_resolved_in_time() -> None:
    people = make_everybody()
    case = make_complaint(tier=3)
    Complaint.objects.filter(pk=case.pk).update(breached_at=NOW, escalate_at=None, warn_at=None)
    assert seers(case, people) == OF_THE_BRANCH | {"fund", "fund_operator"}
    assert "fund" not in openers(Complaint.objects.get(pk=case.pk), people)


def test_another_regions_fund_sees_nothing_of_it() -> None:
    make_everybody()
    case = make_complaint(tier=3)
    Complaint.objects.filter(pk=case.pk).update(breached_at=NOW, escalate_at=None, warn_at=None)
    from tests.factories import make_region

    make_region("73", "Ульяновская область")
    stranger = make_staff("stranger", 4, make_fund("73"))
    assert not Complaint.objects.visible_to(profile(stranger)).exists()


def test_a_complaint_about_the_insurer_is_the_funds_alone() -> None:
    people = make_everybody()
    case = make_complaint(make_branch(), category=make_category("insurer", about_insurer=True))
    assert seers(case, people) == openers(case, people) == {"fund", "fund_operator"}


def test_who_is_complained_of_does_not_see_the_case() -> None:
    people = make_everybody()
    case = make_complaint()
    Barring.objects.create(complaint=case, user=people["operator"], why="complained_of")
    assert "operator" not in seers(case, people)


def test_somebody_deactivated_sees_nothing() -> None:
    people = make_everybody()
    case = make_complaint()
    people["operator"].is_active = False
    people["operator"].save()
    assert "operator" not in seers(case, people)


def test_the_earlier_holder_keeps_the_card_only() -> None:
    people = make_everybody()
    case = make_complaint(tier=2)
    assert "operator" in seers(case, people)
    assert "operator" not in openers(case, people)


def test_staff_of_two_branches_see_both() -> None:
    people = make_everybody()
    ours, theirs = make_complaint(), make_complaint(make_branch("reso-med"))
    Representative.objects.get(user=people["rival"]).branches.add(ours.branch)
    seen = Complaint.objects.visible_to(profile(people["rival"]))
    assert set(seen) == {ours, theirs}


@pytest.mark.parametrize("tier", [1, 2, 3])
@pytest.mark.parametrize("status", sorted(OPEN))
def test_an_open_case_is_always_seen_and_opened_by_somebody(tier: int, status: str) -> None:
    people = make_everybody()
    holder = people[{1: "operator", 2: "specialist", 3: "expert"}[tier]]
    case = make_complaint(tier=tier, held_by=None if status == Status.NEW else holder)
    assert openers(case, people)


def test_the_table_names_every_role_of_the_demo() -> None:
    assert set(make_everybody()) == set(STAFF)
