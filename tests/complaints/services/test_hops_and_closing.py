"""Hops by hand, the decision, its dispatch, the patient's verdict."""

from datetime import date, timedelta

import pytest

from complaints.escalation.sweep import sweep
from complaints.models import Answer, Barring, Complaint, History, Link, Message
from complaints.permissions import NotAllowed
from complaints.services import closing, dispatching, hops, work
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from omsportal.platform.models import Alarm
from tests.factories import NOW, make_branch, make_complaint, make_fund, make_staff, profile

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TIERS = {1: "operator", 2: "specialist", 3: "expert"}


def person(tier: int):
    return make_staff(TIERS[tier], tier, make_branch())


def held(tier: int, **fields) -> Complaint:
    return make_complaint(tier=tier, held_by=person(tier), **fields)


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.get(pk=case.pk)


def escalate(case: Complaint, tier: int, now=None) -> Complaint:
    return hops.escalate(
        complaint=case, reason="competence", note="Нужна экспертиза", by=person(tier),
        profile=profile(person(tier)), now=now or case.entered_at + timedelta(hours=1),
    )  # fmt: skip


def give_back(case: Complaint, tier: int, now=None) -> Complaint:
    return hops.return_to_lower_tier(
        complaint=case, reason="incomplete", note="Не запрошены документы", by=person(tier),
        profile=profile(person(tier)), now=now or case.entered_at + timedelta(hours=1),
    )  # fmt: skip


def test_a_hop_by_hand_is_the_timers_hop_with_a_name_and_a_note() -> None:
    case = escalate(held(1), 1)
    assert (case.tier, case.hop, case.status, case.assignee) == (2, 1, "new", None)
    line = History.objects.get(complaint=case, event="escalated_by_hand")
    assert (line.by, line.cause, line.reason) == (person(1), "staff", "competence")
    assert Message.objects.get(complaint=case).is_internal


def test_experts_have_nobody_above() -> None:
    with pytest.raises(NotAllowed) as error:
        escalate(held(3), 3)
    assert error.value.why == "highest"


def test_a_return_brings_only_the_time_that_is_left() -> None:
    case = held(2)
    due = case.due_at
    back = give_back(case, 2)
    assert (back.tier, back.hop, back.due_at, back.escalate_at) == (1, 2, due, due)


def test_a_case_is_returned_once_and_climbs_again() -> None:
    case = give_back(held(2), 2)
    sweep(now=case.due_at + timedelta(seconds=1))
    again = fresh(case)
    assert (again.tier, again.hop) == (2, 3)
    with pytest.raises(NotAllowed):
        give_back(again, 2)
    hop_lines = History.objects.filter(complaint=case, event__in=["escalated", "returned"])
    assert [line.hop for line in hop_lines.order_by("id")] == [1, 2, 3]


def test_a_return_needs_a_note() -> None:
    case = held(2)
    with pytest.raises(RuleBroken):
        hops.return_to_lower_tier(
            complaint=case, reason="other", note=" ", by=person(2), profile=profile(person(2)), now=NOW
        )


def resolve(case: Complaint, tier: int, outcome: str = "justified", now=None, **fields) -> Complaint:
    return closing.resolve(
        complaint=case, outcome=outcome, text="Нарушение подтверждено", by=person(tier),
        profile=profile(person(tier)), now=now or case.entered_at + timedelta(hours=2), **fields,
    )  # fmt: skip


def test_an_answer_on_the_site_is_dispatched_with_the_decision() -> None:
    case = resolve(held(3), 3)
    assert (case.status, case.outcome, case.escalate_at) == ("answered", "justified", None)
    answer = Answer.objects.get(complaint=case)
    assert (answer.dispatched_by, answer.dispatched_at, answer.decided_by) == (
        "site",
        case.answered_at,
        person(3),
    )


def test_a_letter_counts_as_answered_only_when_it_left() -> None:
    case = resolve(held(3, answer_channel="letter"), 3)
    assert (case.status, case.answered_at) == ("resolved", None)
    later = case.resolved_at + DAY
    case = dispatching.record_dispatch(
        complaint=case,
        way="letter",
        outgoing_number="17-оз",
        by=person(3),
        profile=profile(person(3)),
        now=later,
    )
    assert (case.status, case.answered_at) == ("answered", later)


def test_an_outcome_must_fit_the_kind() -> None:
    with pytest.raises(RuleBroken) as error:
        resolve(held(3), 3, outcome="clarified")
    assert error.value.code == "outcome_of_kind"


def test_the_contact_centre_closes_a_complaint_only_as_organised() -> None:
    case = held(1)
    with pytest.raises(NotAllowed):
        resolve(case, 1, outcome="justified")
    assert resolve(case, 1, outcome="organised").status == "answered"


