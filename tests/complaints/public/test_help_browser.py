# ruff: noqa: F811  (the fixture `visit` is another module's)
"""Help now, on a phone of 360 px."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint, Deadline
from insurers.models import Branch, Hotline
from insurers.models.hotlines import Purpose
from omsportal.platform.clock import database_now
from representatives.models import DutyShift
from representatives.roles import Tier
from tests import factories
from tests.complaints.public.test_browser import (  # noqa: F401  the fixture
    answer_policy,
    choose,
    codes,
    go_on,
    look_at,
    visit,
)

INSURER = "+74852313828"
FUND_OF_ULYANOVSK = "+78001007309"


def phone(owner: Any, number: str, *, answers: bool | None) -> Hotline:
    """`answers` None: nobody knows its hours."""
    schedule = factories.make_schedule("always", hours="", now=database_now()) if answers else None
    of = {"branch": owner} if isinstance(owner, Branch) else {"insurer": owner}
    return Hotline.objects.create(purpose=Purpose.CONTACT_CENTRE, phone=number, schedule=schedule, **of)


def test_i_find_the_phone_for_ulyanovsk_in_two_taps(visit: Any, branch: Branch) -> None:
    factories.make_region("73", "Ульяновская область", "Europe/Ulyanovsk")
    phone(factories.make_fund("73", now=database_now()), FUND_OF_ULYANOVSK, answers=True)
    page = visit("/", javascript=False)
    page.get_by_role("main").get_by_role("link", name="Кому звонить сейчас").click()
    page.get_by_role("link", name="Ульяновская область").click()
    number = page.locator(f'a[href="tel:{FUND_OF_ULYANOVSK}"]')
    expect(number).to_be_visible()
    expect(number).to_contain_text("сейчас ответят")
    page.wait_for_load_state()  # its style sheets too
    top = number.bounding_box()
    assert top is not None
    assert top["y"] < 740  # seen without scrolling
    big, small = (
        number.locator(f".phone-link__{part}").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
        for part in ("number", "label")
    )
    assert big >= 1.15 * small  # what is dialled, before whose it is
    page.context.add_cookies([{"name": "look", "value": "huge", "url": page.url}])
    page.reload()
    assert page.locator("html[data-size=huge]").count() == 1
    lines = number.locator(".phone-link__number").evaluate(
        "one => one.offsetHeight / parseFloat(getComputedStyle(one).lineHeight)"
    )
    assert lines < 1.5  # not broken in the middle, however big the letters are


def test_i_order_a_call_without_javascript_and_find_it_under_my_number(
    visit: Any,
    branch: Branch,
) -> None:
    page = visit("/call/?region=76&insurer=sogaz-med", javascript=False)
    page.get_by_role("link", name="Заказать звонок").click()
    page.get_by_role("button", name="Заказать звонок").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Напишите телефон")
    page.get_by_label("Ваш телефон").fill("8 920 765-43-21")
    page.get_by_text("Выбрать дни и часы").click()
    page.get_by_label("понедельник", exact=False).check()
    page.get_by_label("Не раньше").select_option("10")
    page.get_by_role("button", name="Заказать звонок").click()
    expect(page.get_by_role("heading", name="Звонок заказан")).to_be_visible()
    number, _code = codes(page)
    assert number == Complaint.objects.get().number
    expect(page.locator(".confirmation")).to_contain_text("понедельник, 10:00–20:00")


@pytest.mark.slow
def test_i_look_at_each_page_of_help_and_calls(visit: Any, branch: Branch) -> None:
    """axe on each, none is wider than the phone."""
    factories.make_category("question")
    phone(branch, INSURER, answers=True)
    page = visit("/", bypass_csp=True)
    for path in ("/help/guides/", "/call/?region=76", "/call/back/?region=76&insurer=sogaz-med",
                 "/insurers/?name=согаз", "/insurers/?name=область", "/insurers/?name=зюзюкин"):  # fmt: skip
        page.goto(path)
        look_at(page)
    page.goto("/call/back/?region=76&insurer=sogaz-med")
    page.get_by_role("button", name="Заказать звонок").click()
    look_at(page)
    page.get_by_label("Ваш телефон").fill("8 920 765-43-21")
    page.get_by_role("button", name="Заказать звонок").click()
    page.get_by_role("heading", name="Звонок заказан").wait_for()
    look_at(page)


def urgent_button(page: Page) -> float:
    box = page.get_by_role("link", name="Отправить срочное обращение").first.bounding_box()
    assert box is not None
    return box["y"]


def number_at(page: Page) -> float:
    box = page.locator(f'a[href="tel:{INSURER}"]').bounding_box()
    assert box is not None
    return box["y"]


@pytest.mark.parametrize("state", ["on duty", "phone only", "nobody"])
def test_i_am_in_the_clinic_and_see_first_what_works_now(
    visit: Any,
    branch: Branch,
    state: str,
) -> None:
    phone(branch, INSURER, answers=None if state == "nobody" else True)
    if state == "on duty":
        put_on_duty(branch, database_now())
    page = visit("/", bypass_csp=True)
    page.get_by_role("link", name=re.compile("Я сейчас в больнице|Я в больнице|поликлинике")).first.click()
    page.get_by_label(re.compile("Регион")).select_option("76")
    page.get_by_label(re.compile("Страховая")).select_option("sogaz-med")
    page.get_by_role("button", name="Показать номера").click()
    said = {
        "on duty": "Дежурный специалист сейчас на связи",
        "phone only": "Дежурного специалиста в эту минуту нет",
        "nobody": "его рассмотрят первым, когда начнётся рабочий день",
    }
    expect(page.get_by_role("main")).to_contain_text(said[state])
    page.wait_for_load_state()
    assert (number_at(page) < urgent_button(page)) == (state != "nobody")
    look_at(page)


def put_on_duty(branch: Branch, now: datetime) -> None:
    person = factories.make_staff("duty", Tier.SPECIALISTS, branch).representative
    hour = timedelta(hours=1)
    DutyShift.objects.create(
        branch=branch, tier=Tier.SPECIALISTS, representative=person, starts_at=now - hour, ends_at=now + hour
    )


def test_i_count_my_waiting_time_and_complain_without_typing_it_again(
    visit: Any,
    branch: Branch,
) -> None:
    Deadline.objects.create(
        code="SPECIALIST", group="care", what="приём врача-специалиста", value=14, unit="working_day",
        basis="Программа госгарантий", valid_from=factories.LONG_AGO,
    )  # fmt: skip
    page = visit("/terms/", javascript=False)
    page.get_by_label("Чего вы ждёте?").select_option("SPECIALIST")
    for name, value in (("since_day", "1"), ("since_month", "10"), ("since_year", "2025")):
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Посчитать").click()
    page.get_by_role("main").get_by_role("button", name="Подать обращение").click()
    assert "SPECIALIST" not in page.url
    go_on(page)
    choose(page, "for_whom", "self")
    go_on(page)
    answer_policy(page)
    expect(page.locator("[name=waiting_for]")).to_have_value("SPECIALIST")
    expect(page.locator("[name=waiting_since_month]")).to_have_value("10")


def test_i_print_the_phones_of_my_region(visit: Any, branch: Branch) -> None:
    phone(branch, INSURER, answers=True)
    page = visit("/insurers/?region=76")
    page.emulate_media(media="print")
    expect(page.locator(f'a[href="tel:{INSURER}"]')).to_be_visible()
    expect(page.locator("main form")).to_be_hidden()
    expect(page.get_by_role("heading", name="Ярославская область", exact=True)).to_be_visible()
