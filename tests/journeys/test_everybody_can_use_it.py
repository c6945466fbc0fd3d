"""Every page under axe: on a phone by day in each run, on a desk and by night in `make test-all`."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.people import DESK, PHONE, sign_in, visitor
from tests.running import RunningPortal

pytestmark = pytest.mark.journey

PUBLIC = [
    "/", "/help/waiting/", "/help/clinic-now/", "/complaints/new/", "/status/", "/call/", "/call/?region=76",
    "/insurers/", "/insurers/?region=76", "/policy/check/", "/terms/", "/accounts/login/", "/no-such-page/",
    "/status/recover/", "/contact/wrong/AAAAAAAAAAAAAAAAAAAA/",
]  # fmt: skip
STAFF = ["/staff/", "/staff/mine/", "/staff/waiting/", "/staff/answered/", "/staff/alarms/"]
HEAD = ["/staff/dashboard/", "/staff/alarms/", "/staff/all/", "/staff/engine/", "/staff/fairness/"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{page.url} {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"][:3]]


@pytest.fixture(
    params=[
        pytest.param((PHONE, "light"), id="phone by day"),
        pytest.param((DESK, "dark"), id="desk by night", marks=pytest.mark.slow),
        pytest.param((PHONE, "dark"), id="phone by night", marks=pytest.mark.slow),
        pytest.param((DESK, "light"), id="desk by day", marks=pytest.mark.slow),
    ]
)
def guest(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    viewport, scheme = request.param
    page = visitor(browser, viewport, color_scheme=scheme, bypass_csp=True)
    yield page
    page.context.close()


def assert_clean(page: Page, portal: RunningPortal, addresses: list[str]) -> None:
    found: list[str] = []
    for address in addresses:
        page.goto(f"{portal.url}{address}")
        found += violations(page)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        found += [f"{address} scrolls sideways"] if overflow else []
    assert found == []


def test_pages_of_patients_are_accessible(guest: Page, portal: RunningPortal) -> None:
    assert_clean(guest, portal, PUBLIC)


def test_a_patients_own_case_is_accessible(guest: Page, portal: RunningPortal) -> None:
    guest.goto(f"{portal.url}/status/")
    guest.fill("[name=number]", "76-26-0000003-3")
    guest.fill("[name=code]", "3333 4444 5555 6666")
    guest.locator("main form button.button--primary").click()
    guest.wait_for_url("**/status/case/")
    own = ["/status/case/", "/status/case/dates/", "/status/case/reopen/", "/status/case/identity/"]
    assert_clean(guest, portal, own)


def test_a_wrong_number_and_code_are_told_accessibly(guest: Page, portal: RunningPortal) -> None:
    guest.goto(f"{portal.url}/status/")
    guest.fill("[name=number]", "76")
    guest.locator("main form button.button--primary").click()
    assert guest.title().startswith("Ошибка: ")
    assert violations(guest) == []


def test_the_workplace_is_accessible(guest: Page, portal: RunningPortal) -> None:
    sign_in(guest, portal.url, "operator")
    assert_clean(guest, portal, STAFF)
    guest.goto(f"{portal.url}/staff/all/")
    guest.locator("a[href^='/staff/cases/']").first.click()
    assert violations(guest) == []


def test_the_heads_pages_are_accessible(guest: Page, portal: RunningPortal) -> None:
    sign_in(guest, portal.url, "head")
    assert_clean(guest, portal, HEAD)
