"""A changed calendar moves open cases, with the old and the new moment in history."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from complaints.escalation import recount, recount_sql
from complaints.escalation.sweep import sweep
from complaints.models import Category, Complaint, EscalationRule, History
from complaints.services import hops, reclassify, rules, thread, waiting
from insurers.models import Branch, CalendarDay, WorkingSchedule
from insurers.services import calendar
from omsportal.platform import jobs
from omsportal.platform.models import Job
from representatives.models import User
from tests.complaints.crowd import copies
from tests.factories import (
    NOW,
    make_branch,
    make_category,
    make_complaint,
    make_rules,
    make_schedule,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
THURSDAY = date(2026, 3, 19)


def make_day_off(*days: date) -> None:
    """Of the whole country; the job it asks for waits."""
    WorkingSchedule.objects.update(follows_calendar=True)
    for day in days:
        CalendarDay.objects.create(date=day, kind="day_off", title="Выходной")
    calendar.day_changed(region_id=None, by_id=None, now=NOW)


def run() -> Job:
    job = jobs.run_next(NOW)
    assert job is not None
    assert job.state == "done", job.error
    return job


def recount_again(case: Complaint) -> dict[str, int]:
    """Nothing was changed: what does a recount find to move?"""
    jobs.request(kind=calendar.CALENDAR_CHANGED, arguments={"schedules": [case.branch.schedule_id]}, now=NOW)
    return dict(run().result)


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.get(pk=case.pk)


def specialist() -> User:
    return make_staff("specialist", 2, make_branch())


def ask(case: Complaint, *, at: datetime) -> Complaint:
    by = specialist()
    return waiting.wait(complaint=case, question="Когда?", working_days=5, by=by, profile=profile(by), now=at)


def answer(case: Complaint, *, at: datetime) -> Complaint:
    thread.post_by_patient(complaint=case, text="Завтра", now=at)
    return fresh(case)


def in_work() -> Complaint:
    """In tier 2 since Wednesday 16:00 Moscow, five working days: due on Wednesday, the 25th, at 16:00."""
    case = make_complaint(tier=2, held_by=specialist())
    assert case.entered_at == datetime(2026, 3, 18, 13, 0, tzinfo=UTC)
    assert case.due_at == datetime(2026, 3, 25, 13, 0, tzinfo=UTC)
    return case


def test_a_new_day_off_moves_the_due_moment_and_says_so() -> None:
    case = make_complaint(tier=2)
    before = case.due_at
    make_day_off(THURSDAY)
    assert run().result == {"seen": 1, "moved": 1}
    after = fresh(case)
    assert after.due_at == after.escalate_at == before + DAY
    line = History.objects.get(complaint=case, event="recounted")
    assert (line.due_before, line.due_after, line.cause) == (before, after.due_at, "system")


def test_a_moved_moment_is_looked_at_for_warnings_at_once() -> None:
    case = make_complaint(tier=2)
    make_day_off(THURSDAY)
    run()
    moment = History.objects.get(complaint=case, event="recounted").at
    assert fresh(case).warn_at == moment


def test_a_second_run_changes_nothing() -> None:
    case = make_complaint(tier=2)
    make_day_off(THURSDAY)
    run()
    assert recount_again(case) == {"seen": 1, "moved": 0}


def test_cases_in_other_hands_keep_their_holder() -> None:
    case = in_work()
    make_day_off(THURSDAY)
    run()
    assert fresh(case).assignee == specialist()


def test_a_day_off_during_a_pause_moves_nothing() -> None:
    case = ask(in_work(), at=NOW + DAY)  # Thursday 12:00
    case = answer(case, at=NOW + 5 * DAY)  # Monday 12:00
    before = case.due_at
    make_day_off(date(2026, 3, 20))
    assert run().result == {"seen": 1, "moved": 0}
    assert fresh(case).due_at == before


def test_a_day_off_before_a_pause_gives_that_time_back() -> None:
    case = ask(in_work(), at=NOW + 2 * DAY)  # Friday 12:00
    case = answer(case, at=NOW + 5 * DAY)  # Monday 12:00
    before = case.due_at
    make_day_off(THURSDAY)
    assert run().result == {"seen": 1, "moved": 1}
    assert fresh(case).due_at == fresh(case).escalate_at == before + DAY


def test_a_waiting_case_gets_new_seconds_and_no_timer() -> None:
    case = ask(in_work(), at=NOW + 2 * DAY)
    before = case.remaining_seconds
    make_day_off(THURSDAY)
    assert run().result == {"seen": 1, "moved": 1}
    after = fresh(case)
    assert after.remaining_seconds == before + 9 * 3600
    assert (after.escalate_at, after.warn_at, after.status) == (None, None, "waiting")


def test_a_waiting_case_goes_on_with_the_new_seconds() -> None:
    case = ask(in_work(), at=NOW + 2 * DAY)
    make_day_off(THURSDAY)
    run()
    case = answer(case, at=NOW + 5 * DAY)
    assert recount_again(case) == {"seen": 1, "moved": 0}


def test_both_pauses_are_counted() -> None:
    case = ask(in_work(), at=NOW + DAY)
    case = answer(case, at=NOW + DAY + HOUR)
    case = ask(case, at=NOW + 5 * DAY)
    case = answer(case, at=NOW + 6 * DAY)
    before = case.due_at
    make_day_off(date(2026, 3, 20))  # between the two pauses
    assert run().result == {"seen": 1, "moved": 1}
    assert fresh(case).due_at == before + DAY


def given_back() -> Complaint:
    """Climbed to the experts when tier 2 ran out, given back the day after with what was left of two days."""
    expert = make_staff("expert", 3, make_branch())
    case = make_complaint(tier=3, held_by=expert)
    assert case.entered_at == datetime(2026, 3, 25, 13, 0, tzinfo=UTC)
    return hops.return_to_lower_tier(
        complaint=case, reason="incomplete", note="Уточнить", by=expert, profile=profile(expert),
        now=case.entered_at + DAY,
    )  # fmt: skip


def test_a_case_given_back_keeps_the_clock_of_the_tier_above() -> None:
    case = given_back()
    assert (case.tier, case.due_at) == (2, datetime(2026, 3, 27, 13, 0, tzinfo=UTC))
    assert recount_again(case) == {"seen": 1, "moved": 0}
    make_day_off(date(2026, 3, 26))  # before the return, in the time of the experts
    run()
    assert fresh(case).due_at == case.due_at + timedelta(days=3)  # Friday to Monday


def test_a_second_climb_begins_a_clock_of_its_own() -> None:
    case = given_back()
    sweep(now=case.due_at)
    climbed = fresh(case)
    assert climbed.tier == 3
    assert recount_again(case) == {"seen": 1, "moved": 0}
    make_day_off(date(2026, 3, 26))  # before that climb
    assert run().result == {"seen": 1, "moved": 0}


def test_a_pause_after_the_return_counts_too() -> None:
    case = given_back()
    by = specialist()
    case = make_claimed(case, by)
    case = ask(case, at=case.entered_at + HOUR)
    assert recount_again(case) == {"seen": 1, "moved": 0}
    case = answer(case, at=case.entered_at + 5 * DAY)
    assert recount_again(case) == {"seen": 1, "moved": 0}


def make_claimed(case: Complaint, by: User) -> Complaint:
    from complaints.services import work

    return work.claim(complaint=case, by=by, profile=profile(by), now=case.entered_at)


def test_a_case_in_its_first_reaction_is_counted_by_that_limit() -> None:
    case = make_complaint()
    make_day_off(NOW.date())
    run()
    assert fresh(case).due_at == datetime(2026, 3, 19, 10, 0, tzinfo=UTC)


def test_a_breach_is_a_matter_of_record() -> None:
    case = make_complaint(tier=3)
    sweep(now=case.due_at + HOUR)
    make_day_off(date(2026, 3, 26))
    assert run().result["moved"] == 0
    assert fresh(case).due_at == case.due_at


def test_the_urgent_lane_knows_no_calendar() -> None:
    case = make_complaint(urgency="urgent")
    make_day_off(NOW.date())
    assert run().result == {"seen": 1, "moved": 0}
    assert fresh(case).due_at == case.due_at


def test_more_cases_than_a_batch_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recount, "BATCH", 2)
    plain = [make_complaint(tier=2) for _number in range(3)]
    asked = [ask(in_work(), at=NOW + 2 * DAY) for _number in range(3)]
    make_day_off(THURSDAY)
    job = run()
    assert job.result == {"seen": 6, "moved": 6}
    assert (job.done_count, job.total_count) == (6, 6)
    assert {fresh(case).due_at for case in plain + asked} == {datetime(2026, 3, 26, 13, 0, tzinfo=UTC)}


@contextmanager
def poisoned(case: Complaint) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"ALTER TABLE complaints_complaint ADD CONSTRAINT poison "
            f"CHECK (id <> {case.pk} OR due_at = '{case.due_at.isoformat()}') NOT VALID"
        )
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE complaints_complaint DROP CONSTRAINT poison")


def test_a_poison_row_keeps_its_date_and_the_others_move() -> None:
    cases = [make_complaint(tier=2) for _number in range(5)]
    make_day_off(THURSDAY)
    with poisoned(cases[2]):
        assert run().result == {"seen": 5, "moved": 4, "failed": 1}
    assert [fresh(case).due_at - case.due_at for case in cases] == [DAY, DAY, DAY * 0, DAY, DAY]


class TestCost:
    """One schedule of many costs what its own branches have open."""

    def other_hours(self) -> Branch:
        branch = make_branch("reso-med")
        branch.schedule = make_schedule("other", hours="10:00-19:00")
        branch.save()
        return branch

    def test_only_cases_of_the_changed_schedule_are_looked_at(self) -> None:
        make_complaint(tier=2)
        other = make_complaint(self.other_hours(), tier=2)
        assert recount_again(other) == {"seen": 1, "moved": 0}

    def test_they_are_found_by_the_index_of_queues(self) -> None:
        make_complaint(tier=2)
        copies(make_complaint(self.other_hours(), tier=2), 5000)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {recount_sql.IDS}", {"branches": [make_branch().pk], "after": 0})
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "complaint_queue" in plan, plan
        assert "Seq Scan" not in plan, plan


def test_an_unchanged_calendar_moves_nothing_whatever_the_limits() -> None:
    """Working days, hours, minutes round the clock: each counted anew as the engine counted it."""
    EscalationRule.objects.filter(edition=make_rules(), tier=3).update(
        resolution_limit=90, resolution_unit="minute"
    )
    rules.expand(edition=make_rules())
    case = in_work()
    for at in (NOW + DAY + timedelta(minutes=7, seconds=11, microseconds=5), NOW + 3 * DAY):
        case = answer(ask(case, at=at), at=at + timedelta(hours=29, seconds=3, microseconds=77))
    assert recount_again(case) == {"seen": 1, "moved": 0}


class TestReclassified:
    """A change of theme or urgency gives no time by a recount that it did not give by itself."""

    def changed(self, case: Complaint, **to: object) -> Complaint:
        by = specialist()
        wanted = {"kind": case.kind, "category": case.category, "urgency": case.urgency} | to
        reclassify.propose(
            complaint=case, reason="competence", by=by, profile=profile(by), now=case.entered_at + HOUR,
            **wanted,
        )  # fmt: skip
        return fresh(case)

    def theme(self, slug: str, days: int) -> Category:
        category = make_category(slug)
        EscalationRule.objects.create(
            edition=make_rules(), tier=2, category=category, resolution_limit=days,
            resolution_unit="working_day",
        )  # fmt: skip
        rules.expand(edition=make_rules())
        return category

    def test_a_theme_with_more_time_keeps_the_time_of_before(self) -> None:
        case = self.changed(in_work(), category=self.theme("long", 8))
        assert recount_again(case) == {"seen": 1, "moved": 0}
        make_day_off(THURSDAY)
        assert run().result == {"seen": 1, "moved": 1}
        assert fresh(case).due_at == case.due_at + DAY

    def test_a_theme_with_less_time_keeps_that(self) -> None:
        case = self.changed(in_work(), category=self.theme("short", 2))
        assert recount_again(case) == {"seen": 1, "moved": 0}
        make_day_off(THURSDAY)
        run()
        assert fresh(case).due_at == case.due_at + 3 * DAY  # Friday to Monday

    def test_what_became_urgent_runs_since_then(self) -> None:
        case = self.changed(in_work(), urgency="urgent")
        assert recount_again(case) == {"seen": 1, "moved": 0}
        make_day_off(case.entered_at.date(), THURSDAY)
        assert run().result == {"seen": 1, "moved": 0}