def test_the_contact_centre_closes_a_consultation() -> None:
    assert resolve(held(1, kind="consultation"), 1, outcome="clarified").status == "answered"


def test_a_decision_after_the_timer_moved_the_case_says_so() -> None:
    case = held(2)
    sweep(now=case.due_at + timedelta(seconds=1))
    with pytest.raises(SomebodyWasFirst):
        resolve(case, 2, now=case.due_at + DAY)
    assert not Answer.objects.filter(complaint=case).exists()


def test_the_alarm_of_a_late_case_closes_with_its_answer() -> None:
    case = make_complaint(tier=3)
    late = case.due_at + timedelta(seconds=1)
    sweep(now=late)
    assert Alarm.objects.open().about("complaint", case.pk).count() == 1
    case = work.claim(complaint=case, by=person(3), profile=profile(person(3)), now=late)
    resolve(case, 3, now=late + DAY)
    assert not Alarm.objects.open().about("complaint", case.pk).exists()


def test_a_decided_case_is_out_of_the_timers_reach() -> None:
    case = resolve(held(2), 2)
    assert sweep(now=case.due_at + 30 * DAY).escalated == 0


def test_yes_it_helped_closes_once() -> None:
    case = resolve(held(3), 3)
    for _press in range(2):
        closing.confirm(complaint=case, now=case.resolved_at + DAY)
    assert (fresh(case).status, fresh(case).helped) == ("closed", True)
    assert History.objects.filter(complaint=case, event="confirmed").count() == 1


def test_no_it_did_not_help_is_a_new_linked_appeal_one_tier_up() -> None:
    case = resolve(held(2), 2)
    filed = closing.reopen(complaint=case, text="Деньги не вернули", now=NOW + 7 * DAY)
    assert filed.number != case.number
    assert filed.complaint.tier == 3
    assert filed.complaint.answer_due_on == date(2026, 4, 24) > case.answer_due_on
    assert Link.objects.get(later=filed.complaint).earlier_id == case.pk
    assert (fresh(case).status, fresh(case).helped) == ("closed", False)


def test_the_earlier_expert_neither_sees_nor_takes_the_new_appeal() -> None:
    case = resolve(held(2), 2)
    filed = closing.reopen(complaint=case, text="Не согласна", now=case.resolved_at + DAY)
    assert Barring.objects.get(complaint=filed.complaint).user == person(2)
    assert not Complaint.objects.visible_to(profile(person(2))).filter(pk=filed.complaint.pk).exists()


def test_after_the_experts_the_fund_answers() -> None:
    fund = make_fund()
    case = resolve(held(3), 3)
    filed = closing.reopen(complaint=case, text="Не согласна", now=case.resolved_at + DAY)
    assert (filed.complaint.branch, filed.complaint.tier) == (fund, 4)


def test_asking_again_has_its_time_and_happens_once() -> None:
    case = resolve(held(2), 2)
    with pytest.raises(RuleBroken) as error:
        closing.reopen(complaint=case, text="x", now=case.resolved_at + 31 * DAY)
    assert error.value.code == "reopen_too_late"
    closing.reopen(complaint=case, text="x", now=case.resolved_at + DAY)
    with pytest.raises(RuleBroken) as error:
        closing.reopen(complaint=case, text="x", now=case.resolved_at + DAY)
    assert error.value.code == "reopened_already"


def test_a_withdrawn_case_leaves_every_queue() -> None:
    case = held(1)
    closing.withdraw(complaint=case, now=NOW + DAY)
    closing.withdraw(complaint=case, now=NOW + DAY)
    after = fresh(case)
    assert (after.status, after.escalate_at, after.assignee) == ("withdrawn", None, None)


def test_an_answered_case_cannot_be_withdrawn() -> None:
    case = resolve(held(3), 3)
    with pytest.raises(SomebodyWasFirst):
        closing.withdraw(complaint=case, now=NOW + 30 * DAY)


def test_forwarding_registers_anew_with_own_30_days_and_links() -> None:
    fund = make_fund()
    case = held(2)
    filed = closing.forward(
        complaint=case, to=fund, reason="wrong_addressee", by=person(2), profile=profile(person(2)),
        now=NOW + 7 * DAY,
    )  # fmt: skip
    assert (filed.complaint.branch, filed.complaint.tier) == (fund, 4)
    assert filed.complaint.answer_due_on == date(2026, 4, 24) > case.answer_due_on
    assert fresh(case).status == "forwarded"
    assert Link.objects.get(earlier=case).kind == "forward"


def test_forwarding_to_itself_is_refused() -> None:
    case = held(2)
    with pytest.raises(RuleBroken):
        closing.forward(
            complaint=case, to=case.branch, reason="other", by=person(2), profile=profile(person(2)), now=NOW
        )
