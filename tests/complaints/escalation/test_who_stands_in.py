"""Who stands in where nobody works today: the insurer's other branches, then the fund, and nobody else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from complaints.escalation import coverage, rounds
from complaints.live.consumers import groups_of
from complaints.live.groups import group_of
from complaints.models import Barring, Complaint
from complaints.permissions import Act, NotAllowed, can
from complaints.services import work
from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives import api_keys
from representatives.integrating import Span
from representatives.models import User
from representatives.profiles import profile_of
from tests.complaints.escalation.absences import case_of_tier_2, fresh, on_leave
from tests.factories import (
    NOW,
    make_branch,
    make_complaint,
    make_region,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def test_the_insurers_other_branches_stand_in_for_a_tier_on_leave(ours: Branch, colleague: User) -> None:
    case = case_of_tier_2()
    assert not Complaint.objects.visible_to(profile(colleague)).exists()
    on_leave("specialist")
    person = profile(colleague)
    assert person.covered == {(ours.pk, 2)}
    assert list(Complaint.objects.in_queue_of(person)) == [case]
    assert list(Complaint.objects.on_desk_of(person)) == [case]
    assert can(person, Act.OPEN, case)
    assert can(person, Act.CLAIM, case)


def test_who_stands_in_takes_the_next_case(ours: Branch, colleague: User) -> None:
    on_leave("specialist")
    case = case_of_tier_2()
    taken = work.take_next(by=colleague, profile=profile(colleague), now=NOW)
    assert taken == case
    assert coverage.look(NOW).put_back == 0
    assert fresh(case).assignee == colleague


def test_an_urgent_case_stands_in_the_lane_of_who_stands_in(ours: Branch, colleague: User) -> None:
    on_leave("specialist")
    case = make_complaint(urgency="urgent")
    assert list(Complaint.objects.urgent_lane_of(profile(colleague))) == [case]


def test_only_the_tier_without_people_is_stood_in_for(ours: Branch, colleague: User) -> None:
    on_leave("specialist")
    operator = make_staff("operator", 1, ours)
    first = make_complaint()
    assert not Complaint.objects.visible_to(profile(colleague)).filter(pk=first.pk).exists()
    assert Complaint.objects.visible_to(profile(operator)).filter(pk=first.pk).exists()


def test_another_insurer_never_stands_in(ours: Branch) -> None:
    on_leave("specialist")
    rival = make_staff("rival", 2, make_branch("reso-med"))
    case_of_tier_2()
    assert not profile(rival).covered
    assert not Complaint.objects.visible_to(profile(rival)).exists()


def test_the_fund_stands_in_when_nobody_of_the_insurer_works(
    ours: Branch, colleague: User, fund: User
) -> None:
    on_leave("specialist")
    assert (ours.pk, 2) not in profile(fund).covered
    colleague.is_active = False
    colleague.save(update_fields=["is_active"])
    case = case_of_tier_2()
    assert list(Complaint.objects.in_queue_of(profile(fund))) == [case]
    work.claim(complaint=case, by=fund, profile=profile(fund), now=NOW)
    assert can(profile(fund), Act.RESOLVE, fresh(case))


def test_who_is_on_leave_stands_in_for_nobody(ours: Branch, colleague: User, fund: User) -> None:
    on_leave("specialist")
    on_leave("colleague")
    assert not profile(colleague).covered
    assert (ours.pk, 2) in profile(fund).covered


def test_who_may_not_see_a_case_does_not_stand_in_for_it(ours: Branch, colleague: User) -> None:
    on_leave("specialist")
    case = case_of_tier_2()
    Barring.objects.create(complaint=case, user=colleague, why="earlier_expert")
    assert not Complaint.objects.visible_to(profile(colleague)).exists()
    assert not Complaint.objects.in_queue_of(profile(colleague)).exists()


def test_today_is_the_branchs_own_day() -> None:
    make_region("41", "Камчатский край", "Asia/Kamchatka")
    far = make_branch("sogaz-med", "41")
    make_staff("far", 2, far)
    near = make_staff("near", 2, make_branch())
    on_leave("far", date(2026, 3, 18), date(2026, 3, 18))
    in_kamchatka = datetime(2026, 3, 17, 12, 0, tzinfo=UTC)  # midnight of the 18th there
    for moment, covered in (
        (in_kamchatka - MINUTE, False), (in_kamchatka, True),
        (in_kamchatka + DAY - MINUTE, True), (in_kamchatka + DAY, False),
    ):  # fmt: skip
        person = profile_of(User.objects.get(pk=near.pk), now=moment)
        assert ((far.pk, 2) in person.covered) is covered, moment


def test_a_system_serves_its_branch_while_its_key_is_valid_and_stands_in_nowhere(
    ours: Branch, colleague: User
) -> None:
    on_leave("specialist")
    system = api_keys.service_representative(branch=ours, name="МИС", tier=2)
    assert (ours.pk, 2) in profile(colleague).covered  # no key yet
    made = api_keys.create(
        branch=ours, user=system, name="МИС", scopes=["read", "work"], lifetime=DAY, now=NOW - MINUTE
    )
    assert not profile(colleague).covered
    api_keys.revoke(key=made.key, now=NOW)
    assert (ours.pk, 2) in profile(colleague).covered
    on_leave("colleague")
    assert not profile(system).covered


def test_a_system_of_several_branches_serves_each_of_them(ours: Branch, colleague: User) -> None:
    on_leave("specialist")
    there = make_branch("sogaz-med", "29")
    for span in (Span(there, [ours.pk]), Span(there, everywhere=True)):
        made = api_keys.put_in(span=span, name="МИС", tier=2, scopes=["work"], lifetime=DAY, now=NOW)
        assert not profile(colleague).covered
        api_keys.revoke(key=made.key, now=NOW)
        assert (ours.pk, 2) in profile(colleague).covered


def test_a_key_reaches_its_own_branch_only(ours: Branch, colleague: User) -> None:
    on_leave("specialist")
    there = make_branch("sogaz-med", "73")
    made = api_keys.create(branch=there, user=colleague, name="CRM", scopes=["work"], lifetime=DAY, now=NOW)
    assert profile(colleague).covered
    assert not api_keys.profile_of_key(made.key, now=NOW).covered


def test_the_socket_hears_of_the_branch_that_is_stood_in_for(ours: Branch, colleague: User) -> None:
    assert group_of(ours.pk) not in groups_of(User.objects.get(pk=colleague.pk))
    today = database_now().date()
    on_leave("specialist", today - DAY, today + DAY)
    assert group_of(ours.pk) in groups_of(User.objects.get(pk=colleague.pk))


def test_a_case_is_handed_to_who_stands_in_and_not_to_who_is_away(ours: Branch, colleague: User) -> None:
    other = make_staff("other", 2, ours)
    case = case_of_tier_2(held_by=other)
    head = User.objects.get(username="head")
    on_leave("specialist")
    away = User.objects.get(username="specialist")
    for person in (away, colleague):  # `other` serves: nobody stands in yet
        with pytest.raises(NotAllowed):
            work.hand_over(complaint=case, to=person, by=head, profile=profile(head), now=NOW)
    on_leave("other")
    work.hand_over(complaint=case, to=colleague, by=head, profile=profile(head), now=NOW)
    assert fresh(case).assignee == colleague


# --- what it costs ---


def test_the_queue_is_asked_for_as_before_when_nobody_is_stood_in_for(ours: Branch) -> None:
    person = profile(User.objects.get(username="specialist"))
    assert " OR " not in str(Complaint.objects.in_queue_of(person).query)
    assert " OR " not in str(Complaint.objects.visible_to(person).query)


def test_a_profile_costs_four_queries(
    ours: Branch, colleague: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    on_leave("specialist")
    user = User.objects.get(pk=colleague.pk)
    with django_assert_num_queries(4):
        assert profile_of(user, now=NOW).covered


def test_a_look_costs_the_same_however_many_cases_there_are(ours: Branch) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            coverage.look(NOW)
        return len(asked)

    case_of_tier_2()
    first = statements()
    for _more in range(5):
        case_of_tier_2()
    assert statements() == first == 3


def test_it_is_looked_at_every_minute() -> None:
    (round_,) = [one for one in rounds.ROUNDS if one.name == "coverage"]
    assert (round_.every, round_.look) == (MINUTE, coverage.look)
