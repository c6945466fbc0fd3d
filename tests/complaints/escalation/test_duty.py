"""The urgent lane: duty people are called one after another until somebody takes the case."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings as portal_settings

from complaints.escalation import duty, moves
from complaints.escalation.duty import call
from complaints.escalation.sweep import sweep
from complaints.models import Complaint, DutyCall
from complaints.services import duty as calls
from complaints.services import work
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from insurers.models import Branch
from omsportal.platform.models import Alarm
from representatives.models import DutyShift, Leave, User
from tests.factories import NOW, make_branch, make_category, make_complaint, make_fund, make_staff, profile

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TEN = 10 * MINUTE


def on_duty(
    name: str, place: int = 1, *, tier: int = 2, branch: Branch | None = None,
    since: datetime = NOW - HOUR, until: datetime = NOW + 12 * HOUR, **contacts: str,
) -> User:  # fmt: skip
    """A person of the tier with a shift."""
    where = branch or make_branch()
    person = make_staff(name, tier, where, **contacts)
    DutyShift.objects.create(
        branch=where, tier=tier, representative=person.representative, place=place,
        starts_at=since, ends_at=until,
    )  # fmt: skip
    return person


def urgent(**fields: object) -> Complaint:
    return make_complaint(urgency="urgent", **fields)


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.get(pk=case.pk)


def called(case: Complaint) -> list[str]:
    """Who was called about the case, in order."""
    return list(DutyCall.objects.about(case).values_list("user__username", flat=True))


def acknowledge(case: Complaint, by: User, now: datetime) -> None:
    calls.acknowledge(complaint=fresh(case), by=by, now=now)


def claim(case: Complaint, by: User, now: datetime) -> None:
    work.claim(complaint=case, by=by, profile=profile(by), now=now)


class TestWhoIsCalled:
    def test_the_first_in_line_is_called_at_once(self) -> None:
        on_duty("second", 2)
        on_duty("first", 1)
        case = urgent()
        assert call(now=NOW).calls == 1
        assert called(case) == ["first"]

    def test_a_second_look_at_the_same_moment_calls_nobody(self) -> None:
        on_duty("first")
        case = urgent()
        call(now=NOW)
        assert call(now=NOW).calls == 0
        assert call(now=NOW + TEN - MINUTE).calls == 0
        assert called(case) == ["first"]

    def test_after_ten_minutes_of_silence_the_next_and_after_the_last_the_first_again(self) -> None:
        for place in (1, 2, 3):
            on_duty(f"person{place}", place)
        case = urgent()
        for turn in range(4):
            call(now=NOW + turn * TEN)
        assert called(case) == ["person1", "person2", "person3", "person1"]
        assert list(DutyCall.objects.about(case).values_list("round", flat=True)) == [1, 2, 3, 4]

    def test_one_person_alone_is_called_again(self) -> None:
        on_duty("alone")
        case = urgent()
        call(now=NOW)
        call(now=NOW + TEN)
        assert called(case) == ["alone", "alone"]

    def test_the_interval_is_a_setting(self, settings) -> None:
        settings.DUTY_CALL_MINUTES = 2
        on_duty("first", 1)
        on_duty("second", 2)
        case = urgent()
        call(now=NOW)
        call(now=NOW + 2 * MINUTE)
        assert called(case) == ["first", "second"]

    def test_ten_minutes_are_the_default(self) -> None:
        assert portal_settings.DUTY_CALL_MINUTES == 10

    def test_a_change_of_shift_between_calls_calls_the_new_shift(self) -> None:
        on_duty("evening1", 1, until=NOW + 5 * MINUTE)
        on_duty("evening2", 2, until=NOW + 5 * MINUTE)
        on_duty("night1", 1, since=NOW + 5 * MINUTE)
        on_duty("night2", 2, since=NOW + 5 * MINUTE)
        case = urgent()
        for turn in range(3):
            call(now=NOW + turn * TEN)
        assert called(case) == ["evening1", "night1", "night2"]

    def test_ordinary_cases_and_taken_ones_call_nobody(self) -> None:
        first = on_duty("first")
        make_complaint(tier=2)
        taken = urgent()
        claim(taken, first, NOW)
        assert call(now=NOW).calls == 0

    def test_a_case_put_back_is_called_again(self) -> None:
        first = on_duty("first", 1)
        on_duty("second", 2)
        case = urgent()
        call(now=NOW)
        claim(case, first, NOW + MINUTE)
        work.release(complaint=case, by=first, profile=profile(first), now=NOW + 11 * MINUTE)
        call(now=NOW + 12 * MINUTE)
        assert called(case) == ["first", "second"]

    def test_the_next_tier_has_its_own_line(self) -> None:
        on_duty("specialist")
        on_duty("expert", tier=3)
        case = urgent()
        call(now=NOW)
        moment = case.due_at
        moves.move_due(now=moment, batch=10)
        call(now=moment)
        rows = DutyCall.objects.about(case).values_list("hop", "round", "user__username")
        assert list(rows) == [(0, 1, "specialist"), (1, 1, "expert")]

    def test_the_fund_calls_its_own_duty_person(self) -> None:
        on_duty("fund_duty", tier=4, branch=make_fund())
        case = urgent(category=make_category("insurer", about_insurer=True))
        assert case.tier == 4
        call(now=NOW)
        assert called(case) == ["fund_duty"]

    def test_other_branches_are_left_alone(self) -> None:
        on_duty("rival", branch=make_branch("reso-med"))
        case = urgent()
        assert call(now=NOW).calls == 0
        assert called(case) == []

    @pytest.mark.parametrize("why", ["inactive", "leave", "barred", "moved"])
    def test_who_could_not_take_the_case_is_passed_over(self, why: str) -> None:
        first = on_duty("first", 1)
        on_duty("second", 2)
        case = urgent()
        if why == "inactive":
            User.objects.filter(pk=first.pk).update(is_active=False)
        elif why == "leave":
            Leave.objects.create(
                representative=first.representative, starts_on=date(2026, 3, 18), ends_on=date(2026, 3, 18)
            )
        elif why == "barred":
            case.barred_users.add(first, through_defaults={"why": "complained_of"})
        else:
            first.representative.branches.set([make_branch("reso-med")])
        call(now=NOW)
        assert called(case) == ["second"]

    def test_a_leave_that_begins_tomorrow_in_the_branch_is_no_leave_tonight(self) -> None:
        late = datetime(2026, 3, 18, 20, 30, tzinfo=NOW.tzinfo)  # 23:30 in Moscow
        first = on_duty("first", until=late + HOUR)
        Leave.objects.create(
            representative=first.representative, starts_on=date(2026, 3, 19), ends_on=date(2026, 3, 20)
        )
        case = urgent(now=late)
        assert call(now=late).calls == 1
        assert call(now=late + 30 * MINUTE).calls == 0
        assert called(case) == ["first"]

    def test_however_many_cases_the_statements_are_two(self, django_assert_max_num_queries) -> None:
        on_duty("first")
        for _case in range(5):
            urgent()
        with django_assert_max_num_queries(6):  # two statements, savepoint, two bells
            done = call(now=NOW)
        assert (done.calls, done.statements) == (5, 2)
        assert call(now=NOW + MINUTE).statements == 1


class TestAnswers:
    def test_an_acknowledged_call_stops_the_calls_for_ten_minutes(self) -> None:
        first = on_duty("first", 1)
        on_duty("second", 2)
        case = urgent()
        call(now=NOW)
        acknowledge(case, first, NOW + 8 * MINUTE)
        call(now=NOW + 17 * MINUTE)
        assert called(case) == ["first"]
        call(now=NOW + 18 * MINUTE)
        assert called(case) == ["first", "second"]

    def test_a_late_answer_of_the_first_stops_the_line_too(self) -> None:
        first = on_duty("first", 1)
        on_duty("second", 2)
        on_duty("third", 3)
        case = urgent()
        call(now=NOW)
        call(now=NOW + TEN)
        acknowledge(case, first, NOW + 19 * MINUTE)
        assert call(now=NOW + 20 * MINUTE).calls == 0

    def test_acknowledging_twice_keeps_the_first_moment(self) -> None:
        first = on_duty("first")
        case = urgent()
        call(now=NOW)
        acknowledge(case, first, NOW + MINUTE)
        acknowledge(case, first, NOW + 5 * MINUTE)
        assert DutyCall.objects.get().acknowledged_at == NOW + MINUTE

    def test_who_was_not_called_cannot_acknowledge(self) -> None:
        on_duty("first", 1)
        second = on_duty("second", 2)
        case = urgent()
        call(now=NOW)
        with pytest.raises(RuleBroken, match="not_called"):
            acknowledge(case, second, NOW + MINUTE)

    def test_a_case_that_was_taken_or_has_moved_on_cannot_be_acknowledged(self) -> None:
        first, second = on_duty("first", 1), on_duty("second", 2)
        case = urgent()
        call(now=NOW)
        claim(case, second, NOW + MINUTE)
        with pytest.raises(SomebodyWasFirst):
            acknowledge(case, first, NOW + 2 * MINUTE)

    def test_claiming_answers_the_own_call_and_ends_the_calls(self) -> None:
        first = on_duty("first", 1)
        on_duty("second", 2)
        case = urgent()
        call(now=NOW)
        claim(case, first, NOW + 3 * MINUTE)
        assert DutyCall.objects.get().acknowledged_at == NOW + 3 * MINUTE
        assert call(now=NOW + HOUR).calls == 0

    def test_taking_the_next_case_answers_its_call_too(self) -> None:
        first = on_duty("first")
        urgent()
        call(now=NOW)
        work.take_next(by=first, profile=profile(first), now=NOW + MINUTE)
        assert DutyCall.objects.get().acknowledged_at == NOW + MINUTE


class TestNobodyOnDuty:
    def alarms(self, case: Complaint) -> set[tuple[int, int | None, str, bool]]:
        rows = Alarm.objects.about("complaint", case.pk).filter(kind=duty.NOBODY)
        return {(row.hop, row.receiver_branch_id, row.severity, row.closed_at is None) for row in rows}

    def test_branch_and_fund_have_an_alarm_once_in_a_hop(self) -> None:
        branch, fund = make_branch(), make_fund()
        case = urgent()
        assert call(now=NOW).alarms == 2
        assert call(now=NOW + MINUTE).alarms == 0
        assert self.alarms(case) == {(0, branch.pk, "critical", True), (0, fund.pk, "critical", True)}

    def test_each_tier_without_anybody_raises_its_own(self) -> None:
        case = urgent()
        call(now=NOW)
        moves.move_due(now=case.due_at, batch=10)
        call(now=case.due_at)
        assert {hop for hop, *_rest in self.alarms(case)} == {0, 1}

    def test_a_fund_alone_has_one_alarm(self) -> None:
        make_fund()
        case = urgent(category=make_category("insurer", about_insurer=True))
        assert call(now=NOW).alarms == 1
        assert len(self.alarms(case)) == 1

    def test_whoever_comes_on_duty_is_called_and_the_alarm_is_over(self) -> None:
        case = urgent()
        call(now=NOW)
        on_duty("late", since=NOW + 2 * MINUTE)
        call(now=NOW + 3 * MINUTE)
        assert called(case) == ["late"]
        assert not any(is_open for *_rest, is_open in self.alarms(case))

    def test_taking_the_case_ends_the_alarm(self) -> None:
        case = urgent()
        call(now=NOW)
        claim(case, make_staff("specialist", 2, make_branch()), NOW + MINUTE)
        assert not any(is_open for *_rest, is_open in self.alarms(case))

    def test_a_shift_that_ends_without_a_successor_raises_it(self) -> None:
        make_fund()
        on_duty("first", until=NOW + 5 * MINUTE)
        case = urgent()
        call(now=NOW)
        assert self.alarms(case) == set()
        assert call(now=NOW + TEN).alarms == 2


def test_the_bells_make_the_calls(db: None) -> None:
    on_duty("first")
    case = urgent()
    sweep(now=NOW)
    assert called(case) == ["first"]
