"""One event in several appeals: linked, the earliest date rules, and nobody learns of anybody else."""

from datetime import timedelta

import pytest

from complaints.escalation import calendar_changes
from complaints.kinds import Form
from complaints.models import Barring, Complaint, History, Link
from complaints.permissions import NotAllowed
from complaints.reports.public.case import case_page
from complaints.reports.staff import duplicates
from complaints.services import closing, linking
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Event
from insurers.models import CalendarDay, DayKind
from omsportal.platform import jobs
from representatives.models import User
from tests.factories import NOW, make_branch, make_complaint, make_staff, profile

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LATER = NOW + 7 * DAY
DAUGHTER = {"surname": "Соколова", "first_name": "Анна", "phone": "+79207654321"}


def operator(name: str = "operator") -> User:
    return make_staff(name, 1, make_branch())


def head() -> User:
    return make_staff("head", heads=make_branch())


def two(**later: object) -> tuple[Complaint, Complaint]:
    """On the site, and a week later by letter."""
    first = make_complaint(held_by=operator())
    return first, make_complaint(now=LATER, held_by=operator(), channel="letter", **later)


def link(one: Complaint, other: Complaint, by: User | None = None, **changed: object) -> Link:
    who = by or operator()
    asked = {"reason": "same_event", "now": LATER + MINUTE, **changed}
    return linking.link(complaint=one, other=other, by=who, profile=profile(who), **asked)


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.with_card().get(pk=case.pk)


def lines(case: Complaint, event: str) -> list[History]:
    return list(History.objects.filter(complaint=case, event=event))


def test_the_date_of_the_law_counts_from_the_earliest_registration() -> None:
    first, second = two()
    own = second.answer_due_on
    link(second, first)
    assert (fresh(second).answer_due_on, fresh(second).counts_from_on) == (
        first.answer_due_on, first.registered_on,
    )  # fmt: skip
    assert (fresh(first).answer_due_on, fresh(first).counts_from_on) == (first.answer_due_on, None)
    line = lines(second, Event.LINKED)[0]
    assert (line.by, line.reason, line.answer_before, line.answer_after) == (
        operator(), "same_event", own, first.answer_due_on,
    )  # fmt: skip
    assert len(lines(first, Event.LINKED)) == 1


def test_each_keeps_number_code_and_day_of_registration() -> None:
    first, second = two()
    link(second, first)
    kept = ("number", "access_code_digest", "registered_on", "registered_at", "status", "tier", "assignee_id")
    for case in (first, second):
        assert [getattr(fresh(case), name) for name in kept] == [getattr(case, name) for name in kept]


def test_a_third_appeal_gets_the_date_of_the_first_through_the_second() -> None:
    first, second = two()
    third = make_complaint(now=LATER + DAY)
    link(third, second, now=LATER + DAY)
    assert fresh(third).counts_from_on == second.registered_on
    link(second, first, now=LATER + DAY)
    assert {fresh(case).answer_due_on for case in (first, second, third)} == {first.answer_due_on}
    assert lines(third, Event.LINKED)[-1].answer_after == first.answer_due_on


def test_an_answered_appeal_does_not_rule_and_keeps_its_date() -> None:
    expert = make_staff("specialist", 2, make_branch())
    answered = make_complaint(tier=2, held_by=expert)
    at = answered.entered_at + MINUTE
    closing.resolve(
        complaint=answered,
        outcome="organised",
        text="Запись сделана",
        by=expert,
        profile=profile(expert),
        now=at,
    )
    second = make_complaint(now=at + DAY, held_by=operator())
    link(second, answered, now=at + DAY + MINUTE)
    assert (fresh(second).answer_due_on, fresh(second).counts_from_on) == (second.answer_due_on, None)
    assert fresh(answered).answer_due_on == answered.answer_due_on


def test_cases_that_run_in_one_queue_end_together_and_never_before_now() -> None:
    first = make_complaint()
    second = make_complaint(now=NOW + timedelta(hours=2))
    link(second, first, now=NOW + timedelta(hours=2))
    assert fresh(second).due_at == fresh(second).escalate_at == first.due_at
    assert fresh(first).due_at == first.due_at
    late = make_complaint(now=NOW + timedelta(hours=5))
    moment = first.due_at + MINUTE
    link(late, first, now=moment)
    assert fresh(late).due_at == min(late.due_at, moment)


def test_an_oral_one_rules_too_and_has_no_date_of_its_own() -> None:
    call = make_complaint(channel="phone", form=Form.ORAL)
    letter = make_complaint(now=LATER, held_by=operator())
    link(letter, call)
    assert fresh(letter).counts_from_on == call.registered_on
    assert fresh(call).answer_due_on is None


def test_pressing_twice_is_one_link() -> None:
    first, second = two()
    assert link(second, first) == link(first, second)
    assert Link.objects.count() == 1
    assert len(lines(first, Event.LINKED)) == 1


