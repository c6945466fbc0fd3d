# ruff: noqa: F811  (fixtures of another module)
"""Nothing is heard of a file that is on its way to a case, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Attachment, Complaint, Message
from tests.complaints.public.conftest import files_dir  # noqa: F401  a fixture
from tests.complaints.public.test_stalled import nothing_answers, sends_it_again
from tests.complaints.staff.test_sending_browser import TEXT, chosen, held, photo, press_send  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("files_dir")]


def test_a_file_that_stands_still_is_told_and_sent_again_by_one_press(
    operator: Page, held: Complaint, photo: Path
) -> None:
    operator.goto(f"/staff/cases/{held.number}/")
    operator.locator("#write textarea").fill(TEXT)
    operator.locator("#write summary").click()
    operator.set_input_files("#write input[type=file]", photo)
    nothing_answers(operator, "**/message/")
    press_send(operator)
    expect(operator.locator("#write [data-still]")).to_be_visible()
    assert chosen(operator) == 1
    sends_it_again(operator)
    expect(operator.locator(".message--mine")).to_contain_text("в кабинете 12")
    assert (Message.objects.count(), Attachment.objects.filter(complaint=held).count()) == (1, 1)
