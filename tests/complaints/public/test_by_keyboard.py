"""Filing without a mouse: every stop of the Tab key is seen, mistakes are reached by it, nothing holds it."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from complaints.models import Complaint
from tests.complaints.public.conftest import POLICY
from tests.complaints.public.test_browser import visit  # noqa: F401  the fixture
from tests.journeys.looking import stop_of

#: More stops than any page of patients has.
MOST_STOPS = 80
BUTTON = "main form .button--primary"


class Keys:
    """Somebody who has only the keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self) -> dict[str, Any]:
        """The next stop; it is inside the window, with a ring around it."""
        self.page.keyboard.press("Tab")
        stop = stop_of(self.page)
        assert stop["is_seen"], (self.page.url, stop)
        return stop

    def to(self, selector: str) -> None:
        for _stop in range(MOST_STOPS):
            self.tab()
            if self.page.evaluate("(one) => document.activeElement.matches(one)", selector):
                return
        raise AssertionError(f"{self.page.url}: the Tab key does not come to {selector}")

    def press(self, selector: str) -> None:
        """And wait for the page to which it leads."""
        self.to(selector)
        with self.page.expect_event("load"):
            self.page.keyboard.press("Enter")

    def type(self, name: str, text: str) -> None:
        self.to(f"[name={name}]")
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """With the arrows, as the choices of one question are."""
        self.to(f"[name={name}]")
        wanted = f"document.activeElement.value === '{value}'"
        for _arrow in range(10):
            if self.page.evaluate(wanted):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name}: the arrows do not come to {value}")

    def skips_to_what_matters(self) -> None:
        """The first stop leads past everything that is the same on all pages."""
        assert "skip-link" in self.tab()["class"]
        self.page.keyboard.press("Enter")
        expect(self.page.locator("main")).to_be_focused()
        self.tab()
        assert self.page.evaluate("document.querySelector('main').contains(document.activeElement)")

    def goes_round(self) -> None:
        """From here to the end of the page, and out of it."""
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if stop_of(self.page)["is_outside"]:
                return
        raise AssertionError(f"{self.page.url}: the Tab key does not get out")


def goes_on(keys: Keys, fill: Callable[[], None]) -> None:
    fill()
    keys.press(BUTTON)


def test_i_file_without_a_mouse_and_always_see_where_i_am(visit: Any) -> None:  # noqa: F811
    page: Page = visit("/")
    keys = Keys(page)
    keys.skips_to_what_matters()
    keys.press("a[href='/help/waiting/']")
    keys.press("main a[href^='/complaints/new/']")
    keys.press(BUTTON)
    chooses_nothing_first(keys)
    goes_on(keys, lambda: fills_in_the_policy(keys))
    keys.skips_to_what_matters()
    keys.type("clinic", "Поликлиника № 2")
    goes_on(keys, lambda: keys.type("story", "Второй месяц жду УЗИ."))
    keys.press(BUTTON)
    goes_on(keys, lambda: keys.choose("naming_consent", "yes"))
    goes_on(keys, lambda: keys.type("phone", "8 920 123-45-67"))
    expect(page.get_by_text("Второй месяц жду УЗИ.")).to_be_visible()
    keys.press(BUTTON)
    expect(page.get_by_role("heading", name="Обращение принято")).to_be_visible()
    assert Complaint.objects.count() == 1
    keys.goes_round()


def chooses_nothing_first(keys: Keys) -> None:
    """What is wrong has the focus; Enter on it leads to the question."""
    page = keys.page
    keys.press(BUTTON)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page).to_have_title(re.compile("^Ошибка:"))
    keys.to("[data-error-summary] a")
    page.keyboard.press("Enter")
    expect(page.locator("[name=for_whom]").first).to_be_focused()
    assert stop_of(page)["is_seen"], stop_of(page)
    page.keyboard.press("Space")
    keys.press(BUTTON)


def fills_in_the_policy(keys: Keys) -> None:
    for name, text in (
        ("number", POLICY), ("surname", "Соколова"), ("first_name", "Вера"), ("birth_on_day", "31"),
        ("birth_on_month", "12"), ("birth_on_year", "1950"),
    ):  # fmt: skip
        keys.type(name, text)
