"""How the dates of a case were counted: rule, hours, pauses, returns, changes, in words for everybody."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from jsonschema import Draft202012Validator
from pytest_django import DjangoAssertNumQueries

from complaints.api import examples
from complaints.models import Complaint, EffectiveRule
from complaints.reports.dates import Counted, how_counted, week_of
from complaints.reports.staff.dates import how_counted as how_counted_for_staff
from complaints.reports.staff.timeline import timeline
from insurers.models import CalendarDay, WorkingHours, WorkingSchedule
from omsportal.platform.clock import database_now
from omsportal.platform.models import ReadLog
from tests.complaints.api.test_schema import operations, read
from tests.complaints.escalation.test_recount import (
    answer,
    ask,
    given_back,
    in_work,
    make_day_off,
    run,
    specialist,
)
from tests.complaints.escalation.test_recount_dates import change
from tests.factories import NOW, file_case, make_branch, make_complaint, make_fund

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def counted(case: Complaint) -> Counted:
    return how_counted(Complaint.objects.with_card().get(pk=case.pk))


def in_russian(case: Complaint) -> str:
    with translation.override("ru"):
        return counted(case).rule_text


def worked(found: Counted) -> timedelta:
    return sum((span.ends_at - span.starts_at for span in found.spans), timedelta())


def test_the_rule_is_a_sentence_without_tiers() -> None:
    branch = make_branch()
    assert (
        in_russian(make_complaint(branch)) == "У специалиста контакт-центра на первый ответ 4 рабочих часа."
    )
    assert in_russian(make_complaint(tier=2)) == "У специалиста по защите прав на решение 5 рабочих дней."
    assert in_russian(make_complaint(tier=3)) == "У эксперта на решение 2 рабочих дня."
    assert in_russian(make_complaint(urgency="urgent")).endswith("на решение 15 минут.")


def test_the_funds_case_is_the_funds() -> None:
    make_fund()
    case = make_complaint(make_fund())
    assert in_russian(case).startswith("У специалиста территориального фонда")


def test_a_missing_rule_is_said() -> None:
    case = make_complaint()
    EffectiveRule.objects.all().delete()
    assert "не нашлось правила" in in_russian(case)


def test_the_spans_are_the_limit() -> None:
    found = counted(make_complaint(tier=2))
    assert worked(found) == 5 * timedelta(hours=9)
    assert [span.starts_at.date().isoformat() for span in found.spans][:3] == [
        "2026-03-18", "2026-03-19", "2026-03-20",
    ]  # fmt: skip


def test_pauses_are_left_out_of_the_spans_and_told() -> None:
    case = answer(ask(in_work(), at=NOW + DAY), at=NOW + 5 * DAY)
    found = counted(case)
    assert worked(found) == 5 * timedelta(hours=9)
    (pause,) = found.pauses
    assert (pause.began_at, pause.ended_at) == (NOW + DAY, NOW + 5 * DAY)
    assert all(not (pause.began_at < span.ends_at <= pause.ended_at) for span in found.spans[2:])


def test_a_waiting_case_tells_what_is_left() -> None:
    found = counted(ask(in_work(), at=NOW + DAY))
    assert found.pauses[0].ended_at is None
    assert worked(found) + timedelta(seconds=found.seconds_left or 0) == 5 * timedelta(hours=9)
    with translation.override("ru"):
        assert found.left_text == "40 часов"


def test_a_case_given_back_tells_whose_time_goes_on() -> None:
    found = counted(given_back())
    assert found.stay.returned_at == datetime(2026, 3, 26, 13, 0, tzinfo=UTC)
    assert found.stay.starts_at == datetime(2026, 3, 25, 13, 0, tzinfo=UTC)
    assert worked(found) == 2 * timedelta(hours=9)
    with translation.override("ru"):
        assert found.rule_text.startswith("У эксперта на решение 2 рабочих дня")


def test_a_moved_date_is_told_with_the_old_one() -> None:
    case = make_complaint(tier=2)
    make_day_off(date(2026, 3, 19))
    run()
    found = counted(case)
    change = found.changes[-1]
    assert (change.event, change.before, change.after) == ("recounted", case.due_at, case.due_at + DAY)
    assert [day.date for day in found.special_days] == [date(2026, 3, 19)]
    assert worked(found) == 5 * timedelta(hours=9)


def test_names_of_staff_are_for_staff_only() -> None:
    case = answer(ask(in_work(), at=NOW + DAY), at=NOW + 5 * DAY)
    assert not any(change.by for change in counted(case).changes)
    named = how_counted_for_staff(Complaint.objects.with_card().get(pk=case.pk))
    assert [change.event for change in named.changes] == ["filed", "escalated", "resumed"]
    assert {change.by for change in named.changes} == {""}
    assert specialist().full_name


def test_the_legal_date_tells_the_days_off_it_was_moved_over() -> None:
    # Registered on Wednesday, 18 March; thirty days later is Friday, 17 April, which the region has off.
    branch = make_branch()
    CalendarDay.objects.create(date=date(2026, 4, 17), kind="day_off", title="Радоница", region=branch.region)
    legal = counted(make_complaint(branch)).legal
    assert legal is not None
    assert (legal.counted_on, legal.due_on, legal.is_moved) == (date(2026, 4, 17), date(2026, 4, 16), True)
    assert [(off.day, off.title) for off in legal.days_off] == [(date(2026, 4, 17), "Радоница")]


def test_a_moved_legal_date_is_told_with_the_old_one() -> None:
    filed = file_case(make_branch())
    change("day_off", date(2026, 4, 17))
    legal = counted(filed.complaint).legal
    assert legal is not None
    (moved,) = legal.changes
    assert (moved.before, moved.after) == (date(2026, 4, 17), date(2026, 4, 16))
    with translation.override("ru"):
        assert str(moved.why).startswith("Выходные дни перенесли.")
    client = Client()
    body = client.get(
        f"/api/v1/complaints/{filed.number}/", headers={"X-Access-Code": filed.access_code}
    ).json()  # fmt: skip
    assert [row["after"] for row in body["how_counted"]["legal"]["changes"]] == ["2026-04-16"]
    assert "Выходные дни перенесли, поэтому изменился и срок ответа вам" in [
        row["text"] for row in body["history"]
    ]


def test_staff_read_both_dates_on_the_timeline() -> None:
    case = make_complaint(tier=2)
    change("day_off", date(2026, 4, 17))
    lines = timeline(Complaint.objects.get(pk=case.pk))
    page = render_to_string("staff/parts/timeline.html", {"lines": lines, "zone": "Europe/Moscow"})
    assert re.search(r"2026-04-17.*→.*2026-04-16", page), page


def test_hours_are_written_as_people_do() -> None:
    schedule = WorkingSchedule.objects.create(code="x", title="x", time_zone="Europe/Moscow")
    hours = [(0, "09:00", "13:00"), (0, "14:00", "18:00"), (1, "09:00", "13:00"), (1, "14:00", "18:00")]
    for weekday, starts, ends in [*hours, (3, "20:00", "00:00"), (4, "09:00", "17:00")]:
        WorkingHours.objects.create(schedule=schedule, weekday=weekday, starts=starts, ends=ends)
    with translation.override("ru"):
        assert week_of(schedule) == [
            ("пн–вт", "09:00–13:00, 14:00–18:00"), ("чт", "20:00–24:00"), ("пт", "09:00–17:00"),
        ]  # fmt: skip


class TestPages:
    def opened(self, **fields: Any) -> tuple[Client, Complaint]:
        now = database_now()
        filed = file_case(make_branch(now=now), now=now, **fields)
        client = Client()
        client.post("/status/", {"number": filed.number, "code": filed.access_code})
        return client, filed.complaint

    def test_the_patient_reads_it_in_plain_words(self) -> None:
        client, case = self.opened()
        page = client.get("/status/case/dates/").content.decode()
        assert "У специалиста контакт-центра на первый ответ 4 рабочих часа." in page
        assert "пн–пт 09:00–18:00" in page
        assert "Обращение зарегистрировано, время пошло." in page
        assert "уровн" not in page
        assert f"{case.answer_due_on:%Y-%m-%d}" in page

    def test_the_case_leads_there(self) -> None:
        client, _case = self.opened()
        assert 'href="/status/case/dates/"' in client.get("/status/case/").content.decode()

    def test_the_urgent_lane_says_that_it_runs_at_night(self) -> None:
        client, _case = self.opened(urgency="urgent")
        assert "Круглосуточно, в том числе ночью" in client.get("/status/case/dates/").content.decode()

    def test_it_is_for_whoever_opened_the_case(self) -> None:
        assert Client().get("/status/case/dates/")["Location"] == "/status/"

    def test_the_reading_is_written_down(self) -> None:
        client, case = self.opened()
        client.get("/status/case/dates/")
        row = ReadLog.objects.get()
        assert (row.reader_kind, row.subject_id, row.what) == ("patient", case.pk, "card")

    def test_it_costs_twelve_queries(self, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        client, _case = self.opened()
        with django_assert_max_num_queries(12):
            assert client.get("/status/case/dates/").status_code == 200


class TestApi:
    def test_the_applicant_reads_how_it_was_counted(self) -> None:
        now = database_now()
        filed = file_case(make_branch(now=now), now=now)
        body = Client().get(
            f"/api/v1/complaints/{filed.number}/", headers={"X-Access-Code": filed.access_code}
        ).json()["how_counted"]  # fmt: skip
        assert (body["rule"]["limit"], body["rule"]["unit"]) == (4, "working_hour")
        assert body["schedule"]["hours"] == ["пн–пт 09:00–18:00"]
        assert body["legal"]["due_on"] == filed.complaint.answer_due_on.isoformat()
        assert [change["before"] for change in body["changes"]] == [None]
        assert body["pauses"] == []

    def test_the_example_fits_the_description(self) -> None:
        schema = read()
        content = operations(schema)["read_complaint"][2]["responses"]["200"]["content"]["application/json"]
        assert [each["value"] for each in content["examples"].values()] == [examples.STATUS]
        whole = {**content["schema"], "components": schema["components"]}
        assert list(Draft202012Validator(whole).iter_errors(examples.STATUS)) == []
