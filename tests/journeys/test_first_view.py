"""A bad connection: how much the first page weighs, counted by the browser."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.people import PHONE, visitor
from tests.running import RunningPortal

pytestmark = pytest.mark.journey
LIMIT = 60 * 1000


def test_the_first_view_of_the_first_page_weighs_less_than_sixty_kilobytes(
    browser: Browser, portal: RunningPortal
) -> None:
    """Headers, page, styles, scripts, drawings: all that is transferred to a visitor who was never here."""
    page = visitor(browser, PHONE)
    weights: dict[str, float] = {}
    addresses: dict[str, str] = {}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on(
        "Network.requestWillBeSent", lambda one: addresses.update({one["requestId"]: one["request"]["url"]})
    )
    network.on(
        "Network.loadingFinished", lambda one: weights.update({one["requestId"]: one["encodedDataLength"]})
    )
    page.goto(f"{portal.url}/", wait_until="networkidle")
    page.context.close()
    assert len(weights) > 10
    told = {addresses[request]: weight for request, weight in weights.items()}
    assert sum(weights.values()) < LIMIT, told
