"""Two looks at the same moment, and a look beside the holder: nothing goes back twice, nothing is lost."""

from datetime import timedelta

import pytest

from complaints.escalation import coverage
from complaints.models import Complaint, History
from complaints.services import work
from complaints.states import Event
from omsportal.platform.models import Alarm, Outbox
from representatives.models import Leave, Representative, User
from tests.factories import NOW, TODAY, make_branch, make_category, make_complaint, make_staff, profile
from tests.races.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def on_leave(user: User) -> None:
    Leave.objects.create(representative=Representative.objects.get(user=user), starts_on=TODAY, ends_on=TODAY)


def test_two_looks_at_once_put_each_case_back_once_and_raise_one_alarm() -> None:
    specialist = make_staff("specialist", 2, make_branch())
    theme = make_category("second", arrival_tier=2)
    cases = [make_complaint(category=theme, held_by=specialist) for _each in range(12)]
    on_leave(specialist)
    results = at_once(*(lambda: coverage.look(NOW) for _each in range(4)))
    assert sum(result.put_back for result in results) == len(cases), results
    coverage.look(NOW + timedelta(minutes=1))
    assert not Complaint.objects.in_work().exists()
    assert History.objects.filter(event=Event.RELEASED).count() == len(cases)
    assert Outbox.objects.filter(kind="released", receiver_kind="pool").count() == len(cases)
    assert Alarm.objects.filter(kind="nobody_serves", receiver_branch_id=make_branch().pk).count() == 1


def test_a_case_put_back_by_hand_at_that_moment_has_one_line() -> None:
    specialist = make_staff("specialist", 2, make_branch())
    case = make_complaint(category=make_category("second", arrival_tier=2), held_by=specialist)
    person = profile(specialist)
    on_leave(specialist)
    at_once(
        lambda: coverage.look(NOW),
        lambda: work.release(complaint=case, by=specialist, profile=person, now=NOW),
    )
    coverage.look(NOW + timedelta(minutes=1))
    assert Complaint.objects.get(pk=case.pk).status == "new"
    assert History.objects.filter(complaint=case, event=Event.RELEASED).count() == 1
