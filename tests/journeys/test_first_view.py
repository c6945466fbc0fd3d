"""A bad connection: how much the first page weighs, counted by the browser."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.people import PHONE, visitor
from tests.journeys.walk import OPEN
from tests.running import RunningPortal

pytestmark = pytest.mark.journey
LIMIT = 30 * 1000
#: Of the page itself.
PAGE = 20 * 1000


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/complaints/new/",
        *(
            pytest.param(each, marks=pytest.mark.slow)
            for each in ("/call/", "/status/", "/insurers/?region=76")
        ),
    ],
)
def test_the_first_view_of_a_page_weighs_less_than_thirty_kilobytes(
    browser: Browser, portal: RunningPortal, address: str
) -> None:
    """Headers, page, styles, scripts, drawings: all that is transferred to a visitor who was never here."""
    page = visitor(browser, PHONE)
    weighed = Scales(page)
    page.goto(f"{portal.url}{address}", wait_until="networkidle")
    page.context.close()
    assert len(weighed.told) >= 5
    assert sum(weighed.told.values()) < LIMIT, weighed.told


def test_a_page_of_filing_and_an_opened_case_are_light_too(browser: Browser, portal: RunningPortal) -> None:
    """For whoever comes from one page of ours to the next: styles and scripts are there already."""
    page = visitor(browser, PHONE)
    page.goto(f"{portal.url}/status/?number={OPEN[0]}")
    page.fill("[name=code]", OPEN[1])
    weighed = Scales(page)
    with page.expect_event("load"):
        page.locator("main form .button--primary").click()
    page.wait_for_function("document.readyState === 'complete'")
    assert "/status/case/" in page.url
    body = max(weight for address, weight in weighed.told.items() if address.endswith("/status/case/"))
    page.context.close()
    assert body < PAGE


class Scales:
    """What is transferred from now on, by address."""

    def __init__(self, page: Page) -> None:
        self.told: dict[str, float] = {}
        self._addresses: dict[str, str] = {}
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.requestWillBeSent", self._begins)
        network.on("Network.loadingFinished", self._ends)

    def _begins(self, one: dict[str, Any]) -> None:
        self._addresses[one["requestId"]] = one["request"]["url"]

    def _ends(self, one: dict[str, Any]) -> None:
        address = self._addresses.get(one["requestId"], "")
        self.told[address] = self.told.get(address, 0) + one["encodedDataLength"]
