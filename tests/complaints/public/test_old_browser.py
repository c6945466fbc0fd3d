# ruff: noqa: F811  (the fixture `visit` is another module's)
"""An old phone whose browser cannot ask what stands inside an element (`:has()`, before 2022–2023)."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Error, Page, Route, expect

from tests.complaints.public.test_browser import go_on, visit  # noqa: F401  the fixture
from tests.complaints.public.test_by_keyboard import MOST_STOPS

STYLES = Path(settings.BASE_DIR) / "static/css"


def grow_old(page: Page) -> None:
    """Every sheet arrives with a selector that this browser does not know, as `:has()` is to an old one."""

    def older(asked: Route) -> None:
        with suppress(Error):  # a page that has gone meanwhile wants no sheet
            answer = asked.fetch()
            asked.fulfill(response=answer, body=answer.text().replace(":has(", ":no-such-thing("))

    page.route(re.compile(r"\.css$"), older)
    page.reload()


@pytest.mark.slow
def test_i_make_the_letters_bigger_on_an_old_phone(visit: Any) -> None:
    page: Page = visit("/policy/check/")
    grow_old(page)
    page.fill("[name=surname]", "Соколов")
    page.get_by_role("link", name="Версия для слабовидящих").click()
    panel = page.locator("#look")
    expect(panel).to_be_in_viewport()
    panel.get_by_role("button", name="очень крупный", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-size", "huge")
    expect(page.locator("[name=surname]")).to_have_value("Соколов")
    page.get_by_role("link", name="English").first.click()
    page.locator("#look").get_by_role("button", name="English", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.slow
def test_i_see_on_an_old_phone_which_answer_my_keys_are_at(visit: Any) -> None:
    page: Page = visit("/complaints/new/?theme=waiting")
    go_on(page)
    grow_old(page)
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name === 'for_whom'"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.checked")


def test_what_is_hidden_or_fixed_by_what_stands_inside_asks_first_whether_the_browser_can() -> None:
    """A list of selectors with one unknown is thrown away whole: the other selectors with it."""
    faults = []
    for sheet in sorted(STYLES.rglob("*.css")):
        plain = re.sub(
            r"@supports selector\(:has\(\*\)\) \{(?:[^{}]|\{[^{}]*\})*\}", "", sheet.read_text("utf-8")
        )
        for rule in re.findall(r"[^{}]*:has\([^{}]*\{[^{}]*\}", plain):
            selector, _brace, body = rule.partition("{")
            is_listed = "," in re.sub(r":is\([^{]*\)", "", selector)
            if is_listed or re.search(r"display: none|position:|outline: 0", body):
                faults.append(f"{sheet.name}: {rule.strip()[:100]}")
    assert faults == []
