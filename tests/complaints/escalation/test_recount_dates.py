"""A changed calendar moves the dates of the law and the ends of pauses, old and new kept; late stays late."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.plans import explained
from complaints.escalation import lookouts
from complaints.models import Complaint, History
from complaints.services import closing
from insurers.models import CalendarDay, WorkingSchedule
from insurers.services import calendar
from omsportal.platform import jobs
from omsportal.platform.models import Alarm, Job
from tests.complaints.crowd import copies
from tests.complaints.escalation.test_recount import DAY, answer, ask, fresh, in_work
from tests.factories import NOW, make_branch, make_complaint, make_fund, make_staff, profile

pytestmark = pytest.mark.django_db

#: Registered on Wednesday, 18 March 2026: thirty days later is Friday, 17 April.
THURSDAY, FRIDAY = date(2026, 4, 16), date(2026, 4, 17)


def change(kind: str, *days: date, region: int | None = None, now: datetime = NOW) -> Job:
    """Days of the calendar become this, "" takes them out; then the job runs."""
    for day in days:
        CalendarDay.objects.filter(date=day, region=region).delete()
        if kind:
            CalendarDay.objects.create(date=day, kind=kind, region_id=region, title="Перенос")
    calendar.day_changed(region_id=region, days=days, by_id=None, now=now)
    return run(now)


def run(now: datetime = NOW) -> Job:
    job = jobs.run_next(now)
    assert job is not None
    assert job.state == "done", job.error
    return job


@contextmanager
def stuck(case: Complaint) -> Iterator[None]:
    """The database refuses to move the date of this case."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"ALTER TABLE complaints_complaint ADD CONSTRAINT poison "
            f"CHECK (id <> {case.pk} OR answer_due_on = '{case.answer_due_on}') NOT VALID"
        )
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE complaints_complaint DROP CONSTRAINT poison")


class TestAnswers:
    def test_a_day_off_moves_the_date_to_the_working_day_before(self) -> None:
        case = make_complaint()
        assert case.answer_due_on == FRIDAY
        assert change("day_off", FRIDAY).result["answers"] == 1
        assert fresh(case).answer_due_on == THURSDAY
        line = History.objects.get(complaint=case, event="answer_recounted")
        assert (line.answer_before, line.answer_after, line.cause) == (FRIDAY, THURSDAY, "system")
        assert line.due_before == line.due_after == case.due_at

    def test_a_working_day_again_gives_what_the_law_gives_and_no_more(self) -> None:
        case = make_complaint()
        change("day_off", FRIDAY)
        change("working", FRIDAY, FRIDAY + DAY, FRIDAY + 2 * DAY)
        assert fresh(case).answer_due_on == FRIDAY

    def test_days_off_on_end_are_all_gone_back_over(self) -> None:
        case = make_complaint()
        change("day_off", date(2026, 4, 15), THURSDAY, FRIDAY)
        assert fresh(case).answer_due_on == date(2026, 4, 14)

    def test_an_extended_case_keeps_its_extension(self) -> None:
        case = make_complaint()
        Complaint.objects.filter(pk=case.pk).update(extended_by_days=4, answer_due_on=date(2026, 4, 21))
        change("day_off", date(2026, 4, 21))
        assert fresh(case).answer_due_on == date(2026, 4, 20)

    def test_a_decided_case_whose_letter_has_not_left_moves_too(self) -> None:
        by = make_staff("expert", 3, make_branch())
        case = make_complaint(tier=3, held_by=by, answer_channel="letter", now=NOW)
        closing.resolve(
            complaint=case, outcome="justified", text="Права нарушены", by=by, profile=profile(by),
            now=case.entered_at,
        )  # fmt: skip
        change("day_off", FRIDAY)
        assert (fresh(case).status, fresh(case).answer_due_on) == ("resolved", THURSDAY)

    def test_answered_and_oral_ones_stay(self) -> None:
        oral = make_complaint(form="oral")
        withdrawn = closing.withdraw(complaint=make_complaint(), now=NOW)
        assert "answers" not in change("day_off", FRIDAY).result
        assert (fresh(oral).answer_due_on, fresh(withdrawn).answer_due_on) == (None, FRIDAY)

    def test_a_regions_own_day_moves_only_its_cases(self) -> None:
        here, there = make_complaint(), make_complaint(make_branch("reso-med", "77"))
        change("day_off", FRIDAY, region=here.branch.region_id)
        assert (fresh(here).answer_due_on, fresh(there).answer_due_on) == (THURSDAY, FRIDAY)
        change("day_off", FRIDAY)
        change("working", FRIDAY, region=here.branch.region_id)  # the region's own word wins
        assert (fresh(here).answer_due_on, fresh(there).answer_due_on) == (FRIDAY, THURSDAY)

    def test_schedules_that_know_no_calendar_do_not_matter(self) -> None:
        """Whoever works round the clock has the law's calendar all the same."""
        case = make_complaint()
        WorkingSchedule.objects.update(follows_calendar=False)
        change("day_off", FRIDAY)
        assert fresh(case).answer_due_on == THURSDAY

    def test_changed_hours_leave_it_alone(self) -> None:
        case = make_complaint()
        CalendarDay.objects.create(date=FRIDAY, kind="day_off")
        calendar.schedule_changed(schedule=case.branch.schedule, by_id=None, now=NOW)
        run()
        assert fresh(case).answer_due_on == FRIDAY

    def test_it_can_be_repeated(self) -> None:
        case = make_complaint()
        change("day_off", FRIDAY)
        assert "answers" not in change("day_off", FRIDAY).result
        assert History.objects.filter(complaint=case, event="answer_recounted").count() == 1

    def test_a_poison_row_keeps_its_date_and_the_others_move(self) -> None:
        cases = [make_complaint() for _number in range(4)]
        CalendarDay.objects.create(date=FRIDAY, kind="day_off")
        calendar.day_changed(region_id=None, days=[FRIDAY], by_id=None, now=NOW)
        with stuck(cases[2]):
            result = run().result
        assert (result["answers"], result["not_counted"]) == (3, 1)
        assert [fresh(case).answer_due_on for case in cases] == [THURSDAY, THURSDAY, FRIDAY, THURSDAY]


