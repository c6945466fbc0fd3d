"""The fairness report counts what it says it counts, by branch, tier and person, and nothing of others."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from complaints.escalation import fairness as engine
from complaints.escalation import moves
from complaints.escalation.fairness import Deeds
from complaints.kinds import Cause
from complaints.models import Complaint, History
from complaints.reports.staff import fairness as report
from complaints.reports.staff.watch import watch_of
from complaints.services import closing, thread, waiting
from complaints.states import Event
from insurers.models import Branch
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import NOW, make_branch, make_complaint, make_rules, make_staff, profile

PAGE = "/staff/fairness/"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SINCE, UNTIL = NOW - 30 * DAY, NOW + 30 * DAY


@pytest.fixture
def yard(db: None) -> Branch:
    """A branch whose working time is known around NOW: Monday to Friday, 09:00 to 18:00."""
    make_rules()
    return make_branch()


@pytest.fixture
def specialist(yard: Branch) -> User:
    return make_staff("specialist", 2, yard)


def decide(case: Complaint, by: User, at: datetime, *, contact: bool = True) -> Complaint:
    if contact:
        thread.post_by_staff(complaint=case, text="Здравствуйте", by=by, profile=profile(by), now=at)
    outcome = "organised"
    return closing.resolve(
        complaint=case, outcome=outcome, text="Помогли", by=by, profile=profile(by), now=at
    )


def held(branch: Branch, by: User) -> Complaint:
    """In work with a specialist: five working days from its entry into tier 2."""
    return make_complaint(branch, tier=2, held_by=by, now=NOW)


def of(person: User | None, branch: Branch, *, tier: int = 2) -> Deeds:
    """The line of this person, all zeros when there is none."""
    rows = engine.deeds(branch_ids=[branch.pk], since=SINCE, until=UNTIL)
    key = (tier, person.pk if person else None)
    found = [row for row in rows if (row.tier, row.person_id) == key]
    return found[0] if found else Deeds(branch.pk, *key, 0, 0, 0, 0, 0, 0, 0)


# --- what is counted ---


def test_a_decision_after_a_message_is_a_decision_and_no_more(yard: Branch, specialist: User) -> None:
    case = held(yard, specialist)
    decide(case, specialist, case.entered_at + HOUR)
    row = of(specialist, yard)
    assert (row.decided, row.untouched, row.last_tenth) == (1, 0, 0)


def test_a_decision_without_a_word_to_the_applicant_is_one_without_contact(
    yard: Branch, specialist: User
) -> None:
    case = held(yard, specialist)
    decide(case, specialist, case.entered_at + HOUR, contact=False)
    assert of(specialist, yard).untouched == 1


@pytest.mark.parametrize(("is_call", "untouched"), [(True, 0), (False, 1)])
def test_a_logged_call_is_a_contact_and_a_note_is_not(
    is_call: bool, untouched: int, yard: Branch, specialist: User
) -> None:
    case = held(yard, specialist)
    at = case.entered_at + HOUR
    thread.post_by_staff(
        complaint=case, text="Звонок", is_internal=True, is_call=is_call, by=specialist,
        profile=profile(specialist), now=at,
    )  # fmt: skip
    decide(case, specialist, at, contact=False)
    assert of(specialist, yard).untouched == untouched


def test_a_message_of_the_patient_or_after_the_decision_is_no_contact(yard: Branch, specialist: User) -> None:
    case = held(yard, specialist)
    at = case.entered_at + HOUR
    thread.post_by_patient(complaint=case, text="Есть новости?", now=at)
    case = decide(case, specialist, at, contact=False)
    thread.post_by_staff(
        complaint=case, text="Готово", by=specialist, profile=profile(specialist), now=at + HOUR
    )
    assert of(specialist, yard).untouched == 1


@pytest.mark.parametrize(
    ("hours_left", "counted"), [(45, 0), (4.6, 0), (4.5, 0), (4.4, 1), (0.1, 1), (0, 1), (-0.5, 0)]
)
def test_the_last_tenth_is_of_working_time_and_a_late_decision_is_not_in_it(
    hours_left: float, counted: int, yard: Branch, specialist: User
) -> None:
    """Five working days are 45 hours, so the last tenth is the last four and a half: over a night too."""
    case = held(yard, specialist)
    due_at = datetime(2026, 3, 24, 7, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Moscow: one hour of its day
    overnight = timedelta(hours=15) if hours_left > 1 else timedelta()
    Complaint.objects.filter(pk=case.pk).update(due_at=due_at, escalate_at=due_at)
    case = Complaint.objects.get(pk=case.pk)
    at = due_at - timedelta(hours=hours_left) - overnight
    if hours_left == 45:
        at = due_at - 7 * DAY
    History.objects.create(
        complaint=case, at=at, event=Event.RESOLVED, hop=case.hop, cause=Cause.STAFF, by=specialist,
        from_tier=2, to_tier=2, from_branch=yard, to_branch=yard, due_before=due_at, due_after=due_at,
    )  # fmt: skip
    row = of(specialist, yard)
    assert (row.decided, row.last_tenth) == (1, counted)


def test_a_pause_counts_against_who_asked_for_it(yard: Branch, specialist: User) -> None:
    case = held(yard, specialist)
    waiting.wait(
        complaint=case, question="Какой врач?", working_days=2, by=specialist, profile=profile(specialist),
        now=case.entered_at + HOUR,
    )  # fmt: skip
    assert of(specialist, yard).paused == 1


def test_a_reclassification_counts_against_who_made_it(yard: Branch, specialist: User) -> None:
    case = held(yard, specialist)
    History.objects.create(
        complaint=case, at=case.entered_at + HOUR, event=Event.RECLASSIFIED, hop=case.hop, cause=Cause.STAFF,
        by=specialist, from_tier=2, to_tier=2, from_branch=yard, to_branch=yard,
    )  # fmt: skip
    assert of(specialist, yard).reclassified == 1


def test_asking_again_counts_against_who_had_decided(yard: Branch, specialist: User) -> None:
    case = held(yard, specialist)
    case = decide(case, specialist, case.entered_at + HOUR)
    closing.reopen(complaint=case, text="Не помогло", now=case.entered_at + 2 * HOUR)
    assert of(specialist, yard).reopened == 1


def test_a_hop_of_the_timer_counts_against_the_holder_and_the_tier(yard: Branch) -> None:
    operator = make_staff("operator", 1, yard)
    case = make_complaint(yard, held_by=operator)
    moves.move_named_due(ids=[case.pk], now=case.due_at)
    assert of(operator, yard, tier=1).late == 1
    assert of(None, yard, tier=1).late == 0


def test_a_hop_from_the_queue_counts_against_the_tier_alone(yard: Branch, specialist: User) -> None:
    make_complaint(yard, tier=2)
    assert of(None, yard, tier=1).late == 1
    assert of(specialist, yard).late == 0


def test_a_hop_by_hand_is_nobodys_lateness(yard: Branch) -> None:
    operator = make_staff("operator", 1, yard)
    case = make_complaint(yard, held_by=operator)
    moves.move_up(complaint_id=case.pk, by_id=operator.pk, reason="other", now=NOW + HOUR)
    assert engine.deeds(branch_ids=[yard.pk], since=SINCE, until=UNTIL) == []


def test_the_last_tier_out_of_time_counts_as_late(yard: Branch) -> None:
    expert = make_staff("expert", 3, yard)
    case = make_complaint(yard, tier=3, held_by=expert)
    moves.move_named_due(ids=[case.pk], now=case.due_at)
    assert of(expert, yard, tier=3).late == 1


def test_only_the_period_and_the_branch_are_counted(yard: Branch, specialist: User) -> None:
    case = held(yard, specialist)
    at = case.entered_at + HOUR
    decide(case, specialist, at)

    def decided(branch: Branch, since: datetime, until: datetime) -> int:
        return sum(row.decided for row in engine.deeds(branch_ids=[branch.pk], since=since, until=until))

    assert decided(yard, at, at + HOUR) == 1
    assert decided(yard, at - HOUR, at) == 0
    assert decided(yard, at + HOUR, at + DAY) == 0
    assert decided(make_branch("reso-med"), SINCE, UNTIL) == 0


# --- the page ---


def test_sums_of_a_branch_are_the_sums_of_its_people(yard: Branch, specialist: User) -> None:
    for contact in (True, False):
        case = held(yard, specialist)
        decide(case, specialist, case.entered_at + HOUR, contact=contact)
    head = make_staff("head", heads=yard)
    watch = watch_of(head, profile(head))
    figures = report.fairness(watch, None, "", NOW + 10 * DAY)
    assert figures.chosen == yard
    assert [row.name for row in figures.by_person] == ["", "Specialist"]
    by_person = [sum(column) for column in zip(*(row.figures for row in figures.by_person), strict=True)]
    assert by_person == figures.by_branch[0].figures == [2, 1, 0, 0, 0, 0, 2]


def test_months_are_counted_by_days_of_the_branch(yard: Branch, specialist: User) -> None:
    """22:30 UTC of the last of March is the first of April in Moscow."""
    head = make_staff("head", heads=yard)
    watch = watch_of(head, profile(head))
    later = datetime(2026, 5, 20, tzinfo=UTC)
    figures = report.fairness(watch, None, "2026-03", later)
    assert figures.period.until == datetime(2026, 3, 31, 21, 0, tzinfo=UTC)
    assert len(figures.periods) == 13
    assert report.fairness(watch, None, "nonsense", later).period.key == ""


def test_the_fund_compares_its_branches_and_opens_one(client_of: ClientOf, branch: Branch) -> None:
    rival = make_branch("reso-med")
    figures = client_of("fund").get(PAGE).context["figures"]
    assert {row.branch for row in figures.by_branch} >= {branch, rival}
    assert figures.by_person == []
    chosen = client_of("fund").get(PAGE, {"branch": rival.pk}).context["figures"]
    assert chosen.chosen == rival


def test_a_head_does_not_open_a_foreign_branch(client_of: ClientOf, branch: Branch) -> None:
    figures = client_of("head").get(PAGE, {"branch": make_branch("reso-med").pk}).context["figures"]
    assert (figures.chosen, figures.branches) == (branch, [branch])


@pytest.mark.parametrize("typed", ["9" * 5_000, "-1", "²", "x"])
def test_what_is_no_branch_or_period_is_no_error(client_of: ClientOf, typed: str) -> None:
    assert client_of("fund").get(PAGE, {"branch": typed, "period": typed}).status_code == 200


def test_of_too_many_branches_one_is_chosen_first(
    people: dict[str, User], client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MOST_BRANCHES", 1)
    figures = client_of("admin").get(PAGE).context["figures"]
    assert figures.must_choose
    assert figures.by_branch == []


def test_each_figure_is_explained(client_of: ClientOf) -> None:
    answer = client_of("head").get(PAGE)
    text = answer.content.decode()
    assert [
        str(meaning)[:20] for _title, meaning in report.COLUMNS.values() if str(meaning)[:20] not in text
    ] == []


def test_it_stays_within_its_queries(
    held_case: Any, client_of: ClientOf, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    head: Client = client_of("head")
    with django_assert_max_num_queries(10):
        head.get(PAGE)
