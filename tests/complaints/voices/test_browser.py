"""An operator's morning after a voice message, and the mark and sound of a chat, in a real browser."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from complaints.services import voicemail, work
from insurers.models import Branch
from representatives.models import User
from tests.complaints.staff import conftest as staff
from tests.complaints.voices.sounds import wav
from tests.complaints.voices.test_voicemail import recording
from tests.factories import make_category, make_complaint, make_staff, profile
from tests.representatives.test_browser import assert_clean

pytestmark = pytest.mark.django_db(transaction=True)
CALLS = "/staff/call-backs/"
operator = staff.operator


@pytest.fixture
def message(
    branch: Branch,
    people: dict[str, User],
    now: datetime,
    settings: Any,
    tmp_path: Path,
) -> Complaint:
    settings.FILES_DIR = tmp_path
    make_category("question", default_kind="consultation")
    make_category("waiting")
    return voicemail.take_in(recording=recording(branch, content=wav(1)), now=now).complaint


def test_a_voice_message_is_heard_called_back_and_written_down(
    operator: Page,
    message: Complaint,
) -> None:
    operator.set_viewport_size({"width": 1280, "height": 900})
    operator.goto(CALLS)
    operator.get_by_role("button", name=re.compile("Позвонить")).click()
    expect(operator.locator(".call__phone a")).to_have_attribute("href", "tel:+79201234567")
    heard = operator.evaluate(
        "async () => { const sound = document.querySelector('audio'); sound.muted = true; await sound.play();"
        " return [sound.error, Math.round(sound.duration)]; }"
    )
    assert heard == [None, 1]
    operator.set_viewport_size({"width": 360, "height": 800})
    assert_clean(operator, "call")
    form = operator.locator("#write-down")
    form.get_by_label("Что случилось").fill("Два месяца ждёт УЗИ")
    form.get_by_label("Вид обращения").select_option("complaint")
    form.get_by_label("Тема").select_option(label="Тема waiting")
    form.get_by_label("Больница или поликлиника").fill("Поликлиника № 2")
    form.get_by_label("Фамилия звонившего").fill("Соколова")
    form.get_by_label("Запись прочитана").check()
    form.get_by_role("button", name="Записать").click()
    expect(operator.locator(".confirmation__code")).to_have_count(2)
    operator.goto(CALLS)
    expect(operator.get_by_text("Звонка никто не ждёт")).to_be_visible()


@pytest.mark.slow
def test_a_new_chat_is_seen_and_heard_by_who_wants_it(
    operator: Page,
    branch: Branch,
    now: datetime,
) -> None:
    operator.clock.install()
    operator.goto("/staff/")
    bell, sign = operator.locator("[data-chat-bell]"), operator.locator("[data-chat-sign]")
    expect(bell).to_have_text("Звук чатов: нет")
    expect(sign).to_be_hidden()
    bell.click()
    expect(bell).to_have_text("Звук чатов: есть")
    rung = int(operator.locator("body").get_attribute("data-rung") or 0)
    make_complaint(branch, channel="chat", kind="consultation", now=now)
    operator.clock.fast_forward(21_000)
    expect(sign).to_contain_text("1")
    expect(operator.locator("body")).to_have_attribute("data-rung", str(rung + 1))

    more = [make_complaint(branch, channel="chat", kind="consultation", now=now) for _ in range(3)]
    operator.clock.fast_forward(21_000)
    expect(sign).to_contain_text("4")
    expect(operator.locator("body")).to_have_attribute("data-rung", str(rung + 2))
    colleague = make_staff("colleague", 1, branch)
    work.claim(complaint=more[0], by=colleague, profile=profile(colleague), now=now)
    operator.clock.fast_forward(21_000)
    expect(sign).to_contain_text("3")
    expect(operator.locator("body")).to_have_attribute("data-rung", str(rung + 2))


@pytest.mark.slow
def test_a_chat_rings_in_one_of_several_open_pages_and_shows_in_all(
    operator: Page, branch: Branch, now: datetime
) -> None:
    operator.clock.install()
    operator.goto("/staff/")
    pages = [operator, operator.context.new_page()]
    pages[1].goto("/staff/")
    operator.locator("[data-chat-bell]").click()
    pages[1].reload()
    pages[1].locator("h1").click()  # now it may be heard too
    own = rings(pages)
    chat = make_complaint(branch, channel="chat", kind="consultation", now=now)
    for _minute in range(2):
        operator.clock.fast_forward(21_000)
        for page in pages:
            expect(page.locator("[data-chat-sign]")).to_contain_text("1")
    assert rings(pages) == own + 1

    colleague = make_staff("colleague", 1, branch)
    case = work.claim(complaint=chat, by=colleague, profile=profile(colleague), now=now)
    operator.clock.fast_forward(21_000)
    for page in pages:
        expect(page.locator("[data-chat-sign]")).to_be_hidden()
    work.release(complaint=case, by=colleague, profile=profile(colleague), now=now)
    operator.clock.fast_forward(21_000)
    for page in pages:
        expect(page.locator("[data-chat-sign]")).to_contain_text("1")
    assert rings(pages) == own + 2


def rings(pages: list[Page]) -> int:
    return sum(int(page.locator("body").get_attribute("data-rung") or 0) for page in pages)


@pytest.mark.slow
def test_a_chat_opens_beside_the_card_that_is_being_filled_in(
    operator: Page,
    branch: Branch,
    now: datetime,
) -> None:
    operator.clock.install()
    operator.goto("/staff/intake/")
    story = operator.locator("#id_story")
    story.press_sequentially("Ждёт УЗИ")
    operator.clock.fast_forward(2_000)
    chat = make_complaint(branch, channel="chat", kind="consultation", now=now)
    operator.clock.fast_forward(21_000)
    take = operator.locator(f"#chat-{chat.number}")
    expect(take).to_be_visible()
    assert_clean(operator, "card with a chat above it")
    with operator.context.expect_page() as opened:
        take.click()
    opened.value.wait_for_url(f"**/staff/cases/{chat.number}/")
    expect(story).to_have_value("Ждёт УЗИ")
    operator.clock.fast_forward(21_000)
    expect(take).to_have_count(0)
    beside = opened.value
    beside.goto("/staff/intake/")
    beside.get_by_text("1 карточка, которую вы начали").click()
    beside.locator("main details a").click()
    expect(beside.locator("#id_story")).to_have_value("Ждёт УЗИ")