class TestLate:
    def test_a_date_that_has_passed_stays(self) -> None:
        """In Yaroslavl it is the 18th already, though not yet in UTC."""
        case = make_complaint()
        night = datetime(2026, 4, 17, 21, 30, tzinfo=UTC)
        assert change("day_off", FRIDAY, now=night).result["passed"] == 1
        assert fresh(case).answer_due_on == FRIDAY

    def test_whoever_was_late_does_not_become_punctual(self) -> None:
        case = make_complaint()
        change("day_off", FRIDAY)
        change("working", FRIDAY, now=datetime(2026, 4, 17, 9, 0, tzinfo=UTC))
        assert fresh(case).answer_due_on == THURSDAY

    def test_a_date_that_moves_into_the_past_is_an_alarm(self) -> None:
        fund, case = make_fund(), make_complaint()
        today = datetime(2026, 4, 17, 9, 0, tzinfo=UTC)
        change("day_off", FRIDAY, now=today)
        assert fresh(case).answer_due_on == THURSDAY
        assert lookouts.answers_in_danger(today) == 2
        told = set(Alarm.objects.filter(kind="answer_danger").values_list("receiver_branch_id", flat=True))
        assert told == {case.branch_id, fund.pk}


class TestPauses:
    def waiting(self) -> Complaint:
        """Asked on Thursday noon with five working days: until the next Thursday noon."""
        case = ask(in_work(), at=NOW + DAY)
        assert case.wait_until == NOW + 8 * DAY
        return case

    def test_the_end_of_a_pause_follows_with_both_moments_kept(self) -> None:
        case = self.waiting()
        WorkingSchedule.objects.update(follows_calendar=True)
        assert change("day_off", date(2026, 3, 20)).result["waits"] == 1
        assert fresh(case).wait_until == NOW + 9 * DAY
        line = History.objects.get(complaint=case, event="wait_recounted")
        assert (line.until_before, line.until_after) == (NOW + 8 * DAY, NOW + 9 * DAY)
        asked = History.objects.get(complaint=case, event="waited")
        assert (asked.wait_days, asked.until_after) == (5, NOW + 8 * DAY)

    def test_an_unchanged_calendar_moves_no_end(self) -> None:
        case = self.waiting()
        calendar.schedule_changed(schedule=case.branch.schedule, by_id=None, now=NOW)
        assert "waits" not in run().result
        assert fresh(case).wait_until == case.wait_until

    def test_a_pause_of_before_days_were_kept_keeps_its_end(self) -> None:
        case = self.waiting()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE complaints_history DISABLE TRIGGER USER")
            cursor.execute("UPDATE complaints_history SET wait_days = NULL")
            cursor.execute("ALTER TABLE complaints_history ENABLE TRIGGER USER")
        WorkingSchedule.objects.update(follows_calendar=True)
        change("day_off", date(2026, 3, 20))
        assert fresh(case).wait_until == case.wait_until

    def test_a_pause_that_is_over_is_left_to_the_sweep(self) -> None:
        case = self.waiting()
        WorkingSchedule.objects.update(follows_calendar=True)
        assert "waits" not in change("day_off", date(2026, 3, 20), now=case.wait_until).result
        assert answer(case, at=NOW + 8 * DAY).wait_until is None


