"""The engine's page in a real browser: fresh by itself, accessible with everything on it, without scripts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from complaints.escalation import blocking
from complaints.models import Complaint, EngineHold
from insurers.models import Branch
from representatives.models import User
from tests.factories import make_complaint
from tests.journeys.looking import violations
from tests.seats import Seat

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (360, *(pytest.param(width, marks=pytest.mark.slow) for width in (768, 1280)))
PAGES = ("/staff/engine/", "/staff/fairness/")
Visit = Callable[..., Page]


@pytest.fixture
def cases(branch: Branch, people: dict[str, User], now: datetime) -> list[Complaint]:
    """One held for a person, one about to move."""
    held, due = (make_complaint(branch, now=now) for _case in range(2))
    blocking.block(complaint_id=held.pk, now=now)
    Complaint.objects.filter(pk=due.pk).update(
        due_at=now + timedelta(minutes=5), escalate_at=now + timedelta(minutes=5)
    )
    return [held, due]


@pytest.fixture
def visit(seat: Seat, people: dict[str, User]) -> Visit:
    """The browser of a named person."""

    def sign_in(username: str, **options: Any) -> Page:
        return seat(people[username], **options)

    return sign_in


@pytest.mark.parametrize("role", ["head", "admin"])
@pytest.mark.parametrize("width", WIDTHS)
def test_its_pages_are_accessible_with_everything_on_them(
    width: int, role: str, visit: Visit, cases: list[Complaint], now: datetime
) -> None:
    EngineHold.objects.create(held_at=now, jumped_seconds=3600)
    page = visit(role, width=width)
    for address in PAGES:
        page.goto(address)
        for closed in page.query_selector_all("main details:not([open]) > summary"):
            closed.click()
        assert violations(page) == [], address
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
    expect(page.locator(".messages, [role=status], .notice--success").first).to_be_visible()
