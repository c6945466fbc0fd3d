"""A mistake of ours when somebody sends: what was typed is on the page, and one button sends it again."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from complaints.models import Complaint
from representatives.models import User
from tests.complaints.public.conftest import ANSWERS, Patient, url
from tests.complaints.public.test_away import kept

STORY = 'Второй месяц жду УЗИ.\n<b>"Срочно"</b>'


@contextmanager
def nothing_fits_into(table: str) -> Iterator[None]:
    """A real fault of the database's: no row of this table may be written."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT broken CHECK (false) NOT VALID")
        yield
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT broken")


@pytest.fixture
def patient(patient: Patient) -> Patient:
    patient.client.raise_request_exception = False
    return patient


def test_a_step_that_we_could_not_keep_is_sent_again_with_one_button(patient: Patient) -> None:
    patient.begin()
    patient.answer("whom", "policy")
    typed = {**kept(patient.get(url("story"))), **ANSWERS["story"], "story": STORY}
    with nothing_fits_into("complaints_draft"):
        response = patient.post(url("story"), typed)
    text = response.content.decode()
    assert response.status_code == 500
    assert response["Cache-Control"] == "no-store"
    assert "То, что вы написали, не пропало" in text
    assert "tel:112" in text
    assert "<b>" not in text
    sent = kept(response)
    assert sent["story"].replace("\r", "") == STORY
    assert patient.post(url("story"), sent)["Location"] == url("files")


def test_what_another_site_sends_gets_neither_a_button_nor_a_token(patient: Patient) -> None:
    patient.begin()
    patient.answer("whom", "policy")
    typed = {**kept(patient.get(url("story"))), **ANSWERS["story"], "story": STORY}
    with nothing_fits_into("complaints_draft"):
        response = patient.client.post(url("story"), typed, headers={"origin": "https://elsewhere.example"})
    text = response.content.decode()
    assert response.status_code == 500
    assert "Второй месяц" not in text
    assert "csrfmiddlewaretoken" not in text


def test_an_appeal_that_we_could_not_register_is_there_and_is_sent_again(patient: Patient) -> None:
    patient.answer_everything()
    with nothing_fits_into("complaints_complaint"):
        response = patient.send()
    assert response.status_code == 500
    assert f'action="{url("send")}"' in response.content.decode()
    assert "Второй месяц жду УЗИ." in patient.get(url("check")).content.decode()
    assert patient.post(url("send"), kept(response))["Location"] == url("sent")
    assert Complaint.objects.count() == 1


@contextmanager
def a_column_is_gone(table: str, column: str) -> Iterator[None]:
    """A table that is not as this version wants it."""
    before = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} RENAME COLUMN {column} TO gone")
    yield
    transaction.savepoint_rollback(before)


def test_a_page_that_was_only_read_shows_ways_on(patient: Patient) -> None:
    with a_column_is_gone("complaints_category", "plain_title"):
        response = patient.get("/help/waiting/", not_kept="1")
    assert response.status_code == 500
    assert 'href="/call/"' in response.content.decode()


def test_a_password_is_never_written_into_a_page(patient: Patient) -> None:
    with a_column_is_gone(User._meta.db_table, "password"):
        response = patient.post("/accounts/login/", {"login": "operator", "password": "тайное слово"})
    assert response.status_code == 500
    assert "тайное" not in response.content.decode()
