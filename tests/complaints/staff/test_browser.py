"""The workplace in a real browser: keys, typed text, fresh lists, accessibility at three widths."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from complaints.services import search_filling, work
from insurers.models import Branch
from representatives.models import User
from tests.factories import make_complaint, profile
from tests.journeys.looking import violations
from tests.seats import Seat

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (360, *(pytest.param(width, marks=pytest.mark.slow) for width in (768, 1280)))


def test_the_queue_is_worked_by_keys_alone(operator: Page, cases: list[Complaint]) -> None:
    operator.goto("/staff/")
    operator.keyboard.press("j")
    operator.keyboard.press("j")
    operator.keyboard.press("Enter")
    operator.wait_for_url(f"**/staff/cases/{cases[1].number}/")
    operator.keyboard.press("g")
    operator.wait_for_url("**/staff/")
    operator.keyboard.press("t")
    operator.wait_for_url(f"**/staff/cases/{cases[0].number}/")
    operator.keyboard.press("m")
    operator.keyboard.type("Добрый день! jkt?")
    operator.keyboard.press("Control+Enter")
    operator.wait_for_selector(".message--mine >> text=Добрый день! jkt?")
    operator.wait_for_load_state()
    operator.keyboard.press("t")
    operator.wait_for_url(f"**/staff/cases/{cases[1].number}/")


def test_on_a_phone_the_list_stands_high_and_acts_on_many_come_with_the_first_mark(
    seat: Seat, people: dict[str, User], cases: list[Complaint]
) -> None:
    phone = seat(people["operator"], width=360)
    phone.goto("/staff/")
    box = phone.locator(".queue__row").first.bounding_box()
    assert box is not None
    assert box["y"] < 620
    expect(phone.locator("#bulk-act")).to_be_hidden()
    phone.locator(".queue__mark").last.check()
    expect(phone.locator("#bulk-act")).to_be_in_viewport()
    phone.select_option("#bulk-act", "release")
    phone.locator("button[name=which][value=marked]").click()
    expect(phone.get_by_text("Отмечено обращений:")).to_be_visible()


def test_every_part_of_the_queue_has_its_key(operator: Page, cases: list[Complaint]) -> None:
    operator.goto("/staff/")
    operator.keyboard.press("f")
    operator.wait_for_url("**/staff/?filter=1")
    operator.keyboard.press("2")
    operator.wait_for_url("**/staff/mine/")
    operator.keyboard.press("1")
    operator.wait_for_url("**/staff/")
    operator.keyboard.press("p")
    expect(operator.locator(".presence-menu__list")).to_be_visible()
    operator.keyboard.press("Escape")
    operator.keyboard.press("j")
    operator.keyboard.press("c")
    operator.wait_for_url(f"**/staff/cases/{cases[0].number}/")


def test_single_keys_can_be_switched_off(operator: Page, cases: list[Complaint]) -> None:
    operator.goto("/staff/")
    operator.keyboard.press("?")
    operator.uncheck("[data-keys-switch]")
    operator.keyboard.press("Escape")
    operator.goto("/staff/")
    operator.keyboard.press("t")
    operator.wait_for_timeout(300)
    assert operator.url.endswith("/staff/")
    operator.keyboard.press("?")
    expect(operator.locator("#cheat-sheet")).to_be_visible()


def test_the_cheat_sheet_opens_and_gives_focus_back(operator: Page, cases: list[Complaint]) -> None:
    operator.goto("/staff/")
    operator.keyboard.press("?")
    expect(operator.locator("#cheat-sheet")).to_be_visible()
    operator.keyboard.press("Escape")
    expect(operator.locator("#cheat-sheet")).to_be_hidden()


def test_a_list_refreshes_without_taking_focus(
    operator: Page, cases: list[Complaint], people: dict[str, User], now: datetime
) -> None:
    operator.clock.install()
    operator.goto("/staff/")
    operator.locator("[data-live-sign]", has_text="20").wait_for()
    operator.keyboard.press("j")
    operator.keyboard.press("j")
    colleague = people["operator"]
    work.claim(complaint=cases[0], by=colleague, profile=profile(colleague), now=now)
    operator.clock.fast_forward(20_000)
    operator.wait_for_selector(f"#case-{cases[0].number}", state="detached")
    expect(operator.locator(f"#case-{cases[1].number}")).to_be_focused()


def test_cases_are_marked_by_keys_and_stay_marked_in_a_fresh_list(
    operator: Page, cases: list[Complaint], branch: Branch, now: datetime
) -> None:
    operator.clock.install()
    operator.goto("/staff/")
    for key in ("j", "x", "j", "Shift+X"):
        operator.keyboard.press(key)
    expect(operator.locator("[data-marked]")).to_have_text("2")
    newest = make_complaint(branch, now=now)
    operator.clock.fast_forward(20_000)
    operator.wait_for_selector(f"#case-{newest.number}")
    expect(operator.locator(".queue__mark:checked")).to_have_count(2)
    operator.select_option("#bulk-act", "release")
    operator.locator("button[name=which][value=marked]").click()
    operator.locator("summary", has_text="Какие именно").click()
    for case in cases:
        expect(operator.get_by_text(case.number, exact=True)).to_be_visible()


def test_an_unchanged_list_is_left_alone(operator: Page, cases: list[Complaint]) -> None:
    operator.clock.install()
    operator.goto("/staff/")
    operator.evaluate("document.querySelector('[data-live-list]').dataset.same = 'yes'")
    with operator.expect_response(lambda answer: answer.status == 304):
        operator.clock.fast_forward(20_000)
    operator.wait_for_timeout(200)
    assert operator.get_attribute("[data-live-list]", "data-same") == "yes"


def test_the_presence_switch_works_with_keys(operator: Page, people: dict[str, User]) -> None:
    operator.goto("/staff/")
    operator.focus(".presence-menu summary")
    operator.keyboard.press("Enter")
    operator.keyboard.press("Tab")
    operator.keyboard.press("Tab")
    operator.keyboard.press("Enter")
    operator.wait_for_selector(".presence-menu summary .presence--busy")


def test_a_caller_is_found_by_keys_alone(
    operator: Page, cases: list[Complaint], people: dict[str, User], now: datetime
) -> None:
    search_filling.fill_due(now=now)
    operator.goto("/staff/alarms/")
    operator.wait_for_function("document.querySelector('dialog, [data-dialog]') !== null")
    operator.keyboard.press("/")
    operator.keyboard.type("соколава узи")
    operator.keyboard.press("Enter")
    operator.wait_for_selector("mark")
    assert "соколава" not in operator.url
    expect(operator.locator(".queue__row")).to_have_count(2)
    assert violations(operator) == []
    operator.keyboard.press("j")
    operator.keyboard.press("Enter")
    operator.wait_for_url("**/staff/cases/**")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_accessible(
    width: int, operator: Page, cases: list[Complaint], people: dict[str, User], now: datetime
) -> None:
    held = work.claim(complaint=cases[0], by=people["operator"], profile=profile(people["operator"]), now=now)
    case = f"/staff/cases/{held.number}/"
    operator.set_viewport_size({"width": width, "height": 900})
    pages = (
        "/staff/",
        "/staff/?filter=1&channel=site",
        "/staff/keys/",
        "/staff/all/",
        "/staff/alarms/",
        "/staff/shift/end/",
        "/staff/find/",
        case,
        f"{case}resolve/",
        f"{case}dates/",
    )
    for address in pages:
        operator.goto(address)
        assert violations(operator) == [], address
        assert operator.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.slow
def test_a_tab_of_an_earlier_sign_in_does_not_silence_the_others(operator: Page) -> None:
    """Refused, it has given no sign of a person at their place: the next tab gives one."""
    operator.clock.install()
    operator.add_init_script("localStorage.setItem('here-at', Date.now())")
    operator.goto("/staff/")
    operator.evaluate("localStorage.removeItem('here-at')")
    operator.context.clear_cookies(name="csrftoken")  # another sign-in has made a new one
    with operator.expect_response("**/staff/here/") as refused:
        operator.clock.fast_forward(120_000)
    assert refused.value.status == 403
    assert operator.evaluate("localStorage.getItem('here-at')") is None
