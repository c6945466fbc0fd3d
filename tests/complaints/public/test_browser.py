"""What a person sees and does, in real Chromium."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from complaints.models import Category, Complaint, Message
from insurers.models import Branch, Hotline
from insurers.models.hotlines import Purpose
from tests.complaints.public.conftest import PDF, POLICY, photo_bytes
from tests.journeys.looking import violations

PHONE = {"width": 360, "height": 740}
PROGRAM = {"name": "справка.jpg", "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00" + bytes(600)}


@pytest.fixture
def visit(browser: Browser, transactional_db: None, branch: Branch, live_server: Any) -> Iterator[Any]:
    """visit("/", javascript=False): a page of a fresh visitor with a small phone; script errors fail."""
    contexts, errors = [], []

    def go(path: str, *, javascript: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            locale="ru-RU",
            viewport=PHONE,
            java_script_enabled=javascript,
            base_url=live_server.url,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert errors == []


def go_on(page: Page) -> None:
    press(page, "Продолжить")


def press(page: Page, name: str) -> None:
    """And wait for what comes, with its scripts: a page open for a while asks for the connection first."""
    page.get_by_role("button", name=name).click()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.wait_for_load_state()


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"input[name={name}][value={value}]").check()


def answer_theme_and_whom(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Слишком долго жду")).click()
    page.get_by_role("main").get_by_role("link", name="Подать обращение").click()
    go_on(page)
    choose(page, "for_whom", "self")
    go_on(page)


def answer_policy(page: Page, number: str = POLICY) -> None:
    page.get_by_label("Номер полиса", exact=True).fill(number)
    page.get_by_label("Фамилия").fill("Соколова")
    page.get_by_label("Имя", exact=True).fill("Вера")
    page.get_by_label("День").fill("31")
    page.get_by_label("Месяц").fill("12")
    page.get_by_label("Год").fill("1950")
    go_on(page)


def tell_the_story(page: Page) -> None:
    page.get_by_label(re.compile("О какой больнице")).fill("Поликлиника № 2")
    page.get_by_label(re.compile("своими словами")).fill("Второй месяц жду УЗИ.")
    go_on(page)


def answer_the_rest(page: Page) -> None:
    go_on(page)
    choose(page, "naming_consent", "yes")
    go_on(page)
    page.get_by_label("Телефон").fill("8 920 123-45-67")
    go_on(page)


def codes(page: Page) -> tuple[str, str]:
    expect(page.locator(".confirmation .code")).to_have_count(2)
    number, code = page.locator(".confirmation .code").all_inner_texts()
    return number, code


def file_everything(page: Page) -> tuple[str, str]:
    answer_theme_and_whom(page)
    answer_policy(page)
    tell_the_story(page)
    answer_the_rest(page)
    page.get_by_role("button", name="Отправить обращение").click()
    expect(page.get_by_role("heading", name="Обращение принято")).to_be_visible()
    return codes(page)


def test_i_file_follow_and_write_without_javascript(visit: Any) -> None:
    page = visit("/", javascript=False)
    number, code = file_everything(page)
    page.goto("/status/")
    page.get_by_label("Номер обращения").fill(number)
    page.get_by_label("Код доступа").fill(code)
    page.get_by_role("button", name="Открыть").click()
    page.get_by_label("Написать специалисту").fill("Мне стало хуже")
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator(".thread")).to_contain_text("Мне стало хуже")
    assert Message.objects.count() == 1


def test_i_close_the_tab_in_the_middle_of_a_sentence_and_find_it_again(visit: Any) -> None:
    page = visit("/")
    answer_theme_and_whom(page)
    answer_policy(page)
    with page.expect_response("**/keep/"):
        page.get_by_label(re.compile("своими словами")).press_sequentially("Второй месяц жд")
    context = page.context
    page.close()
    again = context.new_page()
    again.goto("/complaints/new/")
    again.get_by_role("link", name="Продолжить").click()
    expect(again.get_by_label(re.compile("своими словами"))).to_have_value("Второй месяц жд")


def test_i_lose_my_cookies_half_way_and_lose_nothing(visit: Any) -> None:
    page = visit("/")
    answer_theme_and_whom(page)
    answer_policy(page)
    page.context.clear_cookies()
    tell_the_story(page)
    answer_the_rest(page)
    expect(page.get_by_text("Второй месяц жду УЗИ.")).to_be_visible()
    expect(page.get_by_text("Соколова Вера")).to_be_visible()


def test_i_press_send_twice_and_get_one_appeal(visit: Any) -> None:
    page = visit("/", javascript=False)
    answer_theme_and_whom(page)
    answer_policy(page)
    tell_the_story(page)
    answer_the_rest(page)
    change = page.get_by_role("link", name=re.compile("Изменить.*Пациент")).bounding_box()
    assert change is not None
    assert change["x"] + change["width"] > PHONE["width"] - 24  # at the right edge, beside its question
    page.get_by_role("button", name="Отправить обращение").dblclick()
    expect(page.get_by_role("heading", name="Обращение принято")).to_be_visible()
    assert Complaint.objects.count() == 1


def test_i_send_a_program_by_mistake_and_am_told_which_file_it_is(visit: Any) -> None:
    page = visit("/")
    answer_theme_and_whom(page)
    answer_policy(page)
    tell_the_story(page)
    good = {"name": "направление.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.locator("input[type=file]").set_input_files([PROGRAM, good])
    go_on(page)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("[data-error-summary]")).to_contain_text("Файл «справка.jpg» – это программа")
    expect(page.get_by_text("направление.pdf")).to_be_visible()


@pytest.mark.slow
def test_i_choose_thirty_megabytes_and_am_told_so(visit: Any, tmp_path: Any) -> None:
    page = visit("/")
    answer_theme_and_whom(page)
    answer_policy(page)
    tell_the_story(page)
    big = tmp_path / "видео.jpg"
    big.write_bytes(photo_bytes() + bytes(30 * 1024 * 1024))
    page.locator("input[type=file]").set_input_files(big)
    go_on(page)
    expect(page.locator("[data-error-summary]")).to_contain_text("больше 20 МБ")
    page.goto("/complaints/new/story/")
    expect(page.get_by_label(re.compile("своими словами"))).to_have_value("Второй месяц жду УЗИ.")


def test_i_mistype_my_policy_and_the_link_leads_to_the_field(visit: Any) -> None:
    page = visit("/")
    answer_theme_and_whom(page)
    answer_policy(page, POLICY[:14])
    page.locator("[data-error-summary] a").first.click()
    expect(page.get_by_label("Номер полиса", exact=True)).to_be_focused()
    expect(page).to_have_title(re.compile("^Ошибка:"))


def test_i_go_back_to_a_page_where_i_had_a_mistake(visit: Any) -> None:
    """No "resend the form?" of the browser: the page itself, with what was typed."""
    page = visit("/")
    answer_theme_and_whom(page)
    answer_policy(page, POLICY[:14])
    answer_policy(page)
    page.get_by_label(re.compile("О какой больнице")).wait_for()
    page.go_back()
    expect(page.get_by_label("Номер полиса", exact=True)).to_have_value(POLICY)


@pytest.mark.slow
def test_i_reload_the_page_of_a_message_that_was_refused(visit: Any) -> None:
    page = visit("/")
    number, code = file_everything(page)
    page.goto(f"/status/?number={number}")
    page.get_by_label("Код доступа").fill(code)
    page.get_by_role("button", name="Открыть").click()
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.goto(page.url)
    expect(page.get_by_role("heading", name="Что с обращением сейчас")).to_be_visible()


def test_i_take_the_address_of_the_answer_along_on_paper(visit: Any) -> None:
    page = visit("/")
    file_everything(page)
    page.emulate_media(media="print")
    expect(page.locator(".confirmation")).to_contain_text("/status/")
    expect(page.get_by_role("button", name="Распечатать")).to_be_hidden()


@pytest.mark.parametrize(
    "width", [320, *(pytest.param(wide, marks=pytest.mark.slow) for wide in (360, 768, 1280))]
)
def test_i_read_whole_phone_numbers_in_the_directory(visit: Any, branch: Branch, width: int) -> None:
    Hotline.objects.create(branch=branch, purpose=Purpose.RIGHTS_PROTECTION, phone="+74852313828")
    Hotline.objects.create(insurer=branch.insurer, purpose=Purpose.CONTACT_CENTRE, phone="+78001000702")
    page = visit("/insurers/?region=76")
    page.set_viewport_size({"width": width, "height": 740})
    expect(page.locator(".phone-link")).to_have_count(2)
    for number in page.locator(".phone-link__number").all():
        assert number.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), number.inner_text()
    for card in page.locator(".phone-link").all():
        assert card.evaluate(
            "e => e.getBoundingClientRect().right <= e.closest('section').clientWidth + "
            "e.closest('section').getBoundingClientRect().left"
        )


def test_i_scan_the_themes_on_a_phone_without_long_hints(visit: Any) -> None:
    Category.objects.filter(plain_title__startswith="Слишком долго").update(plain_hint="Запись к врачу")
    page = visit("/")
    theme = page.locator(".topic").filter(has_text="Слишком долго жду")
    expect(theme.locator(".topic__hint")).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(theme.locator(".topic__hint")).to_be_visible()


@pytest.mark.slow
def test_i_find_nothing_to_complain_about_with_a_screen_reader(visit: Any) -> None:
    """axe on every page, empty, filled and wrong; none is wider than the phone."""
    page = visit("/", bypass_csp=True)
    paths = ("/", "/help/waiting/", "/help/clinic-now/?region=76&insurer=sogaz-med", "/call/",
             "/call/?region=76&insurer=sogaz-med", "/insurers/?region=76", "/policy/check/", "/terms/",
             "/status/", "/complaints/new/", "/complaints/new/sent/", "/call/?region=00")  # fmt: skip
    for path in paths:
        page.goto(path)
        look_at(page)
    page.goto("/")
    answer_theme_and_whom(page)
    look_at(page)
    answer_policy(page, "1")
    look_at(page)
    answer_policy(page)
    go_on(page)
    look_at(page)
    tell_the_story(page)
    look_at(page)
    go_on(page)
    look_at(page)
    choose(page, "naming_consent", "ask")
    go_on(page)
    go_on(page)
    look_at(page)
    page.get_by_label("Телефон").fill("8 920 123-45-67")
    go_on(page)
    look_at(page)
    press(page, "Отправить обращение")
    look_at(page)
    code = codes(page)[1]
    page.get_by_role("link", name="Открыть моё обращение").click()
    page.get_by_role("button", name="Открыть").click()
    look_at(page)
    page.get_by_label("Код доступа").fill(code)
    page.get_by_role("button", name="Открыть").click()
    look_at(page)
    page.get_by_role("link", name="Отозвать обращение").click()
    look_at(page)


def look_at(page: Page) -> None:
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
