"""Everybody can use every page: on a phone in each run, in every look, width and state in `make test-all`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys import staff_walk, validator, walk
from tests.journeys.looking import NARROW, WIDE, WIDEST, Sources, axe, widths
from tests.journeys.people import DESK, PHONE, sign_in, visitor
from tests.journeys.walk import Look, Walk
from tests.running import RunningPortal

pytestmark = pytest.mark.journey

EVERY_WIDTH = widths(NARROW, WIDE)
#: Who walks: the login, if any, and the way.
WALKS: dict[str, tuple[str, Callable[[Walk], None]]] = {
    "everybody": ("", walk.as_everybody), "patient": ("", walk.as_patient),
    **{login: (login, staff_walk.of(login)) for login in staff_walk.PAGES},
    "operator": ("operator", staff_walk.as_operator),
}  # fmt: skip
#: How somebody looks at the portal: window, what the browser asks for, what was chosen in the panel.
LOOKS = {
    "phone by night": (PHONE, {"color_scheme": "dark"}, ""),
    "desk by day": (DESK, {"color_scheme": "light"}, ""),
    "desk by night": (DESK, {"color_scheme": "dark"}, ""),
    "phone, big letters, black on white": (PHONE, {}, "large.white"),
    "phone, very big letters, white on black": (PHONE, {}, "huge.black.wide.off"),
    "desk, very big letters, blue": (DESK, {"color_scheme": "dark"}, "huge.blue.wide"),
    "high contrast of Windows": (DESK, {"forced_colors": "active"}, ""),
}


@pytest.fixture
def guest(browser: Browser) -> Iterator[Page]:
    page = visitor(browser, PHONE, color_scheme="light", bypass_csp=True)
    yield page
    page.context.close()


@pytest.fixture(params=[pytest.param(name, id=name) for name in LOOKS])
def looker(request: pytest.FixtureRequest, browser: Browser, portal: RunningPortal) -> Iterator[Page]:
    viewport, options, look = LOOKS[request.param]
    page = visitor(browser, viewport, bypass_csp=True, **options)
    if look:
        page.context.add_cookies([{"name": "look", "value": look, "url": portal.url}])
    yield page
    page.context.close()


def walked(
    page: Page, portal: RunningPortal, *looks: Look, by: Callable[[Walk], None], login: str = ""
) -> list[str]:
    """What is wrong anywhere on this walk."""
    if login:
        sign_in(page, portal.url, login)
    walking = Walk(page, portal.url, looks)
    by(walking)
    return walking.found


def test_somebody_walks_to_every_page_of_the_staff() -> None:
    assert staff_walk.not_walked() == set()


def test_the_first_pages_are_accessible_at_every_width(guest: Page, portal: RunningPortal) -> None:
    assert walked(guest, portal, axe, EVERY_WIDTH, by=walk.at_a_glance) == []


@pytest.mark.slow
def test_the_workplace_is_accessible_at_every_width(guest: Page, portal: RunningPortal) -> None:
    assert walked(guest, portal, axe, EVERY_WIDTH, by=walk.at_work, login="head") == []


@pytest.mark.slow
@pytest.mark.parametrize("path", WALKS)
def test_every_page_is_accessible_in_every_state(guest: Page, portal: RunningPortal, path: str) -> None:
    login, by = WALKS[path]
    assert walked(guest, portal, axe, EVERY_WIDTH, by=by, login=login) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", WALKS)
def test_every_look_is_accessible_at_every_width(looker: Page, portal: RunningPortal, path: str) -> None:
    login, by = WALKS[path]
    assert walked(looker, portal, axe, widths(NARROW, WIDE, WIDEST), by=by, login=login) == []


@pytest.mark.slow
def test_every_page_in_every_state_is_valid_html(
    browser: Browser, portal: RunningPortal, tmp_path: Path
) -> None:
    keep = Sources(tmp_path / "pages")
    for login, by in WALKS.values():
        page = visitor(browser, PHONE)
        walked(page, portal, keep, by=by, login=login)
        page.context.close()
    assert keep.count > 60
    assert validator.faults(keep.folder) == []
