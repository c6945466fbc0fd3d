"""Several looks for warnings, or a look and a person, at the same moment: each warning is given once."""

from datetime import timedelta

import pytest

from complaints.escalation import warnings
from complaints.escalation.sweep import sweep
from complaints.models import Complaint
from complaints.services import work
from omsportal.platform.models import Outbox
from tests.factories import NOW, make_branch, make_complaint, make_staff, profile
from tests.races.test_two_at_once import at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)

HALF = NOW + timedelta(hours=2)


def test_four_looks_at_once_warn_of_each_case_once() -> None:
    for _case in range(40):
        make_complaint()
    results = at_once(*(lambda: warnings.look(now=HALF, batch=7) for _look in range(4)))
    assert of_kind(results, Exception) == []
    assert sum(result.warned for result in results) == 40
    assert Outbox.objects.filter(kind="warning_50").count() == 40
    assert set(Complaint.objects.values_list("warned", flat=True)) == {50}


def test_a_case_taken_while_it_is_looked_at_is_warned_about_once() -> None:
    operator = make_staff("operator", 1, make_branch())
    who = profile(operator)
    for _round in range(8):
        case = make_complaint()
        results = at_once(
            lambda case=case: work.claim(complaint=case, by=operator, profile=who, now=HALF),
            lambda: warnings.look(now=HALF, batch=10),
        )
        assert of_kind(results, Exception) == []
        warnings.look(now=HALF, batch=10)  # the first one passes over a row that somebody holds
        assert Outbox.objects.about("complaint", case.pk).filter(kind="warning_50").count() == 1


def test_a_sweep_and_a_look_at_the_due_moment_leave_no_warning_for_the_next_tier() -> None:
    for _case in range(20):
        make_complaint()
    due_at = NOW + timedelta(hours=4)
    results = at_once(lambda: sweep(now=due_at), lambda: warnings.look(now=due_at, batch=5))
    assert of_kind(results, Exception) == []
    sweep(now=due_at)  # what the look held just then is left to the next tick
    assert set(Complaint.objects.values_list("tier", "warned")) == {(2, 0)}
    assert not Outbox.objects.filter(kind__startswith="warning_").exists()
