"""How people of a journey use the browser: small steps in the words of the screen."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

PHONE = {"width": 360, "height": 800}
DESK = {"width": 1280, "height": 900}
PASSWORD = "demo"


def visitor(browser: Browser, viewport: dict[str, int] = DESK, **options: Any) -> Page:
    """A fresh Russian visitor with cookies of their own."""
    context: BrowserContext = browser.new_context(locale="ru-RU", viewport=viewport, **options)
    return context.new_page()


def sign_in(page: Page, url: str, login: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"/(staff|admin)/"))


def choose(page: Page, name: str, value: str) -> None:
    """Press the card of a choice, wherever on it a finger lands."""
    page.locator(f".radio-card:has(input[name={name}][value={value}])").first.click()


def go_on(page: Page) -> None:
    page.locator("main form button.button--primary").last.click()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)  # it may ask for the connection first
    page.wait_for_load_state()


def picture(page: Page, name: str) -> None:
    """A screenshot for the documentation, when SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS", "")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")


def wait_for(true: Callable[[], bool], what: str, within: float) -> None:
    """Poll until it is so; the world of a journey moves by itself."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if true():
            return
        time.sleep(0.5)
    raise AssertionError(f"{what}: not within {within:.0f} s")
