"""The engine's page in a real browser: fresh by itself, accessible with everything on it, without scripts."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from complaints.escalation import blocking
from complaints.models import Complaint, EngineHold
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.factories import make_branch, make_complaint, make_everybody, make_rules

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (360, *(pytest.param(width, marks=pytest.mark.slow) for width in (768, 1280)))
PAGES = ("/staff/engine/", "/staff/fairness/")
Visit = Callable[..., Page]


@pytest.fixture
def now() -> datetime:
    return database_now()


@pytest.fixture
def people(now: datetime) -> dict[str, User]:
    branch = make_branch(now=now)
    make_rules()
    return make_everybody(branch)


@pytest.fixture
def cases(people: dict[str, User], now: datetime) -> list[Complaint]:
    """One held for a person, one about to move."""
    held, due = (make_complaint(make_branch(now=now), now=now) for _case in range(2))
    blocking.block(complaint_id=held.pk, now=now)
    Complaint.objects.filter(pk=due.pk).update(
        due_at=now + timedelta(minutes=5), escalate_at=now + timedelta(minutes=5)
    )
    return [held, due]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, people: dict[str, User], client: Any) -> Iterator[Visit]:
    """The browser of a named person; a script error fails the test."""
    errors: list[str] = []
    contexts = []

    def sign_in(username: str, **options: Any) -> Page:
        client.force_login(people[username])
        context = browser.new_context(locale="ru-RU", base_url=live_server.url, **options)
        contexts.append(context)
        cookie = {"name": "session", "value": client.cookies["session"].value, "url": live_server.url}
        context.add_cookies([cookie])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert errors == []


@pytest.mark.parametrize("role", ["head", "admin"])
@pytest.mark.parametrize("width", WIDTHS)
def test_its_pages_are_accessible_with_everything_on_them(
    width: int, role: str, visit: Visit, cases: list[Complaint], now: datetime
) -> None:
    EngineHold.objects.create(held_at=now, jumped_seconds=3600)
    page = visit(role, viewport={"width": width, "height": 900})
    for address in PAGES:
        page.goto(address)
        for closed in page.query_selector_all("main details:not([open]) > summary"):
            closed.click()
        found = Axe().run(page).response["violations"]
        assert [(address, one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_its_figures_stay_fresh_and_nothing_else_moves(visit: Visit, cases: list[Complaint]) -> None:
    page = visit("head")
    page.clock.install()
    page.goto("/staff/engine/")
    page.evaluate("document.querySelector('h1').dataset.same = 'yes'")
    with page.expect_response(lambda answer: answer.status == 304):
        page.clock.fast_forward(20_000)
    Complaint.objects.filter(pk=cases[0].pk).update(blocked_at=None)
    page.clock.fast_forward(20_000)
    page.wait_for_selector("#live-list .figure:nth-of-type(3) dd:text-is('0')")
    assert page.get_attribute("h1", "data-same") == "yes"


def test_a_held_case_is_tried_again_without_scripts(visit: Visit, cases: list[Complaint]) -> None:
    page = visit("head", java_script_enabled=False)
    page.goto("/staff/engine/")
    page.locator(f"li:has-text('{cases[0].number}') button").first.click()
    page.wait_for_load_state()
    assert Complaint.objects.get(pk=cases[0].pk).blocked_at is None
    assert page.locator(".messages, [role=status], .notice--success").first.is_visible()
