# ruff: noqa: F811  (the fixture `visit` is another module's)
"""People whose case is not the usual one: no policy, no insurer, no name, an answer that did not help."""

import re
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from insurers.models import Branch, Hotline
from insurers.models.hotlines import Purpose
from tests.complaints.public.conftest import POLICY
from tests.complaints.public.following import Followed
from tests.complaints.public.test_browser import (  # noqa: F401  the fixture
    answer_the_rest,
    answer_theme_and_whom,
    choose,
    go_on,
    press,
    tell_the_story,
    visit,
)
from tests.complaints.public.test_paper import as_in_the_browser_of

FUND = "+74852999999"


def its_fund_answers(branch: Branch) -> None:
    fund = Branch.objects.funds().get(region=branch.region)
    Hotline.objects.create(branch=fund, purpose=Purpose.CONTACT_CENTRE, phone=FUND)


def type_the_day(page: Page, name: str, day: str, month: str, year: str) -> None:
    for part, value in (("day", day), ("month", month), ("year", year)):
        page.fill(f"[name={name}_{part}]", value)


def test_my_policy_is_not_found_and_the_fund_is_one_tap_away(visit: Any, branch: Branch) -> None:
    its_fund_answers(branch)
    page: Page = visit("/policy/check/", javascript=False)
    page.fill("[name=number]", POLICY)
    page.fill("[name=surname]", "Сидорова")
    type_the_day(page, "birth_on", "31", "12", "1950")
    press(page, "Проверить")
    expect(page.get_by_role("status")).to_contain_text("Мы не нашли такой полис")
    expect(page.locator("[name=surname]")).to_have_value("Сидорова")
    page.get_by_role("status").get_by_role("link", name="Телефон фонда").click()
    expect(page.locator(f"a[href='tel:{FUND}']")).to_be_visible()


@pytest.mark.slow
def test_i_do_not_know_my_insurer_and_am_told_both_dates(visit: Any, branch: Branch) -> None:
    page: Page = visit("/")
    answer_theme_and_whom(page)
    choose(page, "policy_kind", "none")
    page.fill("[name=surname]", "Соколова")
    page.fill("[name=first_name]", "Вера")
    type_the_day(page, "birth_on", "31", "12", "1950")
    go_on(page)
    page.select_option("[name=region]", "76")
    page.select_option("[name=insurer]", "unknown")
    go_on(page)
    tell_the_story(page)
    answer_the_rest(page)
    press(page, "Отправить обращение")
    expect(page.get_by_role("heading", name="Обращение принято")).to_be_visible()
    expect(page.locator("main")).to_contain_text("передаст обращение до")
    expect(page.locator("main")).to_contain_text("и на ответ будет ещё 30 дней")
    assert Complaint.objects.select_related("branch").get().branch.is_fund


@pytest.mark.slow
def test_i_ask_a_question_without_my_name(visit: Any, branch: Branch) -> None:
    page: Page = visit("/complaints/new/")
    choose(page, "theme", "question")
    go_on(page)
    choose(page, "for_whom", "self")
    go_on(page)
    choose(page, "policy_kind", "none")
    go_on(page)
    page.select_option("[name=region]", "76")
    page.select_option("[name=insurer]", "sogaz-med")
    go_on(page)
    page.get_by_label(re.compile("своими словами")).fill("Входит ли МРТ в полис?")
    go_on(page)
    go_on(page)
    expect(page.get_by_text("Здесь можно ничего не оставлять")).to_be_visible()
    go_on(page)
    press(page, "Отправить обращение")
    expect(page.get_by_role("heading", name="Обращение принято")).to_be_visible()
    assert Complaint.objects.select_related("card").get().card.is_anonymous


@pytest.mark.slow
def test_the_answer_did_not_help_and_others_look_once_more(visit: Any, branch: Branch, now: datetime) -> None:
    followed = Followed.begun(branch, now)
    followed.answered(tier=1, text="Вас записали.")
    page = as_in_the_browser_of(followed.patient, visit("/privacy/"), "/status/case/")
    page.get_by_role("link", name=re.compile("Нет, рассмотрите ещё раз")).click()
    page.locator("[name=text]").fill("К врачу так и не записали.")
    press(page, "Отправить")
    expect(page.locator(".confirmation")).to_be_visible()
    again = Complaint.objects.exclude(pk=followed.case.pk).get()
    assert again.tier > followed.case.tier


@pytest.mark.slow
def test_i_withdraw_my_appeal_after_one_more_question(visit: Any, branch: Branch, now: datetime) -> None:
    followed = Followed.begun(branch, now)
    page = as_in_the_browser_of(followed.patient, visit("/privacy/"), "/status/case/")
    page.get_by_role("link", name="Отозвать обращение").click()
    page.locator("[name=sure]").first.check()
    go_on(page)
    expect(page.get_by_text("Обращение отозвано. Новое можно подать в любое время.")).to_be_visible()
    assert followed.case.status == "withdrawn"
