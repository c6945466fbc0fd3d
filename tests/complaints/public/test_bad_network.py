"""A phone between two networks: what was chosen and typed stays, and trying again makes one appeal."""

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from complaints.models import Attachment, Complaint
from tests.complaints.public.conftest import photo_bytes
from tests.complaints.public.test_browser import (  # noqa: F401  the fixture
    answer_policy,
    answer_theme_and_whom,
    choose,
    codes,
    go_on,
    tell_the_story,
    visit,
)

#: So much of the photo leaves the phone before the line is cut.
CUT_AFTER = 100_000


class Line:
    """What lies between a phone and the portal: whatever it carries, until it is cut."""

    def __init__(self, address: str) -> None:
        self.portal = (urlsplit(address).hostname or "", urlsplit(address).port or 0)
        self.door = socket.create_server(("localhost", 0))
        self.url = f"http://localhost:{self.door.getsockname()[1]}"
        self.cut_at: bytes | None = None
        self.is_cut = False
        Thread(target=self._carry_all, daemon=True).start()

    def _carry_all(self) -> None:
        while True:
            try:
                phone, _address = self.door.accept()
            except OSError:  # closed
                return
            if self.is_cut:
                phone.close()
            else:
                Thread(
                    target=self._carry, args=(phone, socket.create_connection(self.portal)), daemon=True
                ).start()

    def _carry(self, phone: socket.socket, portal: socket.socket) -> None:
        Thread(target=_pass_on, args=(portal, phone), daemon=True).start()
        passed = 0
        while data := _heard(phone):
            found = self.cut_at is not None and (passed or self.cut_at in data)
            passed += len(data) if found else 0
            if passed > CUT_AFTER:
                self.is_cut = True
                break
            portal.sendall(data)
        portal.close()
        phone.close()

    def heal(self) -> None:
        self.cut_at, self.is_cut = None, False


def _heard(end: socket.socket) -> bytes:
    with suppress(OSError):
        return end.recv(16_384)
    return b""


def _pass_on(end: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := _heard(end):
            other.sendall(data)
        other.close()


@pytest.fixture
def line(live_server: Any) -> Iterator[Line]:
    made = Line(live_server.url)
    yield made
    made.door.close()


def comes_to_the_files(page: Page) -> None:
    answer_theme_and_whom(page)
    answer_policy(page)
    tell_the_story(page)
    page.wait_for_url("**/files/")


def says_that_nothing_was_sent(page: Page) -> None:
    said = page.get_by_role("alert").filter(has_text="ничего не отправлено")
    expect(said).to_be_visible()
    expect(said).to_be_focused()


def test_my_phone_changes_the_network_in_the_middle_of_a_photo(visit: Any, line: Line) -> None:  # noqa: F811
    page: Page = visit("/privacy/")
    page.goto(f"{line.url}/")
    comes_to_the_files(page)
    picture = {"name": "чек.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes((900, 900), quality=95)}
    assert len(picture["buffer"]) > 2 * CUT_AFTER
    page.locator("input[type=file]").set_input_files([picture])  # type: ignore[list-item]
    line.cut_at = b"POST /complaints/new/files/"
    page.get_by_role("button", name="Продолжить").click()
    says_that_nothing_was_sent(page)
    assert line.is_cut
    expect(page.locator("progress")).to_be_hidden()
    expect(page.get_by_role("button", name="Убрать: чек.jpg")).to_be_visible()
    line.heal()
    go_on(page)
    page.wait_for_url("**/naming/")
    choose(page, "naming_consent", "yes")
    go_on(page)
    page.get_by_label("Телефон").fill("8 920 123-45-67")
    go_on(page)
    page.get_by_role("button", name="Отправить обращение").click()
    expect(page.get_by_role("heading", name="Обращение принято")).to_be_visible()
    assert (Complaint.objects.count(), Attachment.objects.kept().count()) == (1, 1)


def test_the_answer_to_my_last_press_is_lost_and_i_press_again(visit: Any) -> None:  # noqa: F811
    """The appeal was registered; the phone never heard of it."""
    page: Page = visit("/")
    comes_to_the_files(page)
    go_on(page)
    choose(page, "naming_consent", "yes")
    go_on(page)
    page.get_by_label("Телефон").fill("8 920 123-45-67")
    go_on(page)
    page.get_by_role("button", name="Отправить обращение").wait_for()

    def loses_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    page.route("**/complaints/new/send/", loses_the_answer)
    page.get_by_role("button", name="Отправить обращение").click()
    page.wait_for_url("chrome-error://**")
    assert Complaint.objects.count() == 1
    page.unroute("**/complaints/new/send/")
    page.go_back()
    page.get_by_role("button", name="Отправить обращение").or_(
        page.get_by_role("heading", name="Обращение принято")
    ).wait_for()
    if page.get_by_role("button", name="Отправить обращение").is_visible():
        page.get_by_role("button", name="Отправить обращение").click()
    expect(page.get_by_role("heading", name="Обращение принято")).to_be_visible()
    assert re.sub(r"\s", "", codes(page)[0]) == Complaint.objects.get().number
