"""How long an answer, a policy, a change of insurer may take."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.models import Deadline
from complaints.reference.english import load_english
from complaints.reference.rows import lines
from complaints.reference.terms import load_deadlines
from complaints.reports.public.other_terms import TITLES, AnswerBy, answer_by, other_terms_on
from insurers.models import Branch, CalendarDay
from insurers.reports import today_in
from tests.complaints.public.conftest import Patient, summary

PAGE = "/terms/other/"
MARCH = date(2026, 3, 2)
#: What nobody outside of the trade understands.
JARGON = re.compile(r"\b(МО|СМО|ЗЛ|МЭЭ|ЭКМП|ТФОМС)\b|ст\.|[A-Z]{3}|_")


@pytest.fixture
def today(branch: Branch, now: datetime) -> date:
    load_deadlines()
    return today_in(None, now)


def by(today: date, registered_on: date = MARCH, branch: Branch | None = None) -> AnswerBy:
    found = answer_by(
        registered_on=registered_on, region=branch.region if branch else None, terms=other_terms_on(today),
        today=today,
    )  # fmt: skip
    assert found is not None
    return found


def asked(patient: Patient, day: date, **more: str) -> Any:
    parts = {f"registered_on_{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    return patient.get(PAGE, **parts, **more)


def test_i_read_how_long_an_answer_a_policy_and_a_change_of_insurer_take(
    patient: Patient, today: date
) -> None:
    page = patient.get(PAGE).content.decode()
    for words in ("Ответ на обращение", "30 календарных дней", "Замена страховой компании", "1 раз в год",
                  "Выдача полиса: обычно в день обращения", "3 года", "1 рабочий день"):  # fmt: skip
        assert words in page, words
    assert page.count("уточните в страховой") == 2  # the policy, and money back
    assert "Роскомнадзор" not in page
    assert "Приём онколога" not in page


def test_the_last_day_of_an_answer_is_counted_as_that_of_an_appeal(today: date, branch: Branch) -> None:
    assert by(today).verdict.last_on == date(2026, 4, 1)
    assert by(today).extended_on == date(2026, 5, 1)
    CalendarDay.objects.create(date=date(2026, 4, 1), kind="day_off", region=branch.region)
    assert by(today).verdict.last_on == date(2026, 4, 1)
    assert by(today, branch=branch).verdict.last_on == date(2026, 3, 31)
    assert by(today, date(2026, 3, 6)).verdict.last_on == date(2026, 4, 3)  # not on Sunday the 5th


def test_an_appeal_keeps_the_term_of_the_day_of_its_registration(today: date) -> None:
    row = Deadline.objects.get(code="ANSWER")
    Deadline.objects.filter(pk=row.pk).update(valid_to=MARCH)
    row.pk, row.value, row.valid_from = None, 15, MARCH + timedelta(days=1)
    row.save(force_insert=True)
    assert by(today).verdict.last_on == date(2026, 4, 1)
    assert by(today, MARCH + timedelta(days=1)).verdict.last_on == date(2026, 3, 18)
    assert by(today, date(2019, 3, 4)).verdict.last_on == date(2019, 3, 19)


def test_it_says_that_an_answer_is_late_and_leads_to_the_fund(patient: Patient, today: date) -> None:
    page = asked(patient, today - timedelta(days=100)).content.decode()
    assert "ответ опаздывает на" in page
    assert 'href="/complaints/new/?theme=insurer"' in page
    assert 'href="/status/"' in page


def test_it_says_how_many_days_are_left(patient: Patient, today: date) -> None:
    page = asked(patient, today, region="76").content.decode()
    assert "До конца срока" in page
    assert "опаздывает" not in page


def test_an_uncertain_term_gives_no_verdict(patient: Patient, today: date) -> None:
    Deadline.objects.filter(code="ANSWER").update(needs_check=True)
    page = asked(patient, today - timedelta(days=100)).content.decode()
    assert "вывода мы не делаем" in page
    assert "опаздывает" not in page


def test_a_term_that_was_changed_holds_at_the_next_load(patient: Patient, today: date) -> None:
    Deadline.objects.filter(code="ANSWER").update(value=15)
    assert "15 календарных дней" in patient.get(PAGE).content.decode()
    Deadline.objects.filter(code="ANSWER").delete()
    assert asked(patient, today).status_code == 200


@pytest.mark.parametrize(("ahead", "said"), [(400, "Эта дата ещё не наступила"), (None, "Напишите, когда")])
def test_a_mistake_is_told_in_words(patient: Patient, today: date, ahead: int | None, said: str) -> None:
    response = patient.get(PAGE, registered_on_day="") if ahead is None else asked(
        patient, today + timedelta(days=ahead)
    )  # fmt: skip
    assert response.status_code == 422
    assert said in summary(response)[0]


def test_it_is_found_from_the_pages_where_people_ask(patient: Patient, today: date) -> None:
    for page in ("/terms/", "/help/guides/", "/help/insurer/"):
        assert f'href="{PAGE}"' in patient.get(page).content.decode(), page


def test_it_costs_few_queries(patient: Patient, today: date) -> None:
    with CaptureQueriesContext(connection) as queries:
        asked(patient, today, region="76")
    assert len(queries) <= 7, [query["sql"][:80] for query in queries]


@pytest.mark.parametrize("row", [row for row in lines("deadlines.csv") if row["group"] in {*TITLES, "care"}],
                         ids=lambda row: row["code"])  # fmt: skip
def test_every_term_that_people_read_is_in_plain_words(row: dict[str, str]) -> None:
    text = " ".join(row[name] for name in ("what", "start_event", "basis"))
    text = text.replace("Правила ОМС", "")  # stands on the policy itself
    assert not JARGON.search(text), text
    assert len(row["what"]) <= 130


def test_every_term_is_in_english_too(today: date) -> None:
    load_english()
    main = (
        Patient(Client(headers={"accept-language": "en"}))
        .get(PAGE)
        .content.decode()
        .split("<main")[1]
        .split("</main>")[0]
    )
    assert 'lang="ru"' not in main
    assert "once a year" in main
