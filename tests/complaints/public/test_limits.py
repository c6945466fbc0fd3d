"""Limits of strangers: who tries is slowed down, who files is not."""

import re
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint, Draft
from omsportal.platform import limits
from omsportal.platform.challenge import is_proof
from omsportal.platform.limits import Beyond, Rule
from tests.complaints.public.conftest import ANSWERS, POLICY, Patient, photo, summary, the_only_case, url

CHECK = {"number": POLICY, "birth_on_day": "31", "birth_on_month": "12", "birth_on_year": "1950"}
FORGED = {"challenge": "forged", "challenge_proof": "1"}


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch):
    """`tight("policy.address", 4)`: so many, and the challenge at the half."""

    def set_rule(name: str, most: int, beyond: Beyond = Beyond.REFUSED) -> None:
        monkeypatch.setitem(limits.TABLE, name, Rule(most, 3600, limits.TABLE[name].by, beyond))

    return set_rule


def challenge_on(page: str) -> dict[str, str]:
    """Token and text, as the browser finds them."""
    token = re.search(r'name="challenge" value="([^"]+)"', page)
    text = re.search(r'data-challenge="([^"]+)"', page)
    assert token
    assert text
    proof = next(str(number) for number in count() if is_proof(text[1], str(number)))
    return {"challenge": token[1], "challenge_proof": proof}


def ask(patient: Patient, surname: str, **more: str):
    return patient.post("/policy/check/", {**CHECK, "surname": surname, **more})


def test_a_policy_is_checked_after_a_calculation_near_the_limit(patient: Patient, tight) -> None:
    tight("policy.address", 4)
    assert [ask(patient, name).status_code for name in ("Иванова", "Петрова")] == [200, 200]
    asked = ask(patient, "Соколова")
    assert (asked.status_code, 0 < int(asked["Retry-After"]) <= 20) == (429, True)
    assert "Нажмите кнопку ещё раз через" in summary(asked)[0]
    assert 'value="Соколова"' in asked.content.decode()
    assert ask(patient, "Соколова", **FORGED).status_code == 429
    passed = ask(patient, "Соколова", **challenge_on(asked.content.decode()))
    assert (passed.status_code, "Ваша страховая" in passed.content.decode()) == (200, True)


def test_one_calculation_passes_one_attempt(patient: Patient, tight) -> None:
    tight("policy.address", 4)
    ask(patient, "Иванова"), ask(patient, "Петрова")
    solved = challenge_on(ask(patient, "Сидорова").content.decode())
    assert [ask(patient, "Сидорова", **solved).status_code for _time in range(2)] == [200, 429]


def test_at_the_limit_no_calculation_helps(patient: Patient, tight) -> None:
    tight("policy.address", 2)
    ask(patient, "Иванова")
    solved = challenge_on(ask(patient, "Петрова").content.decode())
    ask(patient, "Петрова", **solved)
    refused = ask(patient, "Соколова")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 60
    assert "data-challenge" not in refused.content.decode()
    assert "позвоните" in summary(refused)[0]


def test_digits_alone_are_judged_without_a_challenge(patient: Patient, tight) -> None:
    tight("policy.address", 2)
    ask(patient, "Иванова")
    assert patient.post("/policy/check/", {"number": POLICY}).status_code == 200


def test_a_code_is_tried_after_a_calculation_near_the_limit_of_its_number(patient: Patient) -> None:
    number, code = patient.file_an_appeal()
    stranger = Patient()
    for _attempt in range(5):
        assert stranger.open(number, "1" * 16).status_code == 422
    asked = stranger.open(number, "2" * 16)
    assert asked.status_code == 429
    solved = challenge_on(asked.content.decode())
    opened = stranger.post("/status/", {"number": number, "code": code, **solved})
    assert opened["Location"] == "/status/case/"


def test_a_crowded_ward_files_on_and_is_marked(patient: Patient, tight) -> None:
    tight("filing.address", 1, Beyond.MARKED)
    patient.file_an_appeal()
    neighbour = Patient()
    neighbour.answer_everything()
    for _press in range(3):
        neighbour.send()
    assert list(Complaint.objects.order_by("id").values_list("needs_look", flat=True)) == [False, True]
    assert Complaint.objects.latest("id").due_at is not None


def test_pressing_twice_counts_once(patient: Patient, tight) -> None:
    tight("filing.address", 2, Beyond.MARKED)
    patient.answer_everything()
    for _press in range(3):
        patient.send()
    Patient().file_an_appeal()
    assert not Complaint.objects.filter(needs_look=True).exists()


def test_further_drafts_of_a_busy_address_live_shorter_and_still_become_appeals(
    patient: Patient, tight
) -> None:
    tight("draft.address", 1, Beyond.SHORTENED)
    patient.begin()
    neighbour = Patient()
    neighbour.answer_everything()
    lives = [draft.expires_at - draft.updated_at for draft in Draft.objects.order_by("id")]
    assert lives == [timedelta(days=1), timedelta(hours=2)]
    neighbour.send()
    assert the_only_case().tier


def test_too_many_files_are_refused_in_words_and_the_appeal_goes_on(patient: Patient, tight) -> None:
    tight("upload.draft", 1)
    patient.begin()
    patient.answer("whom", "policy", "story")
    patient.files(photo())
    refused = patient.files(photo("ещё.jpg"))
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "слишком много файлов" in summary(refused)[0]
    assert patient.post(url("files"), ANSWERS["files"]).status_code == 302


def test_near_the_limit_of_an_address_the_page_for_files_brings_the_challenge_along(
    patient: Patient, tight
) -> None:
    """Solved while the person chooses: nobody chooses files twice."""
    tight("upload.address", 4)
    patient.begin()
    patient.answer("whom", "policy", "story")
    for name in ("первое.jpg", "второе.jpg"):
        assert patient.files(photo(name)).status_code == 302
    page = patient.get(url("files")).content.decode()
    without = patient.files(photo("третье.jpg"))
    assert without.status_code == 429
    assert "выберите файлы ещё раз" in summary(without)[0]
    assert patient.files(photo("третье.jpg"), **challenge_on(page)).status_code == 302
    assert Draft.objects.get().attachments.count() == 3


def test_other_pages_say_how_long_to_wait(patient: Patient, tight) -> None:
    tight("draft.saves", 1)
    patient.begin()
    said = [patient.post(f"{url('story')}keep/", {"story": "Жду"}) for _time in range(2)]
    assert [answer.status_code for answer in said] == [204, 429]
    assert int(said[1]["Retry-After"]) > 0
    assert "/call/" in said[1].content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_browser_calculates_by_itself(branch, live_server: Any, page: Page, tight) -> None:
    tight("policy.address", 2)
    ask(Patient(), "Иванова")
    page.goto(f"{live_server.url}/policy/check/")
    for name, value in {**CHECK, "surname": "Соколова"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Проверить").click()
    expect(page.locator("[data-challenge] [role=status]")).to_have_text("Готово: нажмите кнопку.")
    page.get_by_role("button", name="Проверить").click()
    expect(page.get_by_text("Ваша страховая компания: СОГАЗ-Мед")).to_be_visible()
