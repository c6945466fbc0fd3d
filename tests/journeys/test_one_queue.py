"""Two operators at one queue, over sockets, and a shift from sign-in to sign-out. Everything is real."""

import re
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from complaints.api.examples import FILING
from tests.journeys.people import DESK, picture, sign_in, visitor
from tests.running import RunningPortal

pytestmark = pytest.mark.journey

#: What people are told: changes appear at once. The promise is two seconds; the rest is a busy machine's.
#: A page without a socket asks after twenty.
AT_ONCE = 15_000


@pytest.fixture
def desks(browser: Browser, portal: RunningPortal) -> Iterator[dict[str, Page]]:
    """Марина (operator2) and Кирилл (operator3), signed in, each at their own computer, live."""
    pages, errors = {}, []
    for login in ("operator2", "operator3"):
        page = visitor(browser, DESK, base_url=portal.url)
        page.on("pageerror", lambda error: errors.append(str(error)))
        sign_in(page, portal.url, login)
        pages[login] = at_queue(page)
    yield pages
    for page in pages.values():
        page.context.close()
    assert errors == []


def at_queue(page: Page) -> Page:
    page.goto("/staff/")
    expect(page.locator("[data-live-sign]")).to_have_text("изменения видны сразу")
    page.evaluate("window.sameness = 'same'")
    return page


def is_same_page(page: Page) -> bool:
    """It was not loaded again."""
    return bool(page.evaluate("window.sameness === 'same'"))


def file_case(page: Page) -> tuple[str, str]:
    answer = page.request.post(
        "/api/v1/complaints/", data=FILING, headers={"Idempotency-Key": str(uuid4()), "Accept-Language": "ru"}
    )
    assert answer.status == 201, answer.text()
    made = answer.json()
    return made["number"], made["access_code"]


def test_two_operators_work_one_queue_and_one_of_them_goes_home(desks: dict[str, Page]) -> None:
    marina, kirill = desks["operator2"], desks["operator3"]
    number, code = file_case(kirill)
    row = f"#case-{number}"
    for page in (marina, kirill):
        expect(page.locator(row)).to_be_visible(timeout=AT_ONCE)
        assert is_same_page(page)
    a_claim_leaves_the_other_list_and_takes_nothing_from_their_hands(marina, kirill, number)
    both_read_it_and_know_of_each_other(marina, kirill, number)
    a_message_marks_it_at_its_holder(marina, number, code)
    the_shift_ends(marina, kirill, number)


def a_claim_leaves_the_other_list_and_takes_nothing_from_their_hands(
    marina: Page, kirill: Page, number: str
) -> None:
    """Кирилл is typing a caller's number."""
    kirill.keyboard.press("/")
    kirill.keyboard.type("76-26-12")
    began = time.monotonic()
    marina.locator(f"#take-{number}").click()
    marina.wait_for_url(f"**/staff/cases/{number}/")
    expect(kirill.locator(f"#case-{number}")).to_have_count(0, timeout=AT_ONCE)
    print(f"claim to the colleague's list: {time.monotonic() - began:.1f} s")  # noqa: T201
    assert is_same_page(kirill)
    expect(kirill.locator("#find-number")).to_be_focused()
    expect(kirill.locator("#find-number")).to_have_value("76-26-12")
    picture(kirill, "queue-1280")


def both_read_it_and_know_of_each_other(marina: Page, kirill: Page, number: str) -> None:
    marina.locator("#write textarea").fill("Здравствуйте! Я")
    kirill.goto(f"/staff/cases/{number}/")
    expect(marina.locator("[data-readers]")).to_contain_text("Ветров", timeout=AT_ONCE)
    expect(kirill.locator("[data-readers]")).to_contain_text("Кузнецова", timeout=AT_ONCE)
    expect(marina.locator("#write textarea")).to_have_value("Здравствуйте! Я")
    picture(marina, "case-readers-1280")
    what_one_does_is_said_to_the_other(marina, kirill)
    at_queue(kirill)
    expect(marina.locator("[data-readers]")).to_be_hidden(timeout=AT_ONCE)


def what_one_does_is_said_to_the_other(marina: Page, kirill: Page) -> None:
    """Кирилл leaves a note on the case of Марина; she writes. His note stays as he types it."""
    kirill.keyboard.press("n")
    kirill.keyboard.type("Звонила дочь")
    kirill.evaluate("window.sameness = 'same'")
    marina.locator("#write button.button--primary").click()
    expect(kirill.locator("[data-changed]")).to_contain_text("Первая реакция", timeout=AT_ONCE)
    expect(kirill.locator("#part-history")).to_contain_text("Первая реакция")
    assert is_same_page(kirill)
    expect(kirill.locator("#note textarea")).to_be_focused()
    expect(kirill.locator("#note textarea")).to_have_value("Звонила дочь")


def a_message_marks_it_at_its_holder(marina: Page, number: str, code: str) -> None:
    marina.goto("/staff/mine/")
    expect(marina.locator("[data-live-sign]")).to_have_text("изменения видны сразу")
    line = marina.locator("li.queue__row").filter(has_text=number)
    expect(line).not_to_contain_text("новое сообщение")
    marina.request.post(
        f"/api/v1/complaints/{number}/messages/", data={"text": "Есть ли новости?"},
        headers={"X-Access-Code": code},
    )  # fmt: skip
    expect(line).to_contain_text("новое сообщение", timeout=AT_ONCE)


def the_shift_ends(marina: Page, kirill: Page, number: str) -> None:
    marina.locator(".presence-menu summary").click()
    marina.locator(".presence-menu button[value=free]").click()
    expect(marina.locator(".presence-menu summary .presence--free")).to_be_visible()
    marina.get_by_role("button", name="Выйти").click()
    marina.wait_for_url("**/staff/shift/end/")
    expect(marina.locator("main")).to_contain_text("в работе")
    picture(marina, "end-of-shift-1280")
    marina.get_by_role("button", name=re.compile("Вернуть|вернуть|Отдать")).click()
    marina.wait_for_url("**/accounts/login/")
    expect(kirill.locator(f"#case-{number}")).to_be_visible(timeout=AT_ONCE)
    assert is_same_page(kirill)
    marina.goto("/staff/")
    marina.wait_for_url("**/accounts/login/**")
