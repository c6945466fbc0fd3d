"""Letters, colours and languages, as somebody with poor sight or little Russian uses them."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.looking import NARROW, still, stop_of, widths
from tests.journeys.people import DESK, PHONE, choose, go_on, sign_in, visitor
from tests.journeys.walk import Walk, as_patient
from tests.running import RunningPortal

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
STORY = "Попросили заплатить за приём, хотя направление было."


@pytest.fixture
def visit(browser: Browser, portal: RunningPortal) -> Iterator[Visit]:
    """visit("/", javascript=False): a page of a fresh visitor; a script error fails."""
    contexts, errors = [], []

    def go(path: str, viewport: Any = PHONE, *, javascript: bool = True) -> Page:
        page = visitor(browser, viewport, java_script_enabled=javascript, base_url=portal.url)
        contexts.append(page.context)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert errors == []


def press(page: Page, name: str) -> None:
    page.locator("#look").get_by_role("button", name=name, exact=True).click()


def letters(page: Page) -> float:
    page.wait_for_load_state()
    return float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))


def colour(page: Page) -> str:
    page.wait_for_load_state()
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_i_see_poorly_and_make_everything_big_and_yet_lose_nothing_typed(visit: Visit) -> None:
    """Without JavaScript, on a narrow phone, half-way through a form."""
    page = visit("/policy/check/", javascript=False)
    before = letters(page)
    page.fill("[name=number]", "7656 4108")
    page.fill("[name=surname]", "Соколов")
    page.get_by_role("link", name="Версия для слабовидящих").click()
    press(page, "очень крупный")
    press(page, "белым по чёрному")
    press(page, "большое")
    expect(page.locator("[name=number]")).to_have_value("7656 4108")
    expect(page.locator("[name=surname]")).to_have_value("Соколов")
    assert (letters(page) > 1.5 * before, colour(page)) == (True, "rgb(0, 0, 0)")
    page.locator("#look").get_by_role("link", name="Закрыть").click()
    expect(page.locator("#look")).to_be_hidden()
    page.goto("/call/")
    assert (letters(page) > 1.5 * before, colour(page)) == (True, "rgb(0, 0, 0)")
    assert widths(NARROW)(page, "/call/", None) == []
    page.get_by_role("link", name="Версия для слабовидящих").click()
    press(page, "Вернуть обычный вид")
    assert letters(page) == before


def test_i_switch_to_english_in_the_middle_of_my_story(visit: Visit) -> None:
    page = visit("/complaints/new/?theme=paid-care", javascript=False)
    go_on(page)
    choose(page, "for_whom", "self")
    go_on(page)
    page.fill("[name=surname]", "Соколов")
    page.fill("[name=birth_on_day]", "15")
    page.locator(".site-footer").get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Whose policy is it?")
    expect(page.locator("[name=surname]")).to_have_value("Соколов")
    expect(page.locator("[name=birth_on_day]")).to_have_value("15")
    choose(page, "policy_kind", "enp")
    page.fill("[name=number]", "7656 4108 3400 0120")
    page.fill("[name=first_name]", "Андрей")
    page.fill("[name=birth_on_month]", "3")
    page.fill("[name=birth_on_year]", "1985")
    go_on(page)
    page.fill("[name=story]", STORY)
    page.locator(".site-footer").get_by_role("button", name="Русский").click()
    expect(page.locator("[name=story]")).to_have_value(STORY)
    expect(page.get_by_role("heading", level=1)).to_have_text("Расскажите, что случилось")


def test_i_press_enter_in_a_form_and_it_is_sent_not_switched(visit: Visit) -> None:
    """Buttons of the switches belong to the form too; none of them may be its first."""
    page = visit("/policy/check/")
    page.fill("[name=number]", "123")
    page.press("[name=number]", "Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("html")).to_have_attribute("lang", "ru")


def test_i_go_back_after_a_switch_and_nobody_asks_to_send_again(visit: Visit) -> None:
    page = visit("/policy/check/")
    page.fill("[name=surname]", "Соколов")
    page.locator(".site-footer").get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile(r"/policy/check/$"))
    page.goto("/call/")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check a policy number")


def test_an_english_reader_finds_themes_and_terms_in_english(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("link", name="English").click()
    press(page, "English")
    page.get_by_role("link", name=re.compile("asked to pay for treatment")).click()
    expect(page.locator("main ol.numbered")).to_contain_text("Do not pay and sign nothing")
    assert russian_words(page) == []
    page.goto("/terms/")
    expect(page.locator("main table")).to_contain_text("An ambulance when life is in danger")
    page.goto("/help/guides/booking/")
    expect(page.get_by_role("heading", level=1)).to_have_text("How to book an appointment")
    assert russian_words(page) == []


def russian_words(page: Page) -> list[str]:
    """Text in Cyrillic that a screen reader would read as English."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('main :is(h1, h2, p, li, dt, dd, legend, label, th, td, a)')]
        .filter((one) => !one.closest('[lang=ru]') && !one.querySelector('[lang=ru]'))
        .map((one) => one.innerText).filter((text) => /[а-яё]/i.test(text))"""
    )
    return found


@pytest.mark.slow
def test_staff_choose_their_look_too(visit: Visit) -> None:
    page = visit("/accounts/login/", DESK)
    sign_in(page, "", "operator")
    before = letters(page)
    page.get_by_role("link", name="Как показывать сайт").click()
    press(page, "крупный")
    press(page, "чёрным по белому")
    assert letters(page) > 1.2 * before
    assert colour(page) == "rgb(255, 255, 255)"
    page.goto("/staff/all/")
    assert letters(page) > 1.2 * before


@pytest.mark.slow
def test_pictures_go_and_every_button_keeps_its_name(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("link", name="Версия для слабовидящих").click()
    press(page, "убрать")
    expect(page.locator("svg").first).to_be_hidden()
    nameless = page.evaluate(
        "[...document.querySelectorAll('a, button')]"
        ".filter(one => one.checkVisibility() && !one.innerText.trim()).length"
    )
    assert nameless == 0


@pytest.mark.slow
def test_i_walk_by_keyboard_and_always_see_where_i_am(visit: Visit) -> None:
    page = visit("/", DESK)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    expect(page.locator(".skip-link")).to_be_in_viewport()
    unseen, names = [], []
    for _press in range(60):
        page.keyboard.press("Tab")
        stop = stop_of(page)
        if stop["is_outside"]:
            break
        names.append(stop["name"])
        unseen += [] if stop["is_seen"] else [stop["name"]]
    assert unseen == []
    assert len(names) > 15
    assert names.index("Кому звонить") < next(at for at, name in enumerate(names) if "Я сейчас" in name)


def test_i_ask_for_less_motion_and_nothing_moves(browser: Browser, portal: RunningPortal) -> None:
    page = visitor(browser, PHONE, reduced_motion="reduce")
    page.goto(f"{portal.url}/")
    moving = still(page, "/", None)
    page.context.close()
    assert moving == []


@pytest.mark.slow
def test_nothing_moves_on_the_whole_way_of_an_appeal(browser: Browser, portal: RunningPortal) -> None:
    page = visitor(browser, PHONE, reduced_motion="reduce")
    walk = Walk(page, portal.url, [still])
    as_patient(walk)
    page.context.close()
    assert walk.found == []


@pytest.mark.slow
def test_what_moves_is_seen_as_moving(browser: Browser, portal: RunningPortal) -> None:
    page = visitor(browser, PHONE)
    page.goto(f"{portal.url}/policy/check/")
    moving = still(page, "/policy/check/", None)
    page.context.close()
    assert moving != []
