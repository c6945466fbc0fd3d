"""What a screen reader says by itself: news once, politely, nothing again when the page looks for more."""

from datetime import datetime
from typing import Any

from playwright.sync_api import Page, expect

from complaints.services import thread
from insurers.models import Branch
from tests.complaints.public.following import Followed
from tests.complaints.public.test_browser import visit  # noqa: F401  the fixture
from tests.complaints.public.test_paper import as_in_the_browser_of

#: Every time the words change that are read out.
LISTEN = """() => {
  window.heard = [];
  const said = document.querySelector('[data-live-said]');
  new MutationObserver(() => heard.push(said.textContent))
    .observe(said, { childList: true, characterData: true, subtree: true });
}"""
#: As when somebody comes back to the page: it looks for news at once.
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


def looks_for_news(page: Page) -> None:
    with page.expect_response("**/status/case/thread/"):
        page.evaluate(COME_BACK)


def test_i_hear_a_new_message_once_and_my_words_stay(
    visit: Any,  # noqa: F811
    branch: Branch,
    now: datetime,
) -> None:
    followed = Followed.begun(branch, now)
    hand = followed.taken()
    page: Page = as_in_the_browser_of(followed.patient, visit("/privacy/"), "/status/case/")
    expect(page.locator("[data-live-said]")).to_have_attribute("role", "status")  # polite by itself
    page.evaluate(LISTEN)
    page.locator("[name=text]").press_sequentially("Я хотела спро")
    thread.post_by_staff(complaint=followed.case, text="Вас записали на среду.", no_health_facts=True, **hand)
    looks_for_news(page)
    expect(page.locator("[data-live-said]")).to_contain_text("Вас записали на среду.")
    for _time in range(3):
        looks_for_news(page)
    assert page.evaluate("heard.length") == 1
    expect(page.locator("[name=text]")).to_have_value("Я хотела спро")
    expect(page.locator("[name=text]")).to_be_focused()
    page.locator("[name=text]").press_sequentially("сить")
    assert page.evaluate("heard.length") == 1
