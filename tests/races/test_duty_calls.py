"""Bells and heads at once: each call is made once, a held case calls nobody, a place has one person."""

import pytest
from django.db import connection, transaction

from complaints.escalation.duty import call
from complaints.models import DutyCall
from complaints.services import transitions
from omsportal.platform.models import Alarm, Outbox
from representatives.models import DutyShift
from representatives.services import ShiftRefused, add_shift
from tests.complaints.escalation.test_duty import MINUTE, TEN, on_duty, urgent
from tests.factories import NOW, make_branch, make_fund, make_staff, profile
from tests.races.test_two_at_once import at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_bells_at_once_call_each_person_once() -> None:
    for place in (1, 2, 3):
        on_duty(f"person{place}", place)
    cases = [urgent() for _case in range(20)]
    for turn in range(3):
        results = at_once(*[lambda now=NOW + turn * TEN: call(now=now)] * 8)
        assert of_kind(results, Exception) == []
        while call(now=NOW + turn * TEN).calls:
            pass  # what one bell skipped because another held it
    for case in cases:
        rounds = DutyCall.objects.about(case).values_list("round", "user__username")
        assert list(rounds) == [(turn, f"person{turn}") for turn in (1, 2, 3)]
    assert Outbox.objects.filter(kind="duty_call").count() == 60


def test_eight_bells_at_once_raise_each_alarm_once() -> None:
    make_fund()
    for _case in range(10):
        urgent()
    results = at_once(*[lambda: call(now=NOW)] * 8)
    assert of_kind(results, Exception) == []
    call(now=NOW)
    assert Alarm.objects.filter(kind="nobody_on_duty").count() == 20


def test_a_case_that_somebody_is_changing_is_left_for_the_next_tick() -> None:
    on_duty("first")
    held, free = urgent(), urgent()

    def look() -> int:
        try:
            return call(now=NOW).calls
        finally:
            connection.close()

    with transaction.atomic():
        transitions.locked(held.pk)
        assert at_once(look) == [1]
    assert DutyCall.objects.get().complaint == free
    assert call(now=NOW + MINUTE).calls == 1


def test_two_heads_at_once_cannot_give_one_place_to_two_people() -> None:
    branch = make_branch()
    person = profile(make_staff("head", heads=branch))
    workers = [make_staff(name, 2, branch).representative for name in ("first", "second")]
    results = at_once(*(
        lambda worker=worker: add_shift(
            branch=branch, person=worker, starts_at=NOW, ends_at=NOW + TEN, place=1, profile=person, now=NOW
        )
        for worker in workers
    ))  # fmt: skip
    assert len(of_kind(results, DutyShift)) == 1
    (refused,) = of_kind(results, ShiftRefused)
    assert refused.code == "place_taken"
