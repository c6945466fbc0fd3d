# ruff: noqa: F811  (the fixture `visit` is another module's)
"""A connection that says nothing at all, and an appeal that closes while somebody writes into it."""

from datetime import datetime
from typing import Any

from playwright.sync_api import Page, Route, expect

from complaints.models import Attachment, Message, PatientSession
from insurers.models import Branch
from tests.complaints.public.conftest import photo_bytes
from tests.complaints.public.following import Followed
from tests.complaints.public.test_bad_network import comes_to_the_files
from tests.complaints.public.test_browser import visit  # noqa: F401  the fixture
from tests.complaints.public.test_two_browsers import my_page

PHOTO: Any = {"name": "чек.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes((8, 8))}
STILL = "[data-still]"


def nothing_answers(page: Page, address: str) -> None:
    """Once; and the page loses its patience at once."""
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    page.route(address, hold)
    page.locator(STILL).evaluate("note => { note.dataset.still = '0.2'; }")


def sends_it_again(page: Page) -> None:
    expect(page.locator(STILL)).to_contain_text("Ничего не движется")
    page.locator(STILL).get_by_role("button", name="Отправить снова").click()


def test_a_photo_that_stands_still_is_told_and_sent_again_by_one_press(visit: Any) -> None:
    page: Page = visit("/")
    comes_to_the_files(page)
    page.locator("input[type=file]").set_input_files([PHOTO])
    nothing_answers(page, "**/files/")
    page.get_by_role("button", name="Продолжить").click()
    expect(page.locator(STILL)).to_be_visible()
    expect(page.get_by_role("button", name="Убрать: чек.jpg")).to_be_visible()
    sends_it_again(page)
    page.wait_for_url("**/naming/")
    assert Attachment.objects.kept().count() == 1


def test_my_words_and_photo_outlive_silence_a_slip_and_the_end_of_the_half_hour(
    visit: Any, branch: Branch, now: datetime
) -> None:
    followed = Followed.begun(branch, now)
    page = my_page(visit, followed.patient)
    page.locator("#write [name=text]").fill("Вот чек.")
    page.locator("#write [type=file]").set_input_files(
        [PHOTO, {**PHOTO, "name": "a.exe", "buffer": b"MZ" * 9}]
    )
    send = page.locator("#write").get_by_role("button", name="Отправить", exact=True)
    send.click()
    expect(page.locator("#write [data-error-summary]")).to_be_focused()
    expect(page.locator("#write [data-error-summary]")).not_to_contain_text("Выберите файлы ещё раз")
    page.get_by_role("button", name="Убрать: a.exe").click()
    PatientSession.objects.all().delete()
    send.click()
    expect(page.locator("#write [data-not-sent=closed]")).to_be_focused()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Открыть обращение (новая вкладка)").click()
    tab = opened.value
    tab.locator("[name=code]").fill(followed.filed.access_code)
    tab.get_by_role("button", name="Открыть").click()
    tab.wait_for_url("**/status/case/")
    nothing_answers(page, "**/message/")
    send.click()
    sends_it_again(page)
    expect(page.locator(".thread")).to_contain_text("Вот чек.")
    assert (Message.objects.count(), Attachment.objects.kept().count()) == (1, 1)
