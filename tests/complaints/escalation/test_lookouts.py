"""What the engine looks out for: answers by law, next year's calendar, sweeps that stopped."""

from datetime import UTC, date, datetime, timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connection
from django.test import Client

from complaints import tasks
from complaints.escalation import lookouts, rounds
from complaints.escalation.sweep import sweep
from complaints.models import Complaint
from complaints.services import closing, dispatching
from insurers.models import CalendarDay
from insurers.services import calendar
from omsportal.platform import heartbeats
from omsportal.platform.clock import database_now
from omsportal.platform.models import Alarm
from tests.factories import NOW, make_branch, make_complaint, make_everybody, make_fund, make_staff, profile

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def alarms(kind: str) -> list[Alarm]:
    return list(Alarm.objects.open().filter(kind=kind).order_by("id"))


class TestAnswers:
    """Registered on 18 March; the answer by law is due on 17 April, a Friday."""

    def due_in(self, days: int, case: Complaint) -> datetime:
        """Noon in Moscow so many days before the date of the answer."""
        assert case.answer_due_on == date(2026, 4, 17)
        return datetime(2026, 4, 17, 9, 0, tzinfo=UTC) - timedelta(days=days)

    def test_three_days_before_the_date_branch_and_fund_are_told_once(self) -> None:
        branch, fund = make_branch(), make_fund()
        case = make_complaint(branch)
        assert lookouts.answers_in_danger(self.due_in(4, case)) == 0
        assert lookouts.answers_in_danger(self.due_in(3, case)) == 2
        assert lookouts.answers_in_danger(self.due_in(2, case)) == 0
        assert lookouts.answers_in_danger(self.due_in(-5, case)) == 0
        raised = alarms("answer_danger")
        assert {alarm.receiver_branch_id for alarm in raised} == {branch.pk, fund.pk}
        assert {alarm.payload["number"] for alarm in raised} == {case.number}

    def test_a_hop_raises_no_second_alarm(self) -> None:
        make_fund()
        case = make_complaint(make_branch())
        moment = self.due_in(3, case)
        lookouts.answers_in_danger(moment)
        sweep(now=moment)
        assert Complaint.objects.get(pk=case.pk).hop == 1
        assert lookouts.answers_in_danger(moment) == 0

    def test_the_day_is_counted_where_the_branch_is(self) -> None:
        case = make_complaint(make_branch())
        before_midnight = datetime(2026, 4, 13, 20, 59, tzinfo=UTC)
        assert lookouts.answers_in_danger(before_midnight) == 0
        assert lookouts.answers_in_danger(before_midnight + MINUTE) == 1
        assert case.branch.region.time_zone == "Europe/Moscow"

    def test_a_date_long_past_is_found_after_an_outage(self) -> None:
        case = make_complaint(make_branch())
        assert lookouts.answers_in_danger(self.due_in(-20, case)) == 1

    def test_the_funds_own_case_tells_the_fund_once(self) -> None:
        fund = make_fund()
        case = make_complaint(fund)
        assert lookouts.answers_in_danger(self.due_in(0, case)) == 1
        assert [alarm.receiver_branch_id for alarm in alarms("answer_danger")] == [fund.pk]

    def test_an_oral_appeal_has_no_such_date(self) -> None:
        make_complaint(make_branch(), form="oral")
        assert lookouts.answers_in_danger(NOW + timedelta(days=60)) == 0

    def test_a_decided_case_stays_in_danger_until_its_answer_has_left(self) -> None:
        operator = make_staff("operator", 1, make_branch())
        case = make_complaint(make_branch(), held_by=operator, kind="consultation", answer_channel="letter")
        person = {"by": operator, "profile": profile(operator)}
        closing.resolve(complaint=case, outcome="clarified", text="Так.", now=NOW + MINUTE, **person)
        moment = self.due_in(1, case)
        assert lookouts.answers_in_danger(moment) == 1
        dispatching.record_dispatch(
            complaint=case, way="letter", outgoing_number="12", now=moment + MINUTE, **person
        )
        assert alarms("answer_danger") == []
        assert lookouts.answers_in_danger(moment + 2 * MINUTE) == 0

    def test_a_withdrawn_appeal_closes_its_alarm(self) -> None:
        case = make_complaint(make_branch())
        moment = self.due_in(1, case)
        lookouts.answers_in_danger(moment)
        closing.withdraw(complaint=case, now=moment + MINUTE)
        assert alarms("answer_danger") == []

    def test_an_extended_date_closes_the_alarm_and_has_one_of_its_own(self) -> None:
        case = make_complaint(make_branch())
        moment = self.due_in(1, case)
        lookouts.answers_in_danger(moment)
        later = date(2026, 5, 15)
        Complaint.objects.filter(pk=case.pk).update(answer_due_on=later, extended_by_days=28)
        assert lookouts.answers_in_danger(moment) == 0
        assert alarms("answer_danger") == []
        assert lookouts.answers_in_danger(moment + timedelta(days=28)) == 1
        assert Alarm.objects.filter(kind="answer_danger").count() == 2

    def test_it_closes_also_while_the_clock_has_gone_back(self) -> None:
        case = make_complaint(make_branch())
        moment = self.due_in(1, case)
        lookouts.answers_in_danger(moment)
        Complaint.objects.filter(pk=case.pk).update(answer_due_on=date(2026, 5, 15), extended_by_days=28)
        lookouts.answers_in_danger(moment - MINUTE)
        assert Alarm.objects.get(kind="answer_danger").closed_at == moment

    def test_many_are_found_in_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rounds, "BATCH", 2)
        cases = [make_complaint(make_branch()) for _case in range(5)]
        assert lookouts.answers_in_danger(self.due_in(1, cases[0])) == 5

    def test_it_reads_the_index_of_dates(self) -> None:
        make_complaint(make_branch())
        values = {"now": NOW, "last_day": NOW.date(), "batch": 10}
        with connection.cursor() as cursor:
            # With one row every way costs the same: nothing else reads the cases in this order.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL join_collapse_limit = 1")
            cursor.execute(f"EXPLAIN {lookouts._IN_DANGER}", values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "complaint_answer_due" in plan

    def test_the_head_sees_it_in_words(self) -> None:
        now = database_now()
        people = make_everybody(make_branch(now=now))
        case = make_complaint(make_branch(now=now), now=now)
        Complaint.objects.filter(pk=case.pk).update(answer_due_on=case.registered_on)
        lookouts.answers_in_danger(now)
        client = Client()
        client.force_login(people["head"])
        page = client.get("/staff/alarms/").content.decode()
        assert "Срок ответа по закону подходит или уже прошёл" in page
        assert case.number in page


class TestCalendar:
    OCTOBER = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)

    def fill(self, year: int) -> None:
        """As the package knows it."""
        calendar.seed(now=datetime(year, 1, 15, tzinfo=UTC))

    def test_a_calendar_with_the_decree_raises_nothing(self) -> None:
        self.fill(2027)
        assert lookouts.coming_calendar(self.OCTOBER)
        assert not Alarm.objects.exists()

    def test_an_empty_next_year_is_an_alarm_for_administrators_from_october(self) -> None:
        self.fill(2026)
        CalendarDay.objects.filter(date__year=2027).delete()
        assert lookouts.coming_calendar(self.OCTOBER - timedelta(days=1))
        assert not lookouts.coming_calendar(self.OCTOBER)
        (alarm,) = alarms("calendar_empty")
        assert (alarm.subject_id, alarm.receiver_branch_id) == (2027, None)
        assert alarm.payload == {"year": 2027, "gap": "empty"}

    def test_a_year_whose_decree_the_package_does_not_know_is_told(self) -> None:
        self.fill(2028)
        assert not lookouts.coming_calendar(datetime(2027, 11, 1, tzinfo=UTC))
        assert alarms("calendar_empty")[0].payload == {"year": 2028, "gap": "no_decree"}

    def test_regional_days_do_not_fill_the_countrys_calendar(self) -> None:
        region = make_branch().region
        CalendarDay.objects.create(date=date(2027, 5, 25), kind="day_off", region=region)
        assert not lookouts.coming_calendar(self.OCTOBER)

    def test_it_is_told_once_while_it_is_open_also_on_later_days(self) -> None:
        for day in range(5):
            lookouts.coming_calendar(self.OCTOBER + timedelta(days=day))
        assert Alarm.objects.filter(kind="calendar_empty").count() == 1

    def test_it_closes_when_somebody_fills_it_and_comes_back_when_the_days_are_deleted(self) -> None:
        lookouts.coming_calendar(self.OCTOBER)
        self.fill(2027)
        lookouts.coming_calendar(self.OCTOBER + MINUTE)
        assert alarms("calendar_empty") == []
        CalendarDay.objects.filter(date__year=2027).delete()
        lookouts.coming_calendar(self.OCTOBER + timedelta(days=1))
        assert len(alarms("calendar_empty")) == 1


