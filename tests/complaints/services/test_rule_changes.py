"""A changed rule: shorter limits hold for open cases at once, longer ones only if the fund agreed."""

from datetime import timedelta

import pytest

from complaints.models import Complaint, EffectiveRule, EscalationRule, RuleEdition
from complaints.services import rule_changes, thread
from insurers.models import Insurer
from insurers.services import calendar, organisations
from omsportal.platform import jobs
from tests.complaints.escalation.test_recount import THURSDAY, make_day_off
from tests.factories import NOW, make_branch, make_category, make_complaint, make_rules, make_staff, profile

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def set_limit(days: int, tier: int = 2, **fields: object) -> dict[str, object] | None:
    """Working days of a tier's decision; returns what the job said."""
    edition = RuleEdition.objects.get(pk=make_rules().pk)
    with rule_changes.changing(editions=[edition], by_id=None, now=NOW + DAY):
        changed = EscalationRule.objects.filter(edition=edition, tier=tier, urgency="")
        changed.update(resolution_limit=days, **fields)
    job = jobs.run_next(NOW + DAY)
    assert job is None or job.state == "done", job.error
    return job and job.result


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.get(pk=case.pk)


def approve() -> None:
    RuleEdition.objects.filter(pk=make_rules().pk).update(approved_by_fund=True)


def test_a_shorter_limit_moves_open_cases_forward() -> None:
    case = make_complaint(tier=2)
    assert set_limit(4) == {"seen": 1, "moved": 1, "kept": 0}
    assert fresh(case).due_at == case.due_at - DAY
    assert case.history.get(event="recounted").due_before == case.due_at


def test_a_longer_limit_never_gives_an_open_case_more_time() -> None:
    case = make_complaint(tier=2)
    assert set_limit(7) == {"seen": 1, "moved": 0, "kept": 1}
    assert fresh(case).due_at == case.due_at


def test_cases_filed_afterwards_get_the_longer_limit() -> None:
    make_complaint(tier=2)
    set_limit(7)
    later = make_complaint(tier=2, now=NOW + 2 * DAY)
    assert later.rule_edition == make_rules()
    assert later.due_at > later.entered_at + 8 * DAY


def test_a_longer_limit_holds_for_open_cases_if_the_fund_agreed() -> None:
    case = make_complaint(tier=2)
    approve()
    assert set_limit(6) == {"seen": 1, "moved": 1, "kept": 0}
    assert fresh(case).due_at == case.due_at + DAY


def test_a_reaction_does_not_let_the_longer_limit_in() -> None:
    operator = make_staff("operator", 1, make_branch())
    case = make_complaint(held_by=operator)
    set_limit(9, tier=1)
    thread.post_by_staff(
        complaint=case, text="Здравствуйте", by=operator, profile=profile(operator), now=NOW + DAY / 24
    )
    assert fresh(case).due_at == NOW + DAY


def test_a_changed_calendar_does_not_let_the_longer_limit_in() -> None:
    case = make_complaint(tier=2)
    set_limit(9)
    make_day_off(THURSDAY)
    jobs.run_next(NOW)
    assert fresh(case).due_at == case.due_at + DAY


def test_a_case_below_the_longer_tier_keeps_its_rules_for_the_climb() -> None:
    case = make_complaint()
    assert set_limit(9) == {"seen": 0, "moved": 0, "kept": 1}
    climbed = make_complaint(tier=2)  # filed with the new limit, at the same moment
    assert fresh(case).rule_edition != climbed.rule_edition


def test_a_case_above_the_longer_tier_is_left_alone() -> None:
    case = make_complaint(tier=3)
    assert set_limit(9) == {"seen": 0, "moved": 0, "kept": 0}
    assert fresh(case).rule_edition == make_rules()


def test_rules_that_nobody_needs_are_not_kept() -> None:
    make_complaint(tier=3)
    set_limit(9)
    assert RuleEdition.objects.count() == 1


