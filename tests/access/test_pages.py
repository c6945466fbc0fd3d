"""Everybody of the staff can use every page there is, in every state: one that is new is looked at too."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.access.pages import OF_STAFF, Seen, pages, saved_as_files, shown
from tests.access.table import TABLE
from tests.access.world import STAFF, World
from tests.journeys import validator
from tests.journeys.looking import Sources, axe, contrast, widths

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WIDTHS = widths(320, 360, 768, 1280, 1920)
#: A key is added by the browser's own dialog; its form has nothing to press but what opens that.
SENT_BY_SCRIPT = re.compile(r"mfa-add-webauthn.* wcag/h32:")
#: Parts of pages, and sounds and files without a name to save them by.
NO_PAGES = {
    "staff:case_thread", "staff:file", "staff:recording", "staff:beside", "staff:intake_script",
    "staff:export_file", "staff:incident_letter",
}  # fmt: skip


@pytest.fixture(scope="module")
def all_pages(here: World) -> list[Seen]:
    return list(pages(here))


def test_every_address_that_opens_for_staff_shows_a_page(here: World, all_pages: list[Seen]) -> None:
    opens = {
        row.name
        for row in TABLE
        if row.name.startswith(OF_STAFF) and row.method == "GET"
        if 200 in {row.statuses[role] for role in STAFF}
    }
    shows = {seen.name.split()[0] for seen in all_pages}
    assert opens - shows - NO_PAGES - saved_as_files(here) == set()
    assert NO_PAGES & shows == set()


def test_every_page_is_valid_html(all_pages: list[Seen], tmp_path: Path) -> None:
    keep = Sources(tmp_path)
    for seen in all_pages:
        keep.keep(seen.name, seen.body.encode())
    faults = [fault for fault in validator.faults(tmp_path) if not SENT_BY_SCRIPT.search(fault)]
    assert not faults, "\n".join(faults)


def test_every_page_is_accessible_by_day_and_night_and_as_wide_as_its_window(
    browser: Browser, all_pages: list[Seen]
) -> None:
    found: list[str] = []
    with shown(browser, viewport={"width": 1280, "height": 900}) as screen:
        for seen in all_pages:
            page = screen.open(seen)
            faults = axe(page, seen.name, None) + WIDTHS(page, seen.name, None)
            page.emulate_media(color_scheme="dark")
            faults += [f"by night: {fault}" for fault in contrast(page, seen.name, None)]
            page.emulate_media(color_scheme="light")
            found += [f"{seen.name}: {fault}" for fault in faults]
    assert not found, "\n".join(found)


def test_a_fault_would_be_seen(browser: Browser) -> None:
    """Dressed in the portal's own styles, which alone make grey on black of what is grey on white."""
    link = '<link rel="stylesheet" href="/static/css/tokens.css">'
    words = '<p style="color:#595959;background:var(--surface);width:1500px">Words</p><input>'
    body = (
        f"<!doctype html><html><head><title>One</title>{link}</head><body><main>{words}</main></body></html>"
    )
    with shown(browser, viewport={"width": 1280, "height": 900}) as screen:
        page = screen.open(Seen("one", body))
        rules = {fault.partition(":")[0] for fault in axe(page, "one", None)}
        assert {"html-has-lang", "label"} <= rules
        assert [fault[:4] for fault in WIDTHS(page, "one", None)] == ["320 ", "360 ", "768 ", "1280"]
        assert contrast(page, "one", None) == []
        page.emulate_media(color_scheme="dark")
        assert [fault.partition(":")[0] for fault in contrast(page, "one", None)] == ["color-contrast"]