def naive(registered: date, days: int, off: Mapping[date, str], own: Mapping[date, str]) -> date:
    """Day by day, as a person with a calendar on the wall."""
    day = registered + timedelta(days=days)
    while day > registered:
        kind = own.get(day) or off.get(day) or ("day_off" if day.weekday() in (5, 6) else "working")
        if kind != "day_off":
            return day
        day -= timedelta(days=1)
    return registered


# Close together, so that days meet days and dates: due from three days ago to a week and a half ahead.
some_days = st.dictionaries(
    st.integers(-5, 9).map(lambda offset: NOW.date() + timedelta(days=offset)),
    st.sampled_from(["day_off", "day_off", "working", "short"]),
    max_size=10,
)
lives = st.lists(
    st.tuples(st.integers(-33, -22), st.sampled_from([0, 0, 2]), st.booleans()), min_size=2, max_size=8
)


@settings(max_examples=15)
@given(country=some_days, own=some_days, before=some_days, cases=lives)
def test_a_recount_agrees_with_a_calendar_on_the_wall(
    country: dict[date, str],
    own: dict[date, str],
    before: dict[date, str],
    cases: list[tuple[int, int, bool]],
) -> None:
    """Whatever the calendar was before and is now: not passed, it is what the law gives; passed, it stays."""
    with transaction.atomic():
        here, there = make_branch(), make_branch("reso-med", "77")
        written = [written_case(here if home else there, days, more, before) for days, more, home in cases]
        CalendarDay.objects.bulk_create(CalendarDay(date=day, kind=kind) for day, kind in country.items())
        CalendarDay.objects.bulk_create(
            CalendarDay(date=day, kind=kind, region=here.region) for day, kind in own.items()
        )
        touched = {*country, *own, *before}
        jobs.request(
            kind=calendar.CALENDAR_CHANGED, now=NOW,
            arguments={"schedules": [], "region": None, "days": [day.isoformat() for day in touched]},
        )  # fmt: skip
        run()
        for case in written:
            days = own if case.branch_id == here.pk else {}
            law = naive(case.registered_on, 30 + case.extended_by_days, country, days)
            passed = case.answer_due_on < NOW.date()
            assert fresh(case).answer_due_on == (case.answer_due_on if passed else law)
        transaction.set_rollback(True)


def written_case(branch: object, days: int, extension: int, calendar_: Mapping[date, str]) -> Complaint:
    """Registered so many days from NOW; its date was counted by the calendar of then."""
    case = make_complaint(branch)  # type: ignore[arg-type]
    registered = NOW + timedelta(days=days)
    due = naive(registered.date(), 30 + extension, calendar_, {})
    Complaint.objects.filter(pk=case.pk).update(
        registered_on=registered.date(), extended_by_days=extension, answer_due_on=due
    )
    return fresh(case)


def test_no_growing_table_is_read_whole() -> None:
    """The crowd of a year, of which a day's worth is concerned."""
    case = make_complaint()
    copies(
        case, 3000, answer_due_on="row.answer_due_on + i %% 300", registered_on="row.registered_on + i %% 300"
    )
    CalendarDay.objects.create(date=FRIDAY + 10 * DAY, kind="day_off")
    calendar.day_changed(region_id=None, days=[FRIDAY + 10 * DAY], by_id=None, now=NOW)
    with explained() as plans:
        assert run().result["answers"] == 10
    assert plans.whole_tables() == {}