def test_the_head_ends_a_link_and_both_get_their_own_dates_back() -> None:
    first, second = two()
    made = link(second, first)
    with pytest.raises(NotAllowed):
        linking.unlink(
            link=made, complaint=second, reason="other_event", by=operator(), profile=profile(operator()),
            now=LATER + DAY,
        )  # fmt: skip
    ended = linking.unlink(
        link=made, complaint=second, reason="other_event", by=head(), profile=profile(head()), now=LATER + DAY
    )
    assert (ended.ended_by, ended.end_reason) == (head(), "other_event")
    assert (fresh(second).answer_due_on, fresh(second).counts_from_on) == (second.answer_due_on, None)
    assert lines(second, Event.UNLINKED)[0].reason == "other_event"
    assert len(lines(first, Event.UNLINKED)) == 1
    with pytest.raises(SomebodyWasFirst):
        linking.unlink(
            link=made,
            complaint=second,
            reason="other_event",
            by=head(),
            profile=profile(head()),
            now=LATER + DAY,
        )
    assert link(second, first, now=LATER + 2 * DAY) != made


def test_ending_one_link_of_three_leaves_the_others_theirs() -> None:
    first, second = two()
    third = make_complaint(now=LATER + DAY)
    link(second, first)
    made = link(third, second, now=LATER + DAY)
    linking.unlink(
        link=made, complaint=third, reason="by_mistake", by=head(), profile=profile(head()), now=LATER + DAY
    )
    assert fresh(second).counts_from_on == first.registered_on
    assert fresh(third).counts_from_on is None
    assert lines(first, Event.UNLINKED) == []


@pytest.mark.parametrize("why", ["itself", "reason", "unknown_number", "not_one_event", "linked_otherwise"])
def test_it_refuses_what_is_no_event_of_two(why: str) -> None:
    first, second = two()
    other, asked = first, {}
    if why == "itself":
        other = second
    if why == "reason":
        asked = {"reason": "other_event"}
    if why == "unknown_number":
        other = make_complaint(make_branch("reso-med"), now=LATER)
    if why == "not_one_event":
        other = make_complaint(now=NOW - 40 * DAY)
    if why == "linked_otherwise":
        Link.objects.create(earlier=first, later=second, kind="repeated", linked_at=NOW)
    with pytest.raises(RuleBroken) as refused:
        link(second, other, **asked)
    assert refused.value.code == why
    assert not lines(second, Event.LINKED)


def test_who_does_not_work_the_case_links_nothing() -> None:
    first, second = two()
    with pytest.raises(NotAllowed):
        link(second, first, by=make_staff("specialist", 2, make_branch()))
    barred = operator("barred")
    Barring.objects.create(complaint=first, user=barred, why="complained_of")
    with pytest.raises(RuleBroken):
        link(second, first, by=barred)


def test_a_changed_calendar_counts_a_linked_appeal_from_the_earliest_day_too() -> None:
    first, second = two()
    link(second, first)
    due = fresh(second).answer_due_on
    CalendarDay.objects.create(date=due, kind=DayKind.DAY_OFF, title="Указ")
    job = jobs.request(
        kind="calendar.changed",
        arguments={"schedules": [], "region": None, "days": [due.isoformat()]},
        now=LATER + DAY,
    )
    calendar_changes.recount_calendar(job, jobs.Progress(job.pk))
    assert fresh(first).answer_due_on == fresh(second).answer_due_on < due


def test_an_applicant_is_not_told_of_the_other_appeal() -> None:
    first, second = two(applicant=DAUGHTER)
    link(second, first)
    closing.withdraw(complaint=first, now=LATER + DAY)
    shown = case_page(Complaint.objects.with_content().get(pk=first.pk), now=LATER + DAY)
    assert list(shown.links) == []
    assert [line for line in shown.lines if "связ" in str(line.text)] == []


# --- what looks like the same event ---


def test_it_offers_what_came_from_the_same_person_or_phone_within_a_month() -> None:
    first, second = two()
    make_complaint(now=NOW - 40 * DAY)
    make_complaint(now=LATER, applicant=DAUGHTER, patient={"surname": "Кузнецова"})
    found = duplicates.likely(second, profile(operator()))
    assert [each.case.pk for each in found] == [first.pk]
    assert len(found[0].signs) >= 3
    link(second, first)
    linked = duplicates.linked(second, profile(operator()))
    assert [each.case.pk for each in linked] == [first.pk]
    assert duplicates.likely(second, profile(operator()), known=[first.pk]) == []


def test_it_never_offers_what_this_person_may_not_see() -> None:
    _first, second = two()
    make_complaint(make_branch("reso-med"), now=LATER)
    found = duplicates.likely(second, profile(operator()))
    assert {each.case.branch_id for each in found} == {second.branch_id}
