"""A specialist with a tablet in a clinic: by touch, without a keyboard, at the width of one held upright."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Answer, Attachment, Complaint
from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.complaints.public.conftest import files_dir, photo_bytes  # noqa: F401  a fixture
from tests.complaints.staff.test_answering import a_pdf
from tests.factories import make_category, make_complaint
from tests.journeys.looking import violations
from tests.seats import Seat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("files_dir")]
#: What a finger hits (WCAG 2.2, 2.5.8).
LEAST = 24


@pytest.fixture
def tablet(seat: Seat, people: dict[str, User]) -> Page:
    return seat(people["specialist"], width=768, has_touch=True)


@pytest.fixture
def referred(branch: Branch, people: dict[str, User]) -> Complaint:
    theme = make_category("second", arrival_tier=2)
    return make_complaint(branch, now=database_now(), category=theme)


def test_a_case_is_taken_written_to_and_answered_by_touch(
    tablet: Page, referred: Complaint, tmp_path: Path
) -> None:
    photo, letter = tmp_path / "referral.jpg", tmp_path / "answer.pdf"
    photo.write_bytes(photo_bytes((8, 8)))
    letter.write_bytes(a_pdf("answer.pdf").read())
    tablet.goto("/staff/")
    assert fits(tablet)
    tablet.locator("[data-row]").first.tap()
    tablet.wait_for_url(f"**/staff/cases/{referred.number}/")
    tablet.locator("form[action$='/claim/'] [data-act=claim]").first.tap()
    box = tablet.locator("#write textarea")
    expect(box).to_be_visible()
    tablet.wait_for_load_state()
    assert fits(tablet)
    assert violations(tablet) == []
    assert small_targets(tablet) == []
    box.tap()
    box.fill("Я в поликлинике, вас примут сегодня в 15:00.")
    tablet.locator("#write summary").tap()
    tablet.set_input_files("#write input[type=file]", photo)
    tablet.locator("#write").get_by_role("button", name="Отправить", exact=True).tap()
    expect(tablet.get_by_text("вас примут сегодня")).to_be_visible()
    open_act(tablet, "resolve")
    form = tablet.locator("form[action$='/resolve/']")
    form.locator("select[name$=outcome]").select_option("organised")
    form.locator("textarea").fill("Приём состоялся.")
    form.locator("input[type=file]").set_input_files(letter)
    form.locator("button").last.tap()  # and to the next one: there is none
    expect(tablet).to_have_url(re.compile("/staff/$"))
    assert fits(tablet)
    answer = Answer.objects.get(complaint=referred)
    assert answer.signed_file is not None
    assert Attachment.objects.filter(complaint=referred).count() == 2


def open_act(page: Page, act: str) -> None:
    """The act's form stands behind its title."""
    form = page.locator(f"form[action$='/{act}/']")
    page.wait_for_load_state()
    if not form.locator("textarea").first.is_visible():
        page.locator("details.act", has=form).locator("> summary").tap()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def small_targets(page: Page) -> list[str]:
    """Buttons too small for a finger."""
    boxes = page.evaluate(
        "[...document.querySelectorAll('button, summary')].filter(e => e.checkVisibility())"
        ".map(e => [e.textContent.trim(), e.getBoundingClientRect().height])"
    )
    return [re.sub(r"\s+", " ", text) for text, height in boxes if 0 < height < LEAST]
