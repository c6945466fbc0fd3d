"""Taking, putting back, handing over."""

from datetime import timedelta

import pytest

from complaints.models import Barring, Complaint, History
from complaints.permissions import NotAllowed
from complaints.services import work
from complaints.services.transitions import SomebodyWasFirst
from representatives.models import Representative
from tests.factories import NOW, make_branch, make_category, make_complaint, make_staff, profile

pytestmark = pytest.mark.django_db


def operator(name: str = "operator"):
    return make_staff(name, 1, make_branch())


def test_a_claimed_case_is_held_by_one_person() -> None:
    case = work.claim(complaint=make_complaint(), by=operator(), profile=profile(operator()), now=NOW)
    assert (case.status, case.assignee) == ("in_work", operator())
    assert History.objects.filter(complaint=case, event="claimed", by=operator()).count() == 1


def test_claiming_twice_changes_nothing() -> None:
    case = make_complaint(held_by=operator())
    work.claim(complaint=case, by=operator(), profile=profile(operator()), now=NOW)
    assert History.objects.filter(complaint=case, event="claimed").count() == 1


def test_a_colleague_comes_too_late() -> None:
    case = make_complaint(held_by=operator())
    late = operator("late")
    with pytest.raises(SomebodyWasFirst):
        work.claim(complaint=case, by=late, profile=profile(late), now=NOW)


@pytest.mark.parametrize("tier", [2, 3])
def test_another_tier_may_not_take_it(tier: int) -> None:
    other = make_staff("other", tier, make_branch())
    with pytest.raises(NotAllowed):
        work.claim(complaint=make_complaint(), by=other, profile=profile(other), now=NOW)


def test_take_next_gives_urgent_ones_first_then_the_oldest_due() -> None:
    specialist = make_staff("specialist", 2, make_branch())
    later = make_complaint(tier=2, now=NOW + timedelta(days=1))
    older = make_complaint(tier=2)
    urgent = make_complaint(urgency="urgent", now=NOW + timedelta(hours=1))
    taken = [work.take_next(by=specialist, profile=profile(specialist), now=NOW) for _ in range(4)]
    assert taken == [urgent, older, later, None]


def test_take_next_keeps_to_competences() -> None:
    person = operator()
    Representative.objects.filter(user=person).update(competences=["money"])
    make_complaint()
    fits = make_complaint(category=make_category("money"))
    assert work.take_next(by=person, profile=profile(person), now=NOW) == fits
    assert work.take_next(by=person, profile=profile(person), now=NOW) is None


def test_take_next_stops_at_the_ceiling() -> None:
    person = operator()
    Representative.objects.filter(user=person).update(ceiling=1)
    make_complaint()
    make_complaint()
    assert work.take_next(by=person, profile=profile(person), now=NOW)
    assert work.take_next(by=person, profile=profile(person), now=NOW) is None


def test_take_next_never_gives_a_rivals_case() -> None:
    make_complaint(make_branch("reso-med"))
    assert work.take_next(by=operator(), profile=profile(operator()), now=NOW) is None


def test_take_next_never_gives_a_case_to_somebody_barred() -> None:
    case = make_complaint()
    Barring.objects.create(complaint=case, user=operator(), why="complained_of")
    assert work.take_next(by=operator(), profile=profile(operator()), now=NOW) is None


def test_a_released_case_is_back_in_the_queue_with_its_clock() -> None:
    case = make_complaint(held_by=operator())
    due = case.due_at
    work.release(complaint=case, by=operator(), profile=profile(operator()), reason="leave", now=NOW)
    fresh = Complaint.objects.get(pk=case.pk)
    assert (fresh.status, fresh.assignee, fresh.escalate_at) == ("new", None, due)


def test_only_the_holder_releases() -> None:
    case = make_complaint(held_by=operator())
    other = operator("other")
    with pytest.raises(NotAllowed):
        work.release(complaint=case, by=other, profile=profile(other), now=NOW)


def test_a_case_is_handed_to_a_colleague_of_the_same_tier_and_branch() -> None:
    case, colleague = make_complaint(held_by=operator()), operator("colleague")
    work.hand_over(complaint=case, to=colleague, by=operator(), profile=profile(operator()), now=NOW)
    assert Complaint.objects.get(pk=case.pk).assignee == colleague


def test_a_case_is_not_handed_to_somebody_barred() -> None:
    case, colleague = make_complaint(held_by=operator()), operator("colleague")
    Barring.objects.create(complaint=case, user=colleague, why="complained_of")
    with pytest.raises(NotAllowed):
        work.hand_over(complaint=case, to=colleague, by=operator(), profile=profile(operator()), now=NOW)


def test_a_case_is_not_handed_to_another_tier_or_insurer() -> None:
    case = make_complaint(held_by=operator())
    for stranger in (make_staff("expert", 3, make_branch()), make_staff("rival", 1, make_branch("reso-med"))):
        with pytest.raises(NotAllowed):
            work.hand_over(complaint=case, to=stranger, by=operator(), profile=profile(operator()), now=NOW)
