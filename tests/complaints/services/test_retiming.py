"""The clock of a case classified anew: by the new rule, from the entry, never in favour of who changes it."""

from datetime import timedelta

import pytest

from complaints.escalation.sweep import sweep
from complaints.services import hops, thread, waiting, work
from insurers.services.working_time import add_working_seconds
from tests.complaints.services.reclassifying import HOUR, MINUTE, decide, fresh, head, held, person, propose
from tests.factories import NOW, make_category, profile

pytestmark = pytest.mark.django_db


def test_what_becomes_urgent_has_the_urgent_limit_from_now() -> None:
    case = held(2)
    now = case.entered_at + 30 * HOUR
    propose(case, person(2), urgency="urgent", now=now)
    after = fresh(case)
    assert after.tier == 2
    assert after.due_at == after.escalate_at == now + 15 * MINUTE


def test_urgency_never_gives_more_time_than_was_left() -> None:
    case = held(2)
    before = case.due_at
    propose(case, person(2), urgency="urgent", now=before - 5 * MINUTE)
    assert fresh(case).due_at == before


def test_what_is_ordinary_again_is_counted_from_the_entry() -> None:
    case = held(2, urgency="urgent")
    propose(case, person(2), urgency="ordinary")
    decide(case, head(), now=case.entered_at + 10 * MINUTE)
    after = fresh(case)
    five_days = add_working_seconds(case.branch.schedule, case.entered_at, 5 * 9 * 3600)
    assert (after.urgency, after.due_at, after.escalate_at) == ("ordinary", five_days, five_days)


def test_urgent_and_ordinary_again_gains_no_time() -> None:
    case = held(2)
    before = case.due_at
    propose(case, person(2), urgency="urgent", now=case.entered_at + 20 * HOUR)
    again = case.entered_at + 20 * HOUR + MINUTE
    propose(fresh(case), person(2), urgency="ordinary", now=again)
    decide(case, head(), now=again + MINUTE)
    after = fresh(case)
    assert (after.due_at, after.entered_at) == (before, case.entered_at)


def test_a_change_without_a_second_person_never_gives_more_time() -> None:
    case = held(2, urgency="urgent")
    make_category("slow")
    before = case.due_at
    propose(case, person(2), category=make_category("slow"))
    assert fresh(case).due_at == before


def test_the_pause_does_not_count() -> None:
    """Urgent, a pause of two working hours, then ordinary: five days and those two hours from the entry."""
    case = held(2, urgency="urgent", now=NOW)
    by, him = person(2), profile(person(2))
    waiting.wait(
        complaint=case, question="?", working_days=1, by=by, profile=him, now=case.entered_at + 5 * MINUTE
    )
    thread.post_by_patient(complaint=case, text="!", now=case.entered_at + 5 * MINUTE + 2 * HOUR)
    now = case.entered_at + 6 * MINUTE + 2 * HOUR
    propose(fresh(case), by, urgency="ordinary", now=now)
    decide(case, head(), now=now + MINUTE)
    expected = add_working_seconds(case.branch.schedule, case.entered_at, 5 * 9 * 3600 + 2 * 3600)
    assert fresh(case).due_at == expected


def test_a_waiting_case_keeps_its_pause_and_goes_on_with_the_new_rest() -> None:
    case = held(2, urgency="urgent")
    by, him = person(2), profile(person(2))
    asked_at = case.entered_at + 5 * MINUTE
    waiting.wait(complaint=case, question="?", working_days=1, by=by, profile=him, now=asked_at)
    propose(fresh(case), by, urgency="ordinary", now=asked_at + HOUR)
    decide(case, head(), now=asked_at + HOUR + MINUTE)
    after = fresh(case)
    assert (after.status, after.escalate_at) == ("waiting", None)
    assert after.remaining_seconds == 5 * 9 * 3600 - 5 * 60
    thread.post_by_patient(complaint=case, text="!", now=asked_at + 2 * HOUR)
    expected = add_working_seconds(case.branch.schedule, case.entered_at, 5 * 9 * 3600 + 2 * 3600)
    assert fresh(case).due_at == expected


def test_an_urgent_case_does_not_stand_still() -> None:
    case = held(2)
    by, him = person(2), profile(person(2))
    waiting.wait(complaint=case, question="?", working_days=2, by=by, profile=him, now=case.entered_at)
    now = case.entered_at + HOUR
    propose(fresh(case), by, urgency="urgent", now=now)
    after = fresh(case)
    # The question was the first reaction, so the urgent limit of the decision counts; here there is one.
    assert (after.status, after.escalate_at) == ("in_work", now + 15 * MINUTE)
    assert after.wait_until is None


def test_time_that_ran_out_is_not_given_back() -> None:
    case = held(2, urgency="urgent")
    propose(case, person(2), urgency="ordinary")
    late = case.due_at + timedelta(seconds=2)
    decide(case, head(), now=late)
    assert fresh(case).due_at == case.due_at
    sweep(now=late)
    assert (fresh(case).tier, fresh(case).urgency) == (3, "ordinary")


def test_a_case_given_back_keeps_the_clock_it_came_with() -> None:
    case = held(3, kind="consultation")
    hops.return_to_lower_tier(
        complaint=case, reason="incomplete", note="Уточните", by=person(3), profile=profile(person(3)),
        now=case.entered_at + HOUR,
    )  # fmt: skip
    before = fresh(case).due_at
    case = work.claim(
        complaint=case, by=person(2), profile=profile(person(2)), now=case.entered_at + 2 * HOUR
    )
    propose(case, person(2), kind="complaint", now=case.entered_at + 2 * HOUR)
    assert fresh(case).due_at == before


def test_a_breached_case_stays_breached() -> None:
    case = held(3)
    sweep(now=case.due_at)
    propose(fresh(case), person(3), category=make_category("money"), now=case.due_at + HOUR)
    after = fresh(case)
    assert (after.escalate_at, after.due_at, after.category.slug) == (None, case.due_at, "money")
