"""A question in the chat, as the person on the phone and the operator live it."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.people import choose, go_on, picture, sign_in
from tests.running import RunningPortal

QUESTION = "Мне сказали заплатить за анализ крови по направлению. Это правильно?"
ANSWER = "Нет, анализ по направлению лечащего врача бесплатный."
MORE = "Но я уже заплатил полторы тысячи."


def asks(page: Page, portal: RunningPortal) -> str:
    """From a help page, without a name; returns the number."""
    page.goto(f"{portal.url}/help/paid-care/")
    page.locator("a[href*='/chat/']").first.click()
    page.fill("[name=text]", QUESTION)
    page.select_option("[name=region]", "76")
    page.select_option("[name=insurer]", "sogaz-med")
    picture(page, "chat-360")
    page.get_by_role("button", name="Спросить").click()
    page.wait_for_url("**/chat/talk/")
    expect(page.locator(".thread")).to_contain_text(QUESTION)
    codes = page.locator(".confirmation__code .code").all_inner_texts()
    assert re.fullmatch(r"[\d\s]{16,}", codes[1].strip()), codes
    return codes[0].replace("\n", "").replace(" ", "")


def is_typing(page: Page) -> None:
    """Half a sentence, and the cursor stays in it."""
    page.locator("[name=text]").press_sequentially("Но я уже")


def takes_it_and_answers(page: Page, portal: RunningPortal, number: str) -> None:
    sign_in(page, portal.url, "operator")
    page.goto(f"{portal.url}/staff/?channel=chat")
    expect(
        page.locator("#live-list li").filter(has_text=number).get_by_text("чат", exact=True)
    ).to_be_visible()
    page.goto(f"{portal.url}/staff/cases/{number}/")
    page.locator("form[action$='/claim/'] [data-act=claim]").click()
    page.locator("form[action$='/message/'] textarea").fill(ANSWER)
    page.locator("form[action$='/message/'] button.button--primary").click()
    expect(page.locator(".thread")).to_contain_text(ANSWER)


def sees_the_answer_where_they_are(page: Page) -> None:
    """Without a reload: the words typed meanwhile and the cursor are where they were; it is read out."""
    expect(page.locator(".thread")).to_contain_text(ANSWER, timeout=25_000)
    expect(page.locator("[name=text]")).to_have_value("Но я уже")
    expect(page.locator("[name=text]")).to_be_focused()
    expect(page.locator("[data-live-said]")).to_contain_text(ANSWER)
    expect(page.get_by_text("Специалист взял ваш вопрос")).to_be_visible()
    page.fill("[name=text]", MORE)
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator(".thread")).to_contain_text(MORE)
    picture(page, "chat-talk-360")


def sees_the_reply(page: Page) -> None:
    """The operator, whose page was open all the time."""
    expect(page.locator(".thread")).to_contain_text(MORE, timeout=25_000)


def makes_an_appeal_of_it(page: Page) -> None:
    """Theme, insurer and story are there; what is new is asked."""
    page.get_by_role("button", name="Сделать обращение").click()
    choose(page, "for_whom", "self")
    go_on(page)
    choose(page, "policy_kind", "none")
    page.fill("[name=surname]", "Соколов")
    page.fill("[name=first_name]", "Андрей")
    for part, value in (("day", "15"), ("month", "3"), ("year", "1985")):
        page.fill(f"[name=birth_on_{part}]", value)
    go_on(page)
    assert page.locator("[name=story]").input_value() == f"{QUESTION}\n\n{MORE}"
    page.fill("[name=clinic]", "Поликлиника № 3")
    go_on(page)
    go_on(page)
    choose(page, "naming_consent", "yes")
    go_on(page)
    page.fill("[name=phone]", "8 (920) 123-45-67")
    go_on(page)
    expect(page.get_by_text("СОГАЗ-Мед").first).to_be_visible()
    go_on(page)
    page.wait_for_url("**/sent/")
