"""The database's clock went back behind what is known of a case: people go on working, without an error."""

from datetime import timedelta

import pytest

from complaints import one_time_codes
from complaints.models import Complaint, LegalHold, OneTimeCode
from complaints.services import closing, dispatching, erasure, reclassify
from tests.complaints.services.test_hops_and_closing import escalate, fresh, give_back, held, person
from tests.factories import NOW, make_branch, make_category, make_staff, profile

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def resolved(case: Complaint, tier: int, **about) -> Complaint:
    return closing.resolve(
        complaint=case, outcome="organised", text="Записали", by=person(tier), profile=profile(person(tier)),
        **about,
    )  # fmt: skip


def test_a_hop_by_hand_begins_no_earlier_than_the_stay_before() -> None:
    case = held(1)
    after = escalate(case, 1, now=case.registered_at - HOUR)
    assert (after.tier, after.entered_at) == (2, case.entered_at)
    assert after.due_at > case.entered_at
    assert case.history.get(event="escalated_by_hand").at == case.entered_at


def test_a_return_too() -> None:
    case = held(3)
    assert give_back(case, 3, now=NOW - HOUR).entered_at == case.entered_at


def test_a_change_of_theme_that_moves_the_case_too() -> None:
    case = held(2)
    reclassify.propose(
        complaint=case, kind=case.kind, category=make_category("death", arrival_tier=3), urgency=case.urgency,
        reason="competence", by=person(2), profile=profile(person(2)), now=NOW - HOUR,
    )  # fmt: skip
    assert (fresh(case).tier, fresh(case).entered_at) == (3, case.entered_at)


def test_a_decision_is_not_before_the_stay_in_which_it_was_made() -> None:
    case = resolved(held(1), 1, now=NOW - HOUR)
    assert (case.status, case.resolved_at, case.answered_at) == ("answered", NOW, NOW)


def test_a_letter_does_not_leave_before_it_was_decided() -> None:
    case = resolved(held(1, answer_channel="letter"), 1, now=NOW + HOUR)
    dispatching.record_dispatch(
        complaint=case, way="letter", outgoing_number="1", by=person(1), profile=profile(person(1)), now=NOW
    )
    assert (fresh(case).status, fresh(case).answered_at) == ("answered", NOW + HOUR)


def test_a_one_time_code_is_used_up_no_earlier_than_it_was_asked_for() -> None:
    code = one_time_codes.begin(purpose=OneTimeCode.Purpose.EMAIL, complaint_id=held(1).pk, now=NOW)
    digits = one_time_codes.digits_of(code)
    assert one_time_codes.spend(code=code, typed=digits, now=NOW - HOUR)
    assert OneTimeCode.objects.get().used_at == NOW


def test_a_hold_on_erasure_is_lifted_no_earlier_than_it_was_placed() -> None:
    head, about = make_staff("head", heads=make_branch()), {"complaint": held(1)}
    who = {"by": head, "profile": profile(head)}
    erasure.hold(**about, ground="court", now=NOW, **who)
    assert erasure.lift(**about, now=NOW - HOUR, **who)
    assert LegalHold.objects.get().lifted_at == NOW
