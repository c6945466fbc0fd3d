"""Forty minutes of typing, a session that ended, and one press after the sign-in: in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from complaints.services import work
from omsportal.platform.clock import database_now
from representatives import sessions
from representatives.models import User
from tests.factories import PASSWORD, profile
from tests.journeys.people import picture
from tests.representatives.test_browser import assert_clean
from tests.representatives.test_sessions import MINUTE, SessionStore

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Здравствуйте, Вера Павловна!\nПоликлиника ждёт вас 25 марта в кабинете 12."


def let_the_session_end(page: Page) -> None:
    (cookie,) = (one for one in page.context.cookies() if one["name"] == "session")
    store = SessionStore(cookie["value"])
    store[sessions.SEEN] -= (31 * MINUTE).total_seconds()
    store.save()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_long_answer_outlives_the_session(
    width: int, operator: Page, cases: list[Complaint], people: dict[str, User]
) -> None:
    moment, person = database_now(), people["operator"]
    held = work.claim(complaint=cases[0], by=person, profile=profile(person), now=moment)
    operator.set_viewport_size({"width": width, "height": 900})
    operator.goto(f"/staff/cases/{held.number}/")
    operator.locator("#write textarea").fill(TEXT)
    let_the_session_end(operator)
    operator.locator("#write button.button--primary").click()
    expect(operator.get_by_text("То, что вы написали, сохранено")).to_be_visible()
    picture(operator, f"session-over-{width}")
    operator.fill("[name=login]", "operator")
    operator.fill("[name=password]", PASSWORD)
    operator.get_by_role("button", name="Войти").click()
    operator.wait_for_url("**/accounts/kept/**")
    expect(operator.locator("textarea[name=text]")).to_have_value(TEXT)
    assert_clean(operator, "kept form")
    picture(operator, f"kept-form-{width}")
    operator.locator("textarea[name=text]").press("End")
    operator.get_by_role("button", name="Отправить", exact=True).click()
    operator.wait_for_url(f"**/staff/cases/{held.number}/")
    expect(operator.locator(".message--mine")).to_contain_text("в кабинете 12")