def test_kept_rules_are_never_in_force_for_a_new_case() -> None:
    for limit in (6, 7, 8):
        make_complaint(tier=2, now=NOW + timedelta(minutes=limit))
        set_limit(limit)
    assert RuleEdition.objects.count() == 4
    assert RuleEdition.objects.in_force_at(NOW) == make_rules()


def test_each_case_stays_under_the_rules_it_was_filed_under() -> None:
    first = make_complaint(tier=2)
    set_limit(6)
    second = make_complaint(tier=2, now=NOW)
    set_limit(7)
    assert fresh(second).due_at == second.due_at == first.due_at + DAY


def test_a_case_given_back_follows_the_rule_of_the_tier_above() -> None:
    from tests.complaints.escalation.test_recount import given_back

    case = given_back()
    assert set_limit(1, tier=3) == {"seen": 1, "moved": 1, "kept": 0}
    assert fresh(case).due_at == case.due_at - DAY


def test_another_unit_is_compared_by_the_hours_it_takes() -> None:
    case = make_complaint(tier=2)
    assert set_limit(30, resolution_unit="minute") == {"seen": 1, "moved": 1, "kept": 0}
    assert fresh(case).due_at == case.entered_at + timedelta(minutes=30)


def test_working_hours_instead_of_minutes_are_more_time() -> None:
    make_complaint(urgency="urgent")
    edition = make_rules()
    with rule_changes.changing(editions=[edition], by_id=None, now=NOW):
        urgent = EscalationRule.objects.filter(edition=edition, urgency="urgent", tier=2)
        urgent.update(resolution_limit=1, resolution_unit="working_hour")
    job = jobs.run_next(NOW)
    assert job is not None
    assert job.result == {"seen": 1, "moved": 0, "kept": 1}


def test_a_reaction_that_is_asked_no_more_is_more_time() -> None:
    case = make_complaint()
    assert set_limit(1, tier=1, reaction_limit=None, reaction_unit="") == {"seen": 1, "moved": 0, "kept": 1}
    assert fresh(case).due_at == case.due_at


def test_a_deleted_rule_leaves_open_cases_theirs() -> None:
    case = make_complaint(tier=2)
    edition = make_rules()
    with rule_changes.changing(editions=[edition], by_id=None, now=NOW):
        EscalationRule.objects.filter(edition=edition, tier=2, urgency="").delete()
    jobs.run_next(NOW)
    assert fresh(case).rule_edition != edition
    assert fresh(case).due_at == case.due_at


def test_a_save_that_changes_no_limit_asks_for_nothing() -> None:
    make_complaint(tier=2)
    assert set_limit(5) is None
    assert RuleEdition.objects.count() == 1


def test_a_rule_of_one_insurer_moves_only_its_cases() -> None:
    own, other = make_complaint(tier=2), make_complaint(make_branch("reso-med"), tier=2)
    edition = make_rules()
    with rule_changes.changing(editions=[edition], by_id=None, now=NOW):
        EscalationRule.objects.create(
            edition=edition, tier=2, insurer=own.branch.insurer, resolution_limit=1,
            resolution_unit="working_day",
        )  # fmt: skip
    job = jobs.run_next(NOW)
    assert job is not None
    assert job.result["seen"] == 1
    assert (fresh(own).due_at, fresh(other).due_at) == (own.due_at - 6 * DAY, other.due_at)


def test_a_new_insurer_has_limits_after_its_job() -> None:
    make_rules()
    make_category()
    insurer = Insurer.objects.create(code="new", short_name="Новая", full_name="АО «Новая»")
    organisations.insurer_added(insurer=insurer, by_id=None, now=NOW)
    assert not EffectiveRule.objects.filter(insurer_key=insurer.pk).exists()
    jobs.run_next(NOW)
    assert EffectiveRule.objects.filter(insurer_key=insurer.pk).exists()


def test_calendar_and_rules_have_handlers() -> None:
    assert {calendar.CALENDAR_CHANGED, rule_changes.RULES_CHANGED} <= set(jobs._handlers)
