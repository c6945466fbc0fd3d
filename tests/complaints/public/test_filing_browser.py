"""Filing on a phone as people live through it: a bad connection, photos of papers, two minutes."""

import re
from dataclasses import dataclass
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from complaints.models import Attachment, Complaint
from insurers.models import Branch, MedicalOrganisation
from tests.complaints.documents import word
from tests.complaints.public.conftest import PDF, POLICY
from tests.complaints.public.test_browser import (  # noqa: F401  the fixture
    PROGRAM,
    answer_policy,
    answer_the_rest,
    answer_theme_and_whom,
    choose,
    codes,
    go_on,
    look_at,
    tell_the_story,
    visit,
)
from tests.complaints.public.test_files import heic

HEIC = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": heic()}
CONTRACT = {"name": "договор.pdf", "mimeType": "application/pdf", "buffer": PDF}
DISCHARGE = {"name": "выписка.docx", "mimeType": "application/octet-stream", "buffer": word()}
#: Counts what a finger does, over all pages of a visit.
TAPS = """addEventListener("pointerdown", () => sessionStorage.taps = 1 + Number(sessionStorage.taps || 0))"""


def test_i_lose_the_connection_and_nothing_that_i_typed(visit: Any) -> None:  # noqa: F811
    page = visit("/")
    answer_theme_and_whom(page)
    answer_policy(page)
    page.get_by_label(re.compile("О какой больнице")).wait_for()
    page.context.set_offline(True)
    tell_the_story(page)
    said = page.get_by_role("alert").filter(has_text="ничего не отправлено")
    expect(said).to_be_focused()
    expect(page.get_by_label(re.compile("своими словами"))).to_have_value("Второй месяц жду УЗИ.")
    page.context.set_offline(False)
    go_on(page)
    answer_the_rest(page)
    page.get_by_role("button", name="Отправить обращение").wait_for()
    page.context.set_offline(True)
    page.get_by_role("button", name="Отправить обращение").click()
    expect(said).to_be_focused()
    expect(page.get_by_text("Второй месяц жду УЗИ.")).to_be_visible()
    assert not Complaint.objects.exists()
    page.context.set_offline(False)
    page.get_by_role("button", name="Отправить обращение").click()
    expect(page.get_by_role("heading", name="Обращение принято")).to_be_visible()
    assert Complaint.objects.count() == 1


def test_i_send_photos_and_papers_see_how_far_they_are_and_take_one_out(visit: Any) -> None:  # noqa: F811
    page = visit("/complaints/new/", bypass_csp=True)
    choose(page, "theme", "waiting")
    go_on(page)
    page.wait_for_url("**/whom/")
    page.goto("/complaints/new/files/")
    sent: list[Any] = []
    page.on("request", lambda request: sent.append(request.headers.get("x-by-script")))
    page.locator("input[type=file]").set_input_files([HEIC, CONTRACT, DISCHARGE, PROGRAM])
    go_on(page)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("[data-error-summary]")).to_contain_text("Файл «справка.jpg» – это программа")
    assert "1" in sent
    look_at(page)
    for name in ("IMG_1.jpg", "договор.pdf", "выписка.docx"):
        expect(page.locator(".file-list__name", has_text=name)).to_be_visible()
    page.get_by_role("button", name="Удалить: договор.pdf").click()
    expect(page.get_by_role("button", name="Удалить: договор.pdf")).to_have_count(0)
    page.locator("input[type=file]").set_input_files([CONTRACT])
    page.get_by_role("button", name="Добавить и выбрать ещё").click()
    expect(page.get_by_role("button", name="Удалить: договор.pdf")).to_be_visible()
    assert Attachment.objects.kept().count() == 3


@pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_i_find_my_clinic_and_file_with_few_taps(
    visit: Any,  # noqa: F811
    branch: Branch,
    javascript: bool,
) -> None:
    clinic = MedicalOrganisation.objects.create(
        region=branch.region, code="760007", name="ГБУЗ «Поликлиника № 7»", short_name="Поликлиника № 7",
        address="г. Рыбинск, ул. Мира, д. 7",
    )  # fmt: skip
    page: Page = visit("/", javascript=javascript)
    page.add_init_script(TAPS)
    answer_theme_and_whom(page)
    answer_policy(page)
    page.get_by_label(re.compile("О какой больнице")).fill("поликлиника 7")
    page.get_by_role("button", name="Найти в списке больниц").click()
    page.get_by_label("Поликлиника № 7, г. Рыбинск").check()
    page.get_by_label(re.compile("своими словами")).fill("Второй месяц жду УЗИ.")
    go_on(page)
    answer_the_rest(page)
    expect(page.get_by_text("Поликлиника № 7")).to_be_visible()
    page.get_by_role("button", name="Отправить обращение").click()
    expect(page.get_by_role("heading", name="Обращение принято")).to_be_visible()
    number = codes(page)[0]
    with page.expect_download() as saved:
        page.get_by_role("link", name="Сохранить как PDF").click()
    assert saved.value.suggested_filename == f"{number}.pdf".replace("\N{NO-BREAK SPACE}", "")
    assert Complaint.objects.get().medical_organisation == clinic
    if javascript:
        assert int(page.evaluate("sessionStorage.taps")) <= 16


@dataclass
class Hand:
    """Somebody slow: looks at each page, a second and a half to each tap, three signs a second."""

    page: Page
    taps: int = 0
    signs: int = 0

    def look(self) -> None:
        self.page.wait_for_timeout(2000)

    def tap(self, target: Locator) -> None:
        self.page.wait_for_timeout(1500)
        target.click()
        self.taps += 1

    def write(self, target: Locator, text: str) -> None:
        self.tap(target)
        target.press_sequentially(text, delay=333, timeout=60_000)
        self.signs += len(text)

    def go_on(self) -> None:
        with self.page.expect_event("load"):
            self.tap(self.page.get_by_role("button", name="Продолжить"))
        self.look()


@pytest.mark.slow
def test_i_file_in_under_two_minutes_with_a_slow_hand(visit: Any, branch: Branch) -> None:  # noqa: F811
    """With a stopwatch, on a phone; taps and signs are those that docs/patients.md tells."""
    MedicalOrganisation.objects.create(
        region=branch.region, code="760007", name="ГБУЗ «Поликлиника № 7»", short_name="Поликлиника № 7",
        address="г. Рыбинск, ул. Мира, д. 7",
    )  # fmt: skip
    page: Page = visit("/")
    began = monotonic()
    hand = Hand(page)
    hand.look()
    hand.tap(page.get_by_role("link", name=re.compile("Слишком долго жду")))
    hand.look()
    hand.tap(page.get_by_role("main").get_by_role("link", name="Подать обращение"))
    hand.go_on()
    hand.tap(page.locator("input[name=for_whom][value=self]"))
    hand.go_on()
    fill_the_policy(hand)
    hand.go_on()
    hand.write(page.get_by_label(re.compile("О какой больнице")), "поликлиника 7")
    hand.tap(page.get_by_role("button", name="Найти в списке больниц"))
    hand.tap(page.get_by_label("Поликлиника № 7, г. Рыбинск"))
    hand.write(page.get_by_label(re.compile("своими словами")), "Второй месяц жду УЗИ, талонов нет.")
    hand.go_on()
    hand.go_on()
    hand.tap(page.locator("input[name=naming_consent][value=yes]"))
    hand.go_on()
    hand.write(page.get_by_label("Телефон"), "89201234567")
    hand.go_on()
    hand.tap(page.get_by_role("button", name="Отправить обращение"))
    expect(page.get_by_role("heading", name="Обращение принято")).to_be_visible()
    taken = monotonic() - began
    print(f"{hand.taps} taps, {hand.signs} signs, {taken:.0f} seconds")  # noqa: T201  what the document tells
    assert taken < 120
    assert (hand.taps, hand.signs) == (23, 94)


def fill_the_policy(hand: Hand) -> None:
    for label, text in (("Номер полиса", POLICY), ("Фамилия", "Соколова"), ("Имя", "Вера"),
                        ("День", "31"), ("Месяц", "12"), ("Год", "1950")):  # fmt: skip
        hand.write(hand.page.get_by_label(label, exact=True), text)
