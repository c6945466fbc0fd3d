"""Kind, theme, urgency: what is raised holds at once, what is lowered waits for a second person."""

import pytest
from django.core import mail

from complaints.escalation import rounds
from complaints.escalation.sweep import sweep
from complaints.models import History, Message, Reclassification
from complaints.permissions import NotAllowed
from complaints.services import closing, hops
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from omsportal.platform.models import Outbox
from representatives import api_keys
from tests.complaints.services.reclassifying import (
    HOUR,
    MINUTE,
    decide,
    fresh,
    head,
    held,
    person,
    propose,
    told,
)
from tests.factories import (
    APPLICANT,
    NOW,
    make_branch,
    make_category,
    make_complaint,
    make_fund,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db


# --- at once, or with a second person ---


def test_a_consultation_becomes_a_complaint_at_once() -> None:
    case = held(kind="consultation")
    change = propose(case, person(2), kind="complaint")
    assert (change.approved, change.decided_by, change.decided_at) == (True, None, change.proposed_at)
    assert fresh(case).kind == "complaint"
    line = History.objects.get(complaint=case, event="reclassified")
    assert (line.by, line.reason, line.cause) == (person(2), "patient_asks", "staff")


def test_the_patients_own_choice_stays() -> None:
    case = held()
    own = case.patient_category
    propose(case, person(2), category=make_category("money"))
    assert (fresh(case).category.slug, fresh(case).patient_category) == ("money", own)


@pytest.mark.parametrize("kind", ["consultation", "application", "proposal", "thanks"])
def test_a_complaint_becomes_nothing_less_without_a_second_person(kind: str) -> None:
    case = held()
    change = propose(case, person(2), kind=kind)
    assert (change.decided_at, fresh(case).kind) == (None, "complaint")
    assert not History.objects.filter(complaint=case, event="reclassified").exists()
    decide(case, person(2, "colleague"))
    assert fresh(case).kind == kind
    line = History.objects.get(complaint=case, event="reclassified")
    change.refresh_from_db()
    assert (line.by, change.decided_by) == (person(2), person(2, "colleague"))


def test_who_may_decide_is_told_and_so_is_who_proposed() -> None:
    case = held()
    propose(case, person(2), kind="consultation")
    branch = case.branch_id
    assert told("reclassification_proposed") == {("pool", branch), ("head", branch)}
    decide(case, head())
    assert told("reclassification_approved") == {("user", person(2).pk)}


def test_a_refused_change_changes_nothing_and_staff_read_who_refused() -> None:
    case = held()
    propose(case, person(2), kind="consultation")
    due_at = fresh(case).due_at
    change = decide(case, head(), approve=False, note="Это жалоба")
    after = fresh(case)
    assert (change.approved, after.kind, after.due_at) == (False, "complaint", due_at)
    assert told("reclassification_refused") == {("user", person(2).pk)}
    said = Message.objects.filter(complaint=case, author_kind="system").get()
    assert said.is_internal
    assert str(head()) in said.sealed["text"]
    line = case.history.get(event="proposal_refused")
    assert (line.by, line.cause, line.from_tier, line.to_tier) == (head(), "staff", case.tier, case.tier)


def test_nobody_decides_on_their_own_proposal() -> None:
    case = held()
    propose(case, person(2), kind="consultation")
    with pytest.raises(NotAllowed) as error:
        decide(case, person(2))
    assert error.value.why == "second_person"
    assert fresh(case).kind == "complaint"


def test_the_head_who_proposed_does_not_decide_either() -> None:
    case = make_complaint(tier=2)
    propose(case, head(), kind="consultation")
    with pytest.raises(NotAllowed):
        decide(case, head())
    assert decide(case, person(2)).approved


def test_a_system_is_no_second_person() -> None:
    case = held()
    propose(case, person(2), kind="consultation")
    robot = api_keys.service_representative(branch=make_branch(), name="МИС", tier=2)
    api_keys.create(branch=make_branch(), user=robot, name="МИС", scopes=["work"], lifetime=HOUR, now=NOW)
    with pytest.raises(NotAllowed) as error:
        decide(case, robot)
    assert error.value.why == "not_a_person"


@pytest.mark.parametrize("tier", [1, 3])
def test_people_of_another_tier_do_not_decide(tier: int) -> None:
    case = held()
    propose(case, person(2), kind="consultation")
    with pytest.raises(NotAllowed) as error:
        decide(case, person(tier))
    assert error.value.why == "other_tier"


def test_people_of_another_branch_do_not_decide() -> None:
    case = held()
    propose(case, person(2), kind="consultation")
    with pytest.raises(NotAllowed):
        decide(case, make_staff("rival", 2, make_branch("reso-med")))


def test_only_holder_and_head_propose() -> None:
    case = held()
    with pytest.raises(NotAllowed) as error:
        propose(case, person(2, "colleague"), kind="consultation")
    assert error.value.why == "not_holder"
    assert propose(case, head(), kind="consultation").proposed_by == head()


def test_pressing_twice_proposes_once() -> None:
    case = held()
    first, second = (propose(case, person(2), kind="consultation") for _press in range(2))
    assert first.pk == second.pk
    assert Message.objects.filter(complaint=case, is_internal=True).count() == 1


def test_a_later_proposal_takes_the_place_of_the_earlier() -> None:
    case = held()
    first = propose(case, person(2), kind="consultation")
    second = propose(case, person(2), now=case.entered_at + 2 * MINUTE, kind="application")
    first.refresh_from_db()
    assert (first.approved, first.decided_by) == (False, None)
    with pytest.raises(SomebodyWasFirst):
        decide(case, head(), proposal_id=first.pk, now=case.entered_at + 3 * MINUTE)
    decide(case, head(), proposal_id=second.pk, now=case.entered_at + 3 * MINUTE)
    assert fresh(case).kind == "application"


def test_a_decision_is_made_once() -> None:
    case = held()
    change = propose(case, person(2), kind="consultation")
    decide(case, head(), approve=False)
    with pytest.raises(SomebodyWasFirst):
        decide(case, person(2, "colleague"), proposal_id=change.pk)
    assert fresh(case).kind == "complaint"


# --- what is asked of a change ---


def test_nothing_changed_is_no_change() -> None:
    with pytest.raises(RuleBroken) as error:
        propose(held(), person(2))
    assert error.value.code == "nothing_changed"


@pytest.mark.parametrize(
    "wanted", [{"kind": "consultation"}, {"kind": "application", "reason": "other"}, {"reason": "other"}]
)
def test_what_is_lowered_or_has_another_reason_needs_words(wanted: dict[str, str]) -> None:
    case = held()
    with pytest.raises(RuleBroken) as error:
        propose(case, person(2), note=" ", **{"category": make_category("money"), **wanted})
    assert error.value.code == "note_needed"


def test_a_theme_about_the_insurer_goes_to_the_fund_by_forwarding_only() -> None:
    case = held()
    about = make_category("insurer", about_insurer=True)
    with pytest.raises(RuleBroken) as error:
        propose(case, person(2), category=about)
    assert error.value.code == "forward_to_fund"
    fund = make_fund()
    case = make_complaint(fund, held_by=make_staff("fund_operator", 4, fund))
    propose(case, make_staff("fund_operator", 4, fund), category=about)
    assert fresh(case).category == about


def test_urgency_does_not_wait_for_a_second_person_about_the_kind() -> None:
    case = held()
    with pytest.raises(RuleBroken) as error:
        propose(case, person(2), urgency="urgent", kind="consultation")
    assert error.value.code == "one_at_a_time"


def test_an_ended_case_is_not_classified_anew() -> None:
    case = held()
    closing.resolve(
        complaint=case, outcome="organised", text="Записали", by=person(2), profile=profile(person(2)),
        now=case.entered_at + MINUTE,
    )  # fmt: skip
    with pytest.raises(NotAllowed) as error:
        propose(case, person(2), kind="consultation", now=case.entered_at + HOUR)
    assert error.value.why == "status"


# --- where it goes ---


def test_an_urgent_case_never_waits_in_tier_1() -> None:
    case = held(1)
    now = case.entered_at + HOUR
    propose(case, person(1), urgency="urgent", now=now)
    after = fresh(case)
    assert (after.tier, after.hop, after.status, after.assignee) == (2, 1, "new", None)
    assert after.due_at == after.escalate_at == now + 15 * MINUTE
    events = History.objects.filter(complaint=case, at=now).order_by("id").values_list("event", "hop")
    assert list(events) == [("reclassified", 0), ("escalated_by_hand", 1)]


def test_a_theme_of_the_experts_takes_the_case_up_with_one_line_for_each_hop() -> None:
    case = held(1)
    propose(case, person(1), category=make_category("quality", arrival_tier=3))
    after = fresh(case)
    assert (after.tier, after.hop) == (3, 2)
    lines = History.objects.filter(complaint=case, event="escalated_by_hand").order_by("id")
    assert list(lines.values_list("hop", "from_tier", "to_tier")) == [(1, 1, 2), (2, 2, 3)]


def test_no_theme_takes_a_case_down() -> None:
    case = held(3, category=make_category("quality", arrival_tier=3))
    propose(case, person(3), category=make_category("waiting"))
    assert (fresh(case).tier, fresh(case).status) == (3, "in_work")


def test_a_case_given_back_stays_when_its_theme_is_no_higher() -> None:
    case = held(3, category=make_category("quality", arrival_tier=3))
    hops.return_to_lower_tier(
        complaint=case, reason="incomplete", note="Уточните", by=person(3), profile=profile(person(3)),
        now=case.entered_at + MINUTE,
    )  # fmt: skip
    propose(case, head(), category=make_category("refusal", arrival_tier=3), now=case.entered_at + HOUR)
    assert fresh(case).tier == 2


# --- the case moved meanwhile ---


def test_a_proposal_lapses_when_the_case_moved() -> None:
    case = held(2)
    change = propose(case, person(2), kind="consultation")
    sweep(now=case.due_at)
    with pytest.raises(SomebodyWasFirst):
        decide(case, person(3), now=case.due_at + MINUTE, proposal_id=change.pk)
    change.refresh_from_db()
    assert (change.approved, change.decided_by, fresh(case).kind) == (False, None, "complaint")
    assert told("reclassification_lapsed") == {("user", person(2).pk)}
    assert (case.history.get(event="proposal_lapsed").cause, fresh(case).tier) == ("system", 3)


def test_the_round_ends_outdated_proposals_and_leaves_the_others() -> None:
    standing, moved, answered = (held(2) for _case in range(3))
    proposals = [propose(case, person(2), kind="consultation") for case in (standing, moved, answered)]
    hops.escalate(
        complaint=moved, reason="competence", by=person(2), profile=profile(person(2)),
        now=moved.entered_at + HOUR,
    )  # fmt: skip
    closing.resolve(
        complaint=answered, outcome="organised", text="Записали", by=person(2), profile=profile(person(2)),
        now=answered.entered_at + HOUR,
    )  # fmt: skip
    made = rounds.make(now=answered.entered_at + 2 * HOUR)
    assert "proposals" in made
    assert list(Reclassification.objects.open()) == [proposals[0]]
    assert Outbox.objects.filter(kind="reclassification_lapsed").count() == 2
    assert not standing.history.filter(event="proposal_lapsed").exists()
    assert answered.history.filter(event="proposal_lapsed").count() == 1


# --- the patient ---


def test_the_patient_is_told_of_a_changed_urgency_in_plain_words() -> None:
    case = held(2, urgency="urgent", consents=["email"])
    propose(case, person(2), urgency="ordinary")
    assert not Message.objects.filter(complaint=case).public().exists()
    decide(case, head())
    said = Message.objects.filter(complaint=case).public().get()
    assert said.author_kind == "system"
    assert "не срочное" in said.sealed["text"]
    assert "103" in said.sealed["text"]
    assert "уровн" not in said.sealed["text"]
    mails = Outbox.objects.filter(channel="email", kind="message", subject_id=case.pk)
    assert [row.payload for row in mails] == [{"number": case.number}]
    assert APPLICANT["surname"] not in str(mails[0].payload)
    assert not mail.outbox


def test_the_patient_is_told_that_it_is_urgent_now() -> None:
    case = held(1)
    propose(case, person(1), urgency="urgent")
    assert "срочное" in Message.objects.filter(complaint=case).public().get().sealed["text"]


def test_another_theme_or_kind_is_the_staffs_own_matter() -> None:
    case = held(2, kind="consultation")
    propose(case, person(2), kind="complaint", category=make_category("money"))
    assert not Message.objects.filter(complaint=case).public().exists()
