"""What patients and staff wrote to each other is searched too, in any form and either aspect of its verbs."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from complaints.models import Complaint, WordsDue
from complaints.services import anonymising, closing, search_filling, thread
from insurers.models import Branch
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_complaint, profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    return make_complaint(branch, now=now, held_by=people["operator"])


def wrote(case: Complaint, text: str, now: datetime, **more: Any) -> None:
    thread.post_by_patient(complaint=case, text=text, now=now, **more)
    search_filling.fill_due(now=now)


def said(case: Complaint, by: User, text: str, now: datetime, **more: Any) -> None:
    person = profile(by, on=now.date())
    thread.post_by_staff(complaint=case, text=text, by=by, profile=person, now=now, **more)
    search_filling.fill_due(now=now)


def found(client: Client, query: str) -> list[Any]:
    page = client.post("/staff/find/", {"query": query}, follow=True)
    lines: list[Any] = page.context["lines"]
    return lines


def words_of(pieces: Any) -> str:
    return "".join(piece.text for piece in pieces)


def test_a_message_of_the_patient_finds_the_case_and_is_shown(
    held: Complaint, client_of: ClientOf, now: datetime
) -> None:
    operator = client_of("operator")
    search_filling.fill_due(now=now)
    assert found(operator, "кардиолог") == []
    wrote(held, "Мне позвонили из регистратуры: кардиолога не будет до мая.", now)
    (line,) = found(operator, "кардиолог")
    assert line.case == held
    assert "кардиолога не будет" in words_of(line.thread)
    assert [piece.text for piece in line.thread if piece.is_found] == ["кардиолога"]
    page = operator.post("/staff/find/", {"query": "кардиолог"}, follow=True).content.decode()
    assert "В переписке:" in page


def test_an_answer_and_a_note_of_staff_find_it_too(
    held: Complaint, people: dict[str, User], client_of: ClientOf, now: datetime
) -> None:
    said(held, people["operator"], "Вас ждут в кабинете Флеминга.", now)
    said(held, people["operator"], "Главврач обещал лаборанта.", now, is_internal=True)
    for word in ("Флеминг", "лаборант"):
        assert [line.case for line in found(client_of("operator"), word)] == [held]


def test_what_the_story_has_is_shown_from_the_story(
    held: Complaint, client_of: ClientOf, now: datetime
) -> None:
    wrote(held, "УЗИ так и не сделали.", now)
    (line,) = found(client_of("operator"), "узи")
    assert "УЗИ" in words_of(line.story)
    assert not line.thread


def test_whoever_may_not_open_the_case_does_not_find_it_by_its_thread(
    held: Complaint, client_of: ClientOf, now: datetime
) -> None:
    wrote(held, "Кардиолога нет", now)
    for stranger in ("specialist", "rival", "fund_operator"):
        assert found(client_of(stranger), "кардиолог") == []


def test_what_the_portal_says_by_itself_is_not_searched(
    held: Complaint, client_of: ClientOf, now: datetime
) -> None:
    search_filling.fill_due(now=now)
    thread.post_by_portal(held, "Кардиолога нет", is_internal=True, now=now)
    assert not WordsDue.objects.exists()


def test_an_erased_case_is_found_by_no_message(held: Complaint, client_of: ClientOf, now: datetime) -> None:
    wrote(held, "Кардиолога нет", now)
    closing.withdraw(complaint=held, now=now)
    anonymising.anonymise(complaint_id=held.pk, now=now)
    assert search_filling.fill_due(now=now) == 0
    assert found(client_of("operator"), "кардиолог") == []


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("записаться", "Я три раза записывался к врачу."), ("отказывают", "Мне отказали."),
        ("оплатить", "Заставили оплачивать анализы."), ("платил", "Я заплатила сама."),
        ("принимать", "Врач меня не принял."), ("назначают", "Назначили через месяц."),
    ],
)  # fmt: skip
def test_either_aspect_of_a_verb_finds_the_other(
    held: Complaint, client_of: ClientOf, now: datetime, typed: str, written: str
) -> None:
    wrote(held, written, now)
    (line,) = found(client_of("operator"), typed)
    assert any(piece.is_found for piece in line.thread)


@pytest.mark.slow
def test_a_long_thread_is_read_in_time(held: Complaint, now: datetime) -> None:
    """Two hundred messages of a thousand signs; a case has five, and a round takes twenty cases."""
    for number in range(200):
        at = now + timedelta(minutes=2 * number)
        thread.post_by_patient(
            complaint=held, text=f"Письмо {number}. " + "Запись к врачу закрыта. " * 40, now=at
        )
    began = time.monotonic()
    assert search_filling.fill_due(now=now) == 1
    assert time.monotonic() - began < 6
