"""Whoever left a voice message is called back on the next working day, or the head hears of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from benchmarks.plans import explained
from complaints.escalation import call_backs, rounds
from complaints.escalation.sweep import sweep
from complaints.models import Complaint, Deadline, History
from complaints.services import closing, thread
from complaints.services.call_backs import promised
from insurers.models import WorkingAxis, WorkingSchedule, WorkingSpan
from omsportal.platform.clock import database_now
from omsportal.platform.models import Alarm
from tests.complaints.crowd import copies
from tests.complaints.escalation.test_recount import fresh
from tests.complaints.escalation.test_recount_dates import change
from tests.factories import (
    LONG_AGO,
    NOW,
    PASSWORD,
    file_case,
    make_branch,
    make_complaint,
    make_fund,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Wednesday, 20:00 in Yaroslavl: closed since 18:00.
EVENING = NOW + 8 * HOUR
THURSDAY_CLOSING = datetime(2026, 3, 19, 15, 0, tzinfo=UTC)


def voice_message(**fields: object) -> Complaint:
    fields = {"channel": "voicemail", "form": "oral", "received_at": EVENING, "now": EVENING} | fields
    return make_complaint(**fields)  # type: ignore[arg-type]


def call(case: Complaint, *, at: datetime, **about: object) -> None:
    by = case.assignee
    thread.post_by_staff(
        complaint=case, text="Перезвонили", by=by, profile=profile(by), now=at,
        **({"is_call": True, "is_internal": True} | about),  # type: ignore[arg-type]
    )  # fmt: skip


def operator() -> object:
    return make_staff("operator", 1, make_branch())


def alarms() -> list[Alarm]:
    return list(Alarm.objects.open().filter(kind="call_back_late"))


class TestPromise:
    def test_it_ends_with_the_next_working_day(self) -> None:
        case = voice_message()
        assert case.call_back_until == THURSDAY_CLOSING
        line = History.objects.get(complaint=case, event="filed")
        assert (line.until_before, line.until_after) == (None, THURSDAY_CLOSING)

    def test_a_message_of_friday_evening_is_answered_on_monday(self) -> None:
        friday = EVENING + 2 * DAY
        case = voice_message(received_at=friday, now=friday + 2 * DAY)
        assert case.call_back_until == THURSDAY_CLOSING + 4 * DAY

    def test_other_ways_promise_no_call(self) -> None:
        assert make_complaint(channel="phone").call_back_until is None

    def test_the_days_are_a_dated_row(self) -> None:
        Deadline.objects.create(
            code="CALL_BACK", group="appeal", what="обратный звонок", value=2, unit="working_day", basis="-",
            valid_from=LONG_AGO,
        )  # fmt: skip
        assert voice_message().call_back_until == THURSDAY_CLOSING + DAY

    def test_without_working_hours_it_is_a_plain_day(self) -> None:
        branch = make_branch()
        WorkingAxis.objects.all().delete()
        WorkingSpan.objects.all().delete()
        until = promised(
            branch=branch, channel="voicemail", received_at=EVENING, registered_on=EVENING.date()
        )
        assert until == EVENING + DAY

    def test_the_tiers_clock_runs_beside_it_and_a_hop_keeps_it(self) -> None:
        case = voice_message()
        assert case.due_at == datetime(2026, 3, 19, 10, 0, tzinfo=UTC)  # four working hours to react
        sweep(now=case.due_at)
        assert (fresh(case).tier, fresh(case).call_back_until) == (2, THURSDAY_CLOSING)

    def test_it_follows_the_calendar(self) -> None:
        case = voice_message()
        WorkingSchedule.objects.update(follows_calendar=True)
        assert change("day_off", date(2026, 3, 19)).result["calls"] == 1
        assert fresh(case).call_back_until == THURSDAY_CLOSING + DAY
        line = History.objects.get(complaint=case, event="call_recounted")
        assert (line.until_before, line.until_after) == (THURSDAY_CLOSING, THURSDAY_CLOSING + DAY)

    def test_a_promise_that_is_over_is_not_lengthened(self) -> None:
        case = voice_message()
        WorkingSchedule.objects.update(follows_calendar=True)
        assert "calls" not in change("day_off", date(2026, 3, 19), now=THURSDAY_CLOSING).result
        assert fresh(case).call_back_until == THURSDAY_CLOSING


class TestKept:
    def test_the_first_logged_call_keeps_it(self) -> None:
        case = voice_message(held_by=operator())
        call(case, at=EVENING + 14 * HOUR)
        assert fresh(case).call_back_until is None
        line = History.objects.get(complaint=case, event="called_back")
        assert (line.by, line.until_before, line.until_after) == (case.assignee, THURSDAY_CLOSING, None)

    @pytest.mark.parametrize("internal", [True, False])
    def test_a_note_or_a_message_is_no_call(self, internal: bool) -> None:
        case = voice_message(held_by=operator())
        call(case, at=EVENING + HOUR, is_call=False, is_internal=internal)
        assert fresh(case).call_back_until == THURSDAY_CLOSING

    def test_it_ends_with_the_case(self) -> None:
        case = voice_message()
        closing.withdraw(complaint=case, now=EVENING + HOUR)
        assert fresh(case).call_back_until is None


class TestBroken:
    def test_the_head_hears_of_it_once_and_the_case_stays_where_it_is(self) -> None:
        make_fund()
        case = voice_message(tier=1, held_by=operator())
        Complaint.objects.filter(pk=case.pk).update(due_at=NOW + 9 * DAY, escalate_at=NOW + 9 * DAY)
        assert call_backs.not_called_back(THURSDAY_CLOSING - timedelta(seconds=1)) == 0
        assert call_backs.not_called_back(THURSDAY_CLOSING) == 1
        assert call_backs.not_called_back(THURSDAY_CLOSING + HOUR) == 0
        (alarm,) = alarms()
        assert (alarm.subject_id, alarm.receiver_branch_id) == (case.pk, case.branch_id)
        assert alarm.payload == {"number": case.number, "tier": 1}
        assert (fresh(case).tier, fresh(case).assignee) == (1, case.assignee)

    def test_a_late_call_closes_the_alarm(self) -> None:
        case = voice_message(held_by=operator())
        call_backs.not_called_back(THURSDAY_CLOSING)
        call(case, at=THURSDAY_CLOSING + HOUR)
        assert alarms() == []
        assert call_backs.not_called_back(THURSDAY_CLOSING + 2 * HOUR) == 0

    def test_somebody_looks_each_minute(self) -> None:
        voice_message()
        assert "call_backs" in rounds.make(now=THURSDAY_CLOSING)
        assert len(alarms()) == 1

    def test_more_than_a_batch_are_all_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rounds, "BATCH", 2)
        for _number in range(5):
            voice_message()
        assert call_backs.not_called_back(THURSDAY_CLOSING) == 5

    def test_looking_reads_only_promises(self) -> None:
        case = make_complaint()
        copies(case, 3000)
        voice_message()
        with explained() as plans:
            assert call_backs.not_called_back(THURSDAY_CLOSING) == 1
        assert plans.whole_tables() == {}


class TestShown:
    def test_staff_see_until_when(self) -> None:
        now = database_now()
        branch = make_branch(now=now)
        make_staff("operator", 1, branch)
        case = make_complaint(branch, channel="voicemail", now=now)
        client = Client()
        client.login(username="operator", password=PASSWORD)
        for page in ("/staff/", f"/staff/cases/{case.number}/"):
            assert "перезвонить до" in client.get(page).content.decode(), page

    def test_the_patient_sees_it_too(self) -> None:
        now = database_now()
        filed = file_case(make_branch(now=now), channel="voicemail", now=now)
        client = Client()
        client.post("/status/", {"number": filed.number, "code": filed.access_code})
        assert "Мы перезвоним вам до" in client.get("/status/case/").content.decode()