class TestSweeps:
    def test_before_the_first_sweep_nothing_has_stopped(self) -> None:
        assert lookouts.sweeps_go_on(NOW)
        assert not Alarm.objects.exists()

    def test_a_minute_without_a_sweep_is_an_alarm_once(self) -> None:
        sweep(now=NOW)
        assert lookouts.sweeps_go_on(NOW + MINUTE)
        assert not lookouts.sweeps_go_on(NOW + MINUTE + timedelta(seconds=1))
        assert not lookouts.sweeps_go_on(NOW + 30 * MINUTE)
        (alarm,) = alarms("sweeps_stopped")
        assert (alarm.severity, alarm.subject_kind, alarm.receiver_branch_id) == ("critical", "engine", None)

    def test_it_closes_when_sweeps_run_again_and_can_be_raised_again(self) -> None:
        sweep(now=NOW)
        lookouts.sweeps_go_on(NOW + 5 * MINUTE)
        sweep(now=NOW + 6 * MINUTE)
        assert lookouts.sweeps_go_on(NOW + 6 * MINUTE)
        assert alarms("sweeps_stopped") == []
        assert not lookouts.sweeps_go_on(NOW + 12 * MINUTE)
        assert len(alarms("sweeps_stopped")) == 1

    def test_beats_rounds_notice_it(self) -> None:
        sweep(now=NOW)
        assert "sweeps" in rounds.make(now=NOW + 5 * MINUTE)
        assert len(alarms("sweeps_stopped")) == 1

    @pytest.mark.parametrize("path", ["/readyz", "/metrics"])
    def test_whoever_asks_how_the_portal_is_notices_it(self, path: str) -> None:
        now = database_now()
        heartbeats.beat("sweep", now - 5 * MINUTE)
        answer = Client().get(path)
        assert answer.status_code == 200
        assert len(alarms("sweeps_stopped")) == 1
        heartbeats.beat("sweep", database_now())
        Client().get(path)
        assert alarms("sweeps_stopped") == []

    def test_metrics_tell_it(self) -> None:
        heartbeats.beat("sweep", database_now())
        assert "omsportal_sweeps_stopped 0" in Client().get("/metrics").content.decode()
        heartbeats.beat("sweep", database_now() - 5 * MINUTE)
        assert "omsportal_sweeps_stopped 1" in Client().get("/metrics").content.decode()

    def test_readyz_answers_also_when_the_alarm_cannot_be_written(self) -> None:
        heartbeats.beat("sweep", database_now() - 5 * MINUTE)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                "ALTER TABLE platform_alarm ADD CONSTRAINT no_room CHECK (kind <> 'sweeps_stopped') NOT VALID"
            )
        answer = Client().get("/readyz")
        assert (answer.status_code, "sweep" in answer.json()["degraded"]) == (200, True)
        assert alarms("sweeps_stopped") == []


