"""Everybody can use every page of patients, in every state: one that is new is looked at too."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from insurers.models import Branch
from tests.access.pages import Seen, shown
from tests.access.walk import routes
from tests.complaints.public.tour import Tour, furnish
from tests.journeys import validator
from tests.journeys.looking import Sources, axe, contrast, widths

pytestmark = pytest.mark.slow
#: 320 and 640 are also a desk at 400 and 200 %.
WIDTHS = widths(320, 640, 1280, 2560)
#: What answers with something that is no page of its own, or only ever leads to another page.
NO_PAGES = {
    "filing_receipt", "filing_discard", "filing_file_remove", "filing_keep", "case_thread", "case_answer",
    "case_file", "case_leave", "case_confirm", "case_notices", "case_revoke", "case_erase", "case_message",
    "case_answer_channel", "case_follow", "case_identity_send", "terms_appeal", "filing_send", "chat_message",
    "chat_appeal",
}  # fmt: skip
#: Language, look, colours that the system asks for, width of the window.
WAYS = [
    ("ru", "", "light", 360), ("en", "wide", "dark", 1280), ("ru", "huge.black.wide.off", "light", 360),
    ("ru", "large.blue", "dark", 1280),
]  # fmt: skip


@pytest.fixture(autouse=True)
def as_on_a_quiet_day(settings: Any, branch: Branch) -> None:
    """Messages can be sent, and nobody has tried too often."""
    settings.SMS_MODE = "file"
    furnish(branch)


def test_every_address_of_patients_is_looked_at(branch: Branch, now: datetime) -> None:
    tour = Tour(branch, now).whole()
    known = {route.name for route in routes() if route.name.startswith("public:")}
    assert {name.removeprefix("public:") for name in known - tour.routes} - NO_PAGES == set()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_valid_html(branch: Branch, now: datetime, language: str, tmp_path: Path) -> None:
    keep = Sources(tmp_path)
    for seen in Tour(branch, now, language).whole().seen:
        keep.keep(seen.name, seen.body.encode())
    assert validator.faults(tmp_path) == []


@pytest.mark.parametrize(("language", "look", "scheme", "width"), WAYS)
def test_every_page_is_accessible_and_no_wider_than_its_window(
    browser: Browser, branch: Branch, now: datetime, language: str, look: str, scheme: str, width: int
) -> None:
    pages: list[Seen] = Tour(branch, now, language, look).whole().seen
    found: list[str] = []
    with shown(browser, color_scheme=scheme, viewport={"width": width, "height": 900}) as screen:
        for seen in pages:
            page = screen.open(seen)
            found += [
                f"{seen.name}: {fault}"
                for fault in (*axe(page, seen.name, None), *WIDTHS(page, seen.name, None))
            ]
    assert found == []


@pytest.mark.parametrize("colours", ["white", "black", "blue"])
def test_every_size_in_every_colours_of_the_panel_can_be_read(
    browser: Browser, branch: Branch, now: datetime, colours: str
) -> None:
    pages = one_of_each(Tour(branch, now, look=f"large.{colours}").whole().seen)
    narrow, found = widths(320), []
    with shown(browser, viewport={"width": 360, "height": 900}) as screen:
        for seen in pages:
            for size in ("", ' data-size="large"', ' data-size="huge"'):
                page = screen.open(Seen(seen.name, seen.body.replace(' data-size="large"', size, 1)))
                assert page.locator("html").get_attribute("data-colours") == colours
                faults = (*contrast(page, seen.name, None), *narrow(page, seen.name, None))
                found += [f"{seen.name}{size}: {fault}" for fault in faults]
    assert found == []


def one_of_each(pages: list[Seen]) -> list[Seen]:
    """Every fourth state: each kind of page is among them, and colours differ by kind."""
    return pages[::4]
