# ruff: noqa: F811  (the fixture `visit` is another module's)
"""One appeal that is open in two browsers, and news while the keyboard stands somewhere on its page."""

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from complaints.services import closing, waiting
from insurers.models import Branch
from tests.complaints.public.conftest import Patient
from tests.complaints.public.following import Followed
from tests.complaints.public.test_browser import press, visit  # noqa: F401  the fixture
from tests.complaints.public.test_paper import as_in_the_browser_of
from tests.complaints.public.test_said_once import LISTEN, looks_for_news

CASE = "/status/case/"
WHERE = "#part-where"


def my_page(visit: Any, patient: Patient, **options: Any) -> Page:
    return as_in_the_browser_of(patient, visit("/privacy/", **options), CASE)


def said(page: Page) -> Any:
    return page.locator("[data-live-said]")


@pytest.mark.slow
def test_my_appeal_is_open_on_the_phone_and_on_the_desk_and_neither_loses_a_word(
    visit: Any, branch: Branch, now: datetime
) -> None:
    followed, daughter = Followed.begun(branch, now), Patient()
    daughter.open(followed.filed.number, followed.filed.access_code)
    phone, desk = my_page(visit, followed.patient), my_page(visit, daughter)
    desk.locator("[name=text]").press_sequentially("Хотела ещё доба")
    phone.get_by_label("Написать специалисту").fill("Завтра приём")
    press(phone, "Отправить")
    expect(phone.locator("[data-takes-focus]")).to_be_focused()
    looks_for_news(desk)
    expect(desk.locator(".thread")).to_contain_text("Завтра приём")
    expect(desk.locator("[name=text]")).to_be_focused()
    phone.get_by_role("link", name="Отозвать обращение").click()
    phone.locator("[name=sure]").first.check()
    press(phone, "Продолжить")
    looks_for_news(desk)
    expect(said(desk)).to_have_text("Вы отозвали обращение.")
    expect(desk.locator(WHERE)).to_contain_text("Вы отозвали обращение.")
    desk.locator("[name=text]").press_sequentially("вить")
    press(desk, "Отправить")
    expect(desk.locator("[data-error-summary]")).to_be_focused()
    expect(desk.locator("[data-error-summary]")).to_contain_text("Это обращение закрыто. Подайте новое")
    expect(desk.get_by_text("Хотела ещё добавить")).to_have_count(1)
    assert Complaint.objects.get().status == "withdrawn"


@pytest.mark.slow
def test_i_hear_that_the_answer_is_there_and_keep_my_place(visit: Any, branch: Branch, now: datetime) -> None:
    """What has the focus stays until I have gone on from it; then it tells how it stands."""
    followed = Followed.begun(branch, now)
    hand = followed.taken()
    page = my_page(visit, followed.patient)
    page.evaluate(LISTEN)
    link = page.locator(WHERE).get_by_role("link")
    link.focus()
    closing.resolve(
        complaint=followed.case, outcome="organised", text="Вас записали.", no_health_facts=True, **hand
    )
    looks_for_news(page)
    expect(page.get_by_text("Вас записали.")).to_be_visible()
    expect(link).to_be_focused()
    page.locator("[name=text]").focus()
    expect(page.locator(WHERE)).to_contain_text("Ответ готов.")
    expect(said(page)).to_contain_text("Ответ готов.")
    looks_for_news(page)
    assert page.evaluate("heard.length") == 1
    expect(page.locator("[name=text]")).to_be_focused()


@pytest.mark.slow
def test_a_question_of_the_specialist_is_answered_by_one_tap_and_my_words(
    visit: Any, branch: Branch, now: datetime
) -> None:
    followed = Followed.begun(branch, now)
    hand = followed.taken()
    waiting.wait(complaint=followed.case, question="Когда вам удобно?", working_days=2, **hand)
    page = my_page(visit, followed.patient)
    page.get_by_role("link", name="Ответить на вопрос").click()
    expect(page.locator("[name=text]")).to_be_in_viewport()
    page.locator("[name=text]").fill("В пятницу")
    press(page, "Отправить")
    expect(page.locator("[data-takes-focus]")).to_contain_text("Сообщение отправлено")
    assert followed.case.status == "in_work"