class TestRounds:
    @pytest.mark.parametrize("fault", [OSError, ValueError, DatabaseError])
    def test_one_that_fails_does_not_stop_the_others(self, fault: type[Exception]) -> None:
        made: list[datetime] = []

        def fail(_now: datetime) -> None:
            heartbeats.beat("half-way", NOW)
            raise fault

        both = [rounds.Round("first", MINUTE, fail), rounds.Round("second", MINUTE, made.append)]
        assert rounds.make(now=NOW, rounds=both) == ["second"]
        assert made == [NOW]
        assert heartbeats.age("half-way", NOW) is None

    def test_a_task_whose_time_is_over_ends_before_it_is_killed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The worker says so ten seconds before it kills the process and asks another one for the same."""
        made: list[datetime] = []

        def takes_too_long(_now: datetime) -> None:
            raise SoftTimeLimitExceeded

        both = [rounds.Round("first", MINUTE, takes_too_long), rounds.Round("second", MINUTE, made.append)]
        monkeypatch.setattr(rounds, "ROUNDS", both)
        with pytest.raises(SoftTimeLimitExceeded):
            tasks.make_rounds()
        assert made == []

    def test_monitoring_hears_of_one_that_is_not_made_any_more(self) -> None:
        now = database_now()
        heartbeats.beat("round.roster", now - timedelta(hours=3))
        heartbeats.beat("round.answers", now - timedelta(hours=3))
        shown = Client().get("/metrics").content.decode()
        assert 'omsportal_round_late{name="roster"} 0' in shown
        assert 'omsportal_round_late{name="answers"} 1' in shown
        assert 'omsportal_round_late{name="calendar"} 1' in shown  # never made
