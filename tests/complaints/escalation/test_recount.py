"""A changed calendar moves open cases, with the old and the new moment in history."""

from datetime import date, timedelta

import pytest

from complaints.models import Complaint, History
from insurers.models import CalendarDay, WorkingSchedule
from insurers.services import calendar
from omsportal.platform import jobs
from tests.factories import NOW, make_branch, make_complaint, make_staff

pytestmark = pytest.mark.django_db


def thursday_becomes_a_day_off(branch) -> None:
    WorkingSchedule.objects.filter(pk=branch.schedule_id).update(follows_calendar=True)
    CalendarDay.objects.create(date=date(2026, 3, 19), kind="day_off", title="Выходной")
    assert calendar.day_changed(region_id=None, by_id=None, now=NOW) == 1


def test_a_new_day_off_moves_the_due_moment_and_says_so() -> None:
    case = make_complaint(tier=2)
    before = case.due_at
    thursday_becomes_a_day_off(case.branch)
    job = jobs.run_next(NOW)
    assert job is not None
    assert (job.state, job.result) == ("done", {"seen": 1, "moved": 1})
    after = Complaint.objects.get(pk=case.pk)
    assert after.due_at == after.escalate_at == before + timedelta(days=1)
    line = History.objects.get(complaint=case, event="recounted")
    assert (line.due_before, line.due_after, line.cause) == (before, after.due_at, "system")


def test_a_second_run_changes_nothing() -> None:
    case = make_complaint(tier=2)
    thursday_becomes_a_day_off(case.branch)
    jobs.run_next(NOW)
    jobs.request(kind=calendar.CALENDAR_CHANGED, arguments={"schedules": [case.branch.schedule_id]}, now=NOW)
    job = jobs.run_next(NOW)
    assert job is not None
    assert job.result == {"seen": 1, "moved": 0}


def test_cases_in_other_hands_keep_their_holder() -> None:
    specialist = make_staff("specialist", 2, make_branch())
    case = make_complaint(tier=2, held_by=specialist)
    thursday_becomes_a_day_off(case.branch)
    jobs.run_next(NOW)
    assert Complaint.objects.get(pk=case.pk).assignee == specialist
