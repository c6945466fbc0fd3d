"""The builders that other tests stand on."""

import pytest

from complaints.states import Status
from representatives.roles import Tier
from tests.factories import make_branch, make_complaint, make_everybody, make_staff, profile

pytestmark = pytest.mark.django_db


def test_a_filed_case_waits_in_the_first_tier() -> None:
    case = make_complaint(make_branch())
    assert (case.tier, case.status, case.hop) == (Tier.CONTACT_CENTRE, Status.NEW, 0)


def test_a_case_climbs_as_the_timer_moves_it() -> None:
    branch = make_branch()
    expert = make_staff("expert", Tier.EXPERTS, branch)
    case = make_complaint(branch, tier=Tier.EXPERTS, held_by=expert, message="Здравствуйте!")
    assert (case.tier, case.status, case.hop) == (Tier.EXPERTS, Status.IN_WORK, 2)
    assert case.first_reaction_at is not None


def test_everybody_of_the_demo_is_there_once() -> None:
    make_everybody()
    people = make_everybody()
    assert profile(people["head"]).headed_branch_ids == profile(people["operator"]).branch_ids
    assert profile(people["rival"]).branch_ids.isdisjoint(profile(people["operator"]).branch_ids)
