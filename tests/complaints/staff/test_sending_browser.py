"""Nothing typed or chosen on the page of a case is lost, in a real browser: no session, no network."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Page, expect

from complaints.escalation import moves
from complaints.models import Attachment, Complaint, Message, WorkDraft
from complaints.services import naming, work
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.complaints.public.conftest import files_dir, photo_bytes  # noqa: F401  a fixture
from tests.factories import profile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("files_dir")]
TEXT = "Вас ждут 25 марта в кабинете 12."
PATIENCE = 20_000  # of a machine that others use


@pytest.fixture
def held(cases: list[Complaint], people: dict[str, User]) -> Complaint:
    hand = people["operator"]
    return work.claim(complaint=cases[0], by=hand, profile=profile(hand), now=database_now())


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "referral.jpg"
    path.write_bytes(photo_bytes((8, 8)))
    return path


def sign_in_anew(page: Page, user: User) -> None:
    """In another tab of the same browser."""
    client = Client()
    client.force_login(user)
    url = page.url.split("/staff/")[0]
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": url}])


def press_send(page: Page) -> None:
    page.locator("#write button.button--primary").click()


def chosen(page: Page) -> int:
    return int(page.locator("#write input[type=file]").evaluate("input => input.files.length"))


def test_text_and_file_outlive_a_session_that_ended(
    operator: Page, held: Complaint, photo: Path, people: dict[str, User]
) -> None:
    operator.goto(f"/staff/cases/{held.number}/")
    box = operator.locator("#write textarea")
    box.fill(TEXT)
    operator.locator("#write summary").click()
    operator.set_input_files("#write input[type=file]", photo)
    expect(operator.locator("#write .file-list")).to_contain_text("referral.jpg")
    Session.objects.all().delete()
    press_send(operator)
    expect(operator.locator("#write [data-not-sent=out]")).to_be_focused()
    expect(box).to_have_value(TEXT)
    assert chosen(operator) == 1
    sign_in_anew(operator, people["operator"])
    operator.context.clear_cookies(name="csrftoken")  # a sign-in makes a new one
    press_send(operator)
    expect(operator.locator(".message--mine")).to_contain_text("в кабинете 12")
    assert (Message.objects.count(), Attachment.objects.filter(complaint=held).count()) == (1, 1)
    expect(box).to_have_value("")


@pytest.mark.slow
def test_without_a_network_text_and_file_stay_and_one_press_sends_them(
    operator: Page, held: Complaint, photo: Path
) -> None:
    operator.goto(f"/staff/cases/{held.number}/")
    operator.locator("#write textarea").fill(TEXT)
    operator.context.set_offline(True)
    press_send(operator)
    expect(operator.locator("#write [data-not-sent=offline]")).to_be_visible()
    operator.locator("#write summary").click()
    operator.set_input_files("#write input[type=file]", photo)
    press_send(operator)
    expect(operator.locator("#write [data-not-sent=offline]")).to_be_focused()
    assert chosen(operator) == 1
    operator.context.set_offline(False)
    press_send(operator)
    expect(operator.locator(".message--mine")).to_contain_text("в кабинете 12")
    assert (Message.objects.count(), Attachment.objects.filter(complaint=held).count()) == (1, 1)


@pytest.mark.slow
def test_a_slip_and_a_changed_case_leave_the_chosen_file_where_it_is(
    operator: Page, held: Complaint, photo: Path, people: dict[str, User]
) -> None:
    operator.goto(f"/staff/cases/{held.number}/")
    operator.locator("#write textarea").fill("Здравствуйте, [[имя]]!")
    operator.locator("#write summary").click()
    operator.set_input_files("#write input[type=file]", photo)
    press_send(operator)
    expect(operator.locator("#write [data-error-summary]")).to_contain_text("имя")
    operator.locator("#write textarea").fill(TEXT)
    head = people["head"]
    naming.note(complaint=held, allowed=True, by=head, profile=profile(head), now=database_now())
    press_send(operator)
    problem = operator.locator("#write [data-error-summary]")
    expect(problem).to_contain_text(str(head))
    assert chosen(operator) == 1
    press_send(operator)
    expect(operator.locator(".message--mine")).to_contain_text("в кабинете 12")
    assert Attachment.objects.filter(complaint=held).count() == 1


@pytest.mark.slow
def test_back_from_another_page_and_a_second_window_find_what_was_typed(
    operator: Page, held: Complaint
) -> None:
    address = f"/staff/cases/{held.number}/"
    operator.goto(address)
    operator.locator("#write textarea").fill(TEXT)
    expect(operator.locator("#write [data-draft-sign]")).not_to_be_empty()
    operator.keyboard.press("Escape")
    operator.locator(".staff-bar__nav a").first.click()
    operator.wait_for_url("**/staff/")
    operator.go_back()
    expect(operator.locator("#write textarea")).to_have_value(TEXT)
    other = operator.context.new_page()
    other.goto(address)
    expect(other.locator("#write textarea")).to_have_value(TEXT)
    other.locator("#write textarea").fill(f"{TEXT} Возьмите полис.")
    expect(other.locator("#write [data-draft-sign]")).not_to_be_empty()
    operator.locator("#write textarea").fill(f"{TEXT} Приходите пораньше.")
    expect(operator.locator("#write [data-draft-newer] a")).to_be_visible()
    texts = {draft.sealed["fields"]["text"] for draft in WorkDraft.objects.all()}
    assert texts == {f"{TEXT} Возьмите полис.", f"{TEXT} Приходите пораньше."}


@pytest.mark.slow
def test_a_list_and_a_case_say_when_nothing_is_reached(operator: Page, held: Complaint) -> None:
    operator.clock.install()
    for address in ("/staff/", f"/staff/cases/{held.number}/"):
        operator.goto(address)
        sign = operator.locator("[data-live-sign]")
        expect(sign).to_contain_text("20")
        operator.context.set_offline(True)
        operator.clock.fast_forward(20_000)
        expect(sign).to_contain_text("нет связи")
        operator.context.set_offline(False)
        operator.clock.fast_forward(20_000)
        expect(sign).to_contain_text("20")


@pytest.mark.slow
def test_the_acts_of_a_case_have_keys(operator: Page, held: Complaint) -> None:
    operator.goto(f"/staff/cases/{held.number}/")
    operator.keyboard.press("e")
    expect(operator.locator("form[action$='/escalate/'] select").first).to_be_focused()
    operator.keyboard.press("Escape")
    operator.keyboard.press("u")
    expect(operator.locator(".case-head a[href^='tel:']")).to_be_visible()
    operator.wait_for_load_state()
    operator.keyboard.press("h")
    operator.wait_for_url("**/hand-over/")
    operator.wait_for_load_state()
    operator.keyboard.press("l")
    operator.wait_for_url("**/reclassify/")
    operator.wait_for_load_state()
    operator.keyboard.press("b")
    expect(operator.locator("#part-head form[action$='/claim/']")).to_be_visible()
    held.refresh_from_db()
    assert held.assignee is None


def test_what_others_do_with_an_open_case_is_said_and_takes_nothing_out_of_hand(
    operator: Page, held: Complaint, people: dict[str, User], polled: Callable[[Page], None], now: datetime
) -> None:
    operator.clock.install()
    operator.goto(f"/staff/cases/{held.number}/")
    box = operator.locator("#write textarea")
    box.fill(TEXT)
    head = people["head"]
    naming.note(complaint=held, allowed=True, by=head, profile=profile(head), now=now)
    polled(operator)
    said = operator.locator("[data-changed]")
    expect(said).to_contain_text(str(head), timeout=PATIENCE)
    expect(operator.locator("#part-history")).to_contain_text(str(head))
    case_head = operator.locator("#part-head")
    case_head.evaluate("part => { part.tabIndex = -1; part.focus(); }")
    moves.move_named_due(ids=[held.pk], now=held.due_at)
    polled(operator)
    expect(said).to_contain_text("2-й уровень", timeout=PATIENCE)
    expect(case_head).to_be_focused()
    box.focus()
    expect(case_head).to_contain_text("2-й уровень")
    expect(operator.locator("#part-acts form[action$='/resolve/']")).to_have_count(0)
    expect(box).to_be_focused()
    expect(box).to_have_value(TEXT)


@pytest.fixture
def polled() -> Callable[[Page], None]:
    """This server has no sockets: the page asks every twenty seconds."""

    def wait(page: Page) -> None:
        with page.expect_response(lambda answer: answer.url.endswith("/thread/")):
            page.clock.fast_forward(20_000)

    return wait
