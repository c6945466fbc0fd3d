"""What goes back to the pool, and whom the alarms tell."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from complaints.escalation import coverage
from complaints.models import Complaint, History
from complaints.permissions import Act, can
from complaints.reports.staff import alarms as alarm_words
from complaints.reports.staff.timeline import timeline
from complaints.services import thread, waiting, work
from complaints.states import Event
from insurers.models import Branch
from omsportal.platform.models import Alarm, Outbox
from representatives.models import Representative, User
from tests.complaints.escalation.absences import case_of_tier_2, fresh, on_leave
from tests.factories import (
    NOW,
    TODAY,
    make_branch,
    make_fund,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def looks(now: datetime = NOW) -> Iterator[coverage.Covered]:
    """As many as it takes to look at every desk."""
    return (coverage.look(now + i * MINUTE) for i in range(coverage.DESKS_IN_TURN))


def open_alarms(kind: str) -> set[int | None]:
    return set(Alarm.objects.open().filter(kind=kind).values_list("receiver_branch_id", flat=True))


# --- what goes back to the pool ---


def test_cases_of_who_is_on_leave_go_back_to_the_pool(ours: Branch, colleague: User) -> None:
    specialist = User.objects.get(username="specialist")
    case = case_of_tier_2(held_by=specialist)
    on_leave("specialist")
    assert coverage.look(NOW + MINUTE).put_back == 1
    after = fresh(case)
    assert (after.status, after.assignee, after.due_at) == ("new", None, case.due_at)
    assert after.escalate_at == case.escalate_at
    line = History.objects.get(complaint=case, event=Event.RELEASED)
    assert (line.cause, line.reason, line.by, line.from_assignee) == ("system", "leave", None, specialist)
    assert (line.hop, line.from_status, line.to_status) == (case.hop, "in_work", "new")
    assert list(Complaint.objects.in_queue_of(profile(colleague))) == [case]


def test_the_pool_and_the_holder_are_told_once(ours: Branch) -> None:
    case = case_of_tier_2(held_by=User.objects.get(username="specialist"))
    on_leave("specialist")
    for i in range(3):
        coverage.look(NOW + i * MINUTE)
    notices = Outbox.objects.about("complaint", case.pk).filter(kind="released")
    assert set(notices.values_list("receiver_kind", "receiver_id")) == {
        ("pool", ours.pk),
        ("user", case.assignee_id),
    }
    assert notices.count() == 2
    assert History.objects.filter(complaint=case, event=Event.RELEASED).count() == 1
    (line,) = [line for line in timeline(case) if line.history.event == Event.RELEASED]
    assert len(line.told) == 2


def test_a_second_return_in_the_same_hop_is_told_again(ours: Branch, colleague: User) -> None:
    case = case_of_tier_2(held_by=User.objects.get(username="specialist"))
    on_leave("specialist")
    coverage.look(NOW)
    work.claim(complaint=case, by=colleague, profile=profile(colleague), now=NOW)
    on_leave("colleague")
    coverage.look(NOW + MINUTE)
    lines = [line for line in timeline(case) if line.history.event == Event.RELEASED]
    assert [len(line.told) for line in lines] == [2, 2]


def test_cases_of_a_switched_off_account_go_back(ours: Branch) -> None:
    case = case_of_tier_2(held_by=User.objects.get(username="specialist"))
    User.objects.filter(username="specialist").update(is_active=False)
    assert coverage.look(NOW).put_back == 1
    assert fresh(case).status == "new"


@pytest.mark.parametrize("change", ["branch", "tier", "person"])
def test_cases_of_who_was_moved_elsewhere_go_back_within_a_quarter_of_an_hour(
    ours: Branch, change: str
) -> None:
    case = case_of_tier_2(held_by=User.objects.get(username="specialist"))
    staff = Representative.objects.get(user__username="specialist")
    assert sum(look.put_back for look in looks()) == 0
    if change == "branch":
        staff.branches.set([make_branch("reso-med")])
    elif change == "tier":
        Representative.objects.filter(pk=staff.pk).update(tier=3)
    else:
        staff.delete()
    assert sum(look.put_back for look in looks()) == 1
    assert fresh(case).status == "new"


def test_when_the_own_staff_is_back_they_get_their_cases(ours: Branch, colleague: User) -> None:
    leave = on_leave("specialist")
    case = case_of_tier_2(held_by=colleague)
    assert sum(look.put_back for look in looks()) == 0
    leave.delete()
    assert sum(look.put_back for look in looks()) == 1
    assert list(Complaint.objects.in_queue_of(profile(User.objects.get(username="specialist")))) == [case]


def test_a_waiting_case_stays_until_the_patient_answers(ours: Branch, colleague: User) -> None:
    specialist = User.objects.get(username="specialist")
    case = case_of_tier_2(held_by=specialist)
    waiting.wait(
        complaint=case, question="Когда?", working_days=3, by=specialist, profile=profile(specialist), now=NOW
    )
    on_leave("specialist")
    assert coverage.look(NOW + MINUTE).put_back == 0
    assert fresh(case).status == "waiting"
    assert case in Complaint.objects.on_desk_of(profile(colleague)).waiting()
    thread.post_by_patient(complaint=case, text="Вчера", now=NOW + 2 * MINUTE)
    assert coverage.look(NOW + 3 * MINUTE).put_back == 1
    taken = work.take_next(by=colleague, profile=profile(colleague), now=NOW + 4 * MINUTE)
    assert taken == case
    assert Complaint.objects.with_news().get(pk=case.pk).has_news


def test_a_decided_case_is_dispatched_by_who_stands_in(ours: Branch, colleague: User) -> None:
    case = case_of_tier_2()
    Complaint.objects.filter(pk=case.pk).update(
        status="resolved", assignee=User.objects.get(username="specialist"), escalate_at=None, warn_at=None,
        outcome="justified", resolved_at=NOW,
    )  # fmt: skip
    on_leave("specialist")
    assert coverage.look(NOW).put_back == 0
    assert case in Complaint.objects.on_desk_of(profile(colleague)).to_dispatch()
    assert can(profile(colleague), Act.DISPATCH, fresh(case))


# --- alarms ---


def test_a_pool_without_people_is_told_to_head_and_fund(ours: Branch, colleague: User) -> None:
    fund_branch = make_fund()
    case_of_tier_2()
    on_leave("specialist", TODAY, TODAY + 5 * DAY)
    assert coverage.look(NOW).nobody_serves == 2
    assert open_alarms("nobody_serves") == {ours.pk, fund_branch.pk}
    alarm = Alarm.objects.get(receiver_branch_id=ours.pk)
    assert (alarm.subject_kind, alarm.subject_id, alarm.severity) == (
        "branch_tier", ours.pk * 10 + 2, "warning",
    )  # fmt: skip
    (shown,) = alarm_words.described([alarm], profile(User.objects.get(username="head")))
    assert str(ours) in shown.about


def test_one_alarm_covers_the_whole_leave_and_closes_when_somebody_is_back(
    ours: Branch, colleague: User
) -> None:
    case_of_tier_2()
    on_leave("specialist", TODAY, TODAY + DAY)
    for i in range(2):
        coverage.look(NOW + i * DAY)
    assert Alarm.objects.filter(kind="nobody_serves").count() == 1
    coverage.look(NOW + 2 * DAY)
    assert not open_alarms("nobody_serves")


def test_a_second_absence_on_the_same_day_opens_the_same_alarm(ours: Branch, colleague: User) -> None:
    case_of_tier_2()
    for active in (False, True, False):
        User.objects.filter(username="specialist").update(is_active=active)
        coverage.look(NOW)
    assert open_alarms("nobody_serves") == {ours.pk}
    assert Alarm.objects.filter(kind="nobody_serves").count() == 1


def test_where_nobody_at_all_stands_in_the_administrators_are_told(ours: Branch) -> None:
    case_of_tier_2()
    on_leave("specialist")
    coverage.look(NOW)
    assert open_alarms("nobody_serves") == {ours.pk, None}
    assert set(Alarm.objects.values_list("severity", flat=True)) == {"critical"}
    make_staff("fund", 4, make_fund())
    coverage.look(NOW + MINUTE)
    assert open_alarms("nobody_serves") == {ours.pk, make_fund().pk}


def test_an_empty_pool_needs_nobody(ours: Branch) -> None:
    on_leave("specialist")
    assert coverage.look(NOW) == coverage.Covered(0, 0, 0, 0)


def test_the_head_is_warned_when_nobody_is_at_their_place_in_working_time(ours: Branch) -> None:
    case_of_tier_2()
    staff = Representative.objects.filter(user__username="specialist")
    assert coverage.look(NOW).nobody_free == 0
    staff.update(presence="away")
    assert coverage.look(NOW).nobody_free == 1
    assert open_alarms("nobody_free") == {ours.pk}
    assert coverage.look(NOW + MINUTE).nobody_free == 0
    staff.update(presence="busy")
    assert coverage.look(NOW + 2 * MINUTE).closed == 1
    staff.update(presence="break")
    coverage.look(NOW + 3 * MINUTE)
    assert Alarm.objects.filter(kind="nobody_free").count() == 1  # once a day


def test_at_night_nobody_has_to_be_at_their_place(ours: Branch) -> None:
    case_of_tier_2()
    Representative.objects.filter(user__username="specialist").update(presence="away")
    coverage.look(NOW)
    evening = NOW.replace(hour=18)  # 21:00 in Moscow
    assert coverage.look(evening).closed == 1
    assert coverage.look(evening + MINUTE).nobody_free == 0


def test_a_clock_that_went_back_closes_nothing_before_it_was_raised(ours: Branch, colleague: User) -> None:
    case_of_tier_2()
    leave = on_leave("specialist")
    coverage.look(NOW)
    leave.delete()
    coverage.look(NOW - timedelta(hours=1))
    assert open_alarms("nobody_serves") == {ours.pk}
    coverage.look(NOW + MINUTE)
    assert not open_alarms("nobody_serves")
