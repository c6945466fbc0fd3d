"""Gaps of the duty roster: an alarm before the shift is empty, closed when somebody fills it."""

from datetime import date, datetime, timedelta

import pytest

from complaints.escalation import roster
from insurers.models import Branch
from omsportal.platform.models import Alarm
from representatives.models import DutyShift, Leave, User
from tests.factories import NOW, make_branch, make_fund, make_staff

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = 7 * DAY


def shift(person: User, starts_at: datetime, ends_at: datetime, place: int = 1) -> DutyShift:
    worker = person.representative
    return DutyShift.objects.create(
        branch=worker.branches.get(), tier=worker.tier, representative=worker, place=place,
        starts_at=starts_at, ends_at=ends_at,
    )  # fmt: skip


def staffed() -> tuple[Branch, User, User]:
    """A branch with a specialist and an expert, both on duty for ten days."""
    branch = make_branch()
    specialist, expert = make_staff("specialist", 2, branch), make_staff("expert", 3, branch)
    for person in (specialist, expert):
        shift(person, NOW - HOUR, NOW + 10 * DAY)
    return branch, specialist, expert


def cut(person: User, starts_at: datetime, ends_at: datetime) -> None:
    """Leave a hole in the only shift of a person."""
    only = DutyShift.objects.get(representative=person.representative)
    DutyShift.objects.filter(pk=only.pk).update(ends_at=starts_at)
    shift(person, ends_at, only.ends_at)


def holes(branch: Branch) -> list[tuple[int, datetime, datetime]]:
    return [(gap.tier, gap.starts_at, gap.ends_at) for gap in roster.gaps(branch_id=branch.pk, now=NOW)]


def open_alarms() -> list[tuple[int | None, int, str]]:
    rows = Alarm.objects.open().filter(kind="empty_shift").order_by("id")
    return [(row.receiver_branch_id, row.payload["tier"], row.payload["from"][:16]) for row in rows]


def test_a_full_roster_has_no_gap() -> None:
    branch, *_people = staffed()
    assert holes(branch) == []
    assert roster.look(NOW) == (0, 0)


def test_shifts_that_touch_or_overlap_leave_no_gap() -> None:
    branch, specialist, _expert = staffed()
    cut(specialist, NOW + DAY, NOW + DAY)
    shift(specialist, NOW + 2 * HOUR, NOW + 2 * DAY, place=2)
    assert holes(branch) == []


def test_a_hole_of_an_hour_is_found_with_its_ends() -> None:
    branch, specialist, _expert = staffed()
    cut(specialist, NOW + 2 * DAY, NOW + 2 * DAY + HOUR)
    assert holes(branch) == [(2, NOW + 2 * DAY, NOW + 2 * DAY + HOUR)]


def test_what_is_further_than_a_week_away_is_no_gap_yet() -> None:
    branch, specialist, _expert = staffed()
    cut(specialist, NOW + WEEK, NOW + WEEK + HOUR)
    assert holes(branch) == []


def test_a_branch_without_any_shift_is_empty_for_the_whole_week() -> None:
    branch = make_branch()
    make_staff("specialist", 2, branch)
    assert holes(branch) == [(2, NOW, NOW + WEEK), (3, NOW, NOW + WEEK)]


def test_a_fund_keeps_its_own_roster() -> None:
    fund = make_fund()
    make_staff("fund_operator", 4, fund)
    assert holes(fund) == [(4, NOW, NOW + WEEK)]


def test_a_branch_without_staff_has_no_roster_to_keep() -> None:
    make_branch("reso-med")
    make_staff("operator", 1, make_branch())
    assert roster.look(NOW) == (0, 0)


def test_a_leave_tears_a_hole_by_the_days_of_the_branch() -> None:
    branch, specialist, _expert = staffed()
    Leave.objects.create(
        representative=specialist.representative, starts_on=date(2026, 3, 20), ends_on=date(2026, 3, 20)
    )
    midnight = datetime(2026, 3, 19, 21, 0, tzinfo=NOW.tzinfo)  # in Moscow
    assert holes(branch) == [(2, midnight, midnight + DAY)]


@pytest.mark.parametrize("why", ["inactive", "other_branch", "other_tier"])
def test_shifts_of_people_who_cannot_take_cases_do_not_count(why: str) -> None:
    branch, specialist, _expert = staffed()
    if why == "inactive":
        User.objects.filter(pk=specialist.pk).update(is_active=False)
    elif why == "other_branch":
        specialist.representative.branches.set([make_branch("reso-med")])
    else:
        specialist.representative.tier = 3
        specialist.representative.save()
    assert (2, NOW, NOW + WEEK) in holes(branch)


class TestAlarms:
    def test_each_tier_of_each_branch_has_one_for_its_first_gap(self) -> None:
        branch, specialist, expert = staffed()
        cut(specialist, NOW + DAY, NOW + DAY + HOUR)
        cut(expert, NOW + 2 * DAY, NOW + 2 * DAY + HOUR)
        shifts = DutyShift.objects.filter(representative=expert.representative).order_by("-starts_at")
        DutyShift.objects.filter(pk=shifts[0].pk).update(ends_at=NOW + 3 * DAY)  # a second, later hole
        assert roster.look(NOW) == (2, 0)
        assert open_alarms() == [(branch.pk, 2, "2026-03-19T09:00"), (branch.pk, 3, "2026-03-20T09:00")]

    def test_looking_again_raises_nothing_new(self) -> None:
        _branch, specialist, _expert = staffed()
        cut(specialist, NOW + DAY, NOW + DAY + HOUR)
        roster.look(NOW)
        assert roster.look(NOW + HOUR) == (0, 0)

    def test_it_closes_when_the_gap_is_filled(self) -> None:
        _branch, specialist, _expert = staffed()
        cut(specialist, NOW + DAY, NOW + DAY + HOUR)
        roster.look(NOW)
        shift(specialist, NOW + DAY, NOW + DAY + HOUR, place=2)
        assert roster.look(NOW + HOUR) == (0, 1)
        assert open_alarms() == []

    def test_a_gap_torn_open_again_is_raised_again(self) -> None:
        _branch, specialist, _expert = staffed()
        cut(specialist, NOW + DAY, NOW + DAY + HOUR)
        roster.look(NOW)
        filler = shift(specialist, NOW + DAY, NOW + DAY + HOUR, place=2)
        roster.look(NOW + HOUR)
        filler.delete()
        assert roster.look(NOW + 2 * HOUR) == (1, 0)
        assert Alarm.objects.filter(kind="empty_shift").count() == 1

    def test_the_next_day_of_a_lasting_gap_is_a_new_alarm_and_ends_the_old(self) -> None:
        branch = make_branch()
        make_staff("specialist", 2, branch)
        roster.look(NOW)
        assert roster.look(NOW + DAY) == (2, 2)
        assert len(open_alarms()) == 2

    def test_two_branches_hear_of_their_own_gaps_only(self) -> None:
        staffed()
        rival = make_branch("reso-med")
        make_staff("rival_specialist", 2, rival)
        roster.look(NOW)
        assert {receiver for receiver, *_rest in open_alarms()} == {rival.pk}
