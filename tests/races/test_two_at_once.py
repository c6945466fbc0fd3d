"""Two people, or a person and the timer, at the same moment: one wins, the other is told, nothing doubles."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from complaints.escalation.sweep import sweep
from complaints.models import Answer, Complaint, History, Message
from complaints.permissions import NotAllowed
from complaints.services import closing, thread, work
from complaints.services.transitions import SomebodyWasFirst
from omsportal.platform.models import Alarm, Outbox
from representatives.models import Representative
from tests.complaints.crowd import copies
from tests.factories import NOW, make_branch, make_complaint, make_staff, profile

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(days=30)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all acts together, each on its own connection; a result or the error of each."""
    results: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            _connected(gate)
            gate.wait()
            results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return results


def _connected(gate: threading.Barrier) -> None:
    """Without a connection for everybody nobody waits for the one who has none."""
    try:
        connection.ensure_connection()
    except Exception:
        gate.abort()
        raise


def of_kind(results: Sequence[Any], kind: type) -> list[Any]:
    return [result for result in results if isinstance(result, kind)]


def test_one_case_claimed_by_ten_has_one_holder() -> None:
    case = make_complaint()
    people = [make_staff(f"operator{place}", 1, make_branch()) for place in range(10)]
    profiles = [profile(person) for person in people]
    results = at_once(*(
        lambda who=who, what=what: work.claim(complaint=case, by=who, profile=what, now=NOW)
        for who, what in zip(people, profiles, strict=True)
    ))  # fmt: skip
    assert len(of_kind(results, Complaint)) == 1
    assert len(of_kind(results, SomebodyWasFirst)) == 9
    assert History.objects.filter(complaint=case, event="claimed").count() == 1


def test_twelve_people_taking_the_next_of_eight_get_eight_different_cases() -> None:
    for _case in range(8):
        make_complaint()
    people = [make_staff(f"operator{place}", 1, make_branch()) for place in range(12)]
    profiles = [profile(person) for person in people]
    results = at_once(*(
        lambda who=who, what=what: work.take_next(by=who, profile=what, now=NOW)
        for who, what in zip(people, profiles, strict=True)
    ))  # fmt: skip
    taken = of_kind(results, Complaint)
    assert len({case.pk for case in taken}) == len(taken) == 8
    assert of_kind(results, Exception) == []


def test_one_person_pressing_four_times_at_once_stays_within_the_ceiling() -> None:
    person = make_staff("operator", 1, make_branch())
    Representative.objects.filter(user=person).update(ceiling=2)
    for _case in range(6):
        make_complaint()
    what = profile(person)
    results = at_once(*(lambda: work.take_next(by=person, profile=what, now=NOW) for _press in range(4)))
    assert of_kind(results, Exception) == []
    assert len(of_kind(results, Complaint)) == Complaint.objects.filter(assignee=person).count() == 2


@pytest.mark.slow
def test_a_hundred_people_taking_the_next_of_sixty_have_sixty_winners() -> None:
    made = make_complaint()
    copies(made, 59)
    people = [make_staff(f"operator{place}", 1, make_branch()) for place in range(100)]
    profiles = [profile(person) for person in people]
    results = at_once(*(
        lambda who=who, what=what: work.take_next(by=who, profile=what, now=NOW)
        for who, what in zip(people, profiles, strict=True)
    ))  # fmt: skip
    taken = of_kind(results, Complaint)
    assert of_kind(results, Exception) == []
    assert len({case.pk for case in taken}) == len(taken) == 60
    assert History.objects.filter(event="claimed").count() == 60


def test_four_sweeps_at_once_move_each_case_once() -> None:
    for _case in range(40):
        make_complaint()
    results = at_once(*(lambda: sweep(now=LATER, batch=7) for _sweeper in range(4)))
    assert of_kind(results, Exception) == []
    assert sum(result.escalated for result in results) == 40
    assert History.objects.filter(event="escalated").count() == 40
    assert set(Complaint.objects.values_list("hop", flat=True)) == {1}
    assert Outbox.objects.filter(kind="hop", receiver_kind="pool").count() == 40


def test_four_sweeps_over_breached_cases_alarm_once() -> None:
    for _case in range(6):
        make_complaint(tier=3)
    at_once(*(lambda: sweep(now=LATER, batch=2) for _sweeper in range(4)))
    assert Alarm.objects.filter(kind="tier_breach").count() == 6
    assert History.objects.filter(event="breached").count() == 6


@pytest.mark.parametrize("attempt", range(5))
def test_a_decision_at_the_very_due_moment_is_resolved_or_escalated_never_both(attempt: int) -> None:
    specialist = make_staff("specialist", 2, make_branch())
    case = make_complaint(tier=2, held_by=specialist)
    person = profile(specialist)
    decided, swept = at_once(
        lambda: closing.resolve(
            complaint=case, outcome="justified", text="Да", by=specialist, profile=person, now=case.due_at
        ),
        lambda: sweep(now=case.due_at),
    )
    after = Complaint.objects.get(pk=case.pk)
    answered = Answer.objects.filter(complaint=case).exists()
    if isinstance(decided, Complaint):
        assert (after.status, after.tier, swept.escalated, answered) == ("answered", 2, 0, True)
    else:
        assert isinstance(decided, SomebodyWasFirst | NotAllowed)
        assert (after.status, after.tier, answered) == ("new", 3, False)


def test_a_message_sent_ten_times_at_once_is_there_once() -> None:
    case = make_complaint()
    results = at_once(*(
        lambda: thread.post_by_patient(complaint=case, text="Помогите", token="t", now=NOW)
        for _press in range(10)
    ))  # fmt: skip
    assert of_kind(results, Exception) == []
    assert Message.objects.filter(complaint=case).count() == 1


def test_did_not_help_pressed_twice_makes_one_new_appeal() -> None:
    specialist = make_staff("specialist", 2, make_branch())
    case = make_complaint(tier=2, held_by=specialist)
    closing.resolve(
        complaint=case,
        outcome="justified",
        text="Да",
        by=specialist,
        profile=profile(specialist),
        now=case.due_at,
    )
    answered = Complaint.objects.get(pk=case.pk)
    at_once(*(lambda: closing.reopen(complaint=answered, text="Нет", now=case.due_at) for _press in range(4)))
    assert Complaint.objects.count() == 2
