"""Following an appeal as people live through it, on a small phone."""

import re
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from complaints import one_time_codes
from complaints.models import Card, Complaint, OneTimeCode, Rating
from complaints.services import closing, waiting, work
from complaints.services.filing import Filed
from insurers.models import Branch, Policy
from insurers.policy_numbers import check_policy_number
from insurers.services.policies import Holder, PolicyRecord, create_policies
from tests import factories
from tests.complaints.public.conftest import BIRTH_ON, POLICY, photo_bytes
from tests.complaints.public.test_browser import choose, look_at, visit  # noqa: F401  the fixture

PHOTO = {"name": "снимок.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes()}


@pytest.fixture
def filed(visit: Any, branch: Branch, now: datetime, settings: Any) -> Filed:  # noqa: F811
    settings.SMS_MODE = "file"
    holder = Holder(surname="Соколова", first_name="Вера", birth_on=BIRTH_ON, phone="8 (905) 111-22-33")
    create_policies([PolicyRecord(number=check_policy_number(POLICY), holder=holder, branch_id=branch.pk)])
    return factories.file_case(branch, now=now, policy_id=Policy.objects.get().pk)


def hand(branch: Branch, now: datetime) -> dict[str, Any]:
    operator = factories.make_staff("operator", 1, branch)
    return {"by": operator, "profile": factories.profile(operator, on=now.date()), "now": now}


def opened(visit: Any, filed: Filed) -> Page:  # noqa: F811
    page: Page = visit(f"/status/?number={filed.number}", bypass_csp=True)
    page.get_by_label("Код доступа").fill(filed.access_code)
    page.get_by_role("button", name="Открыть").click()
    return page


def code(purpose: str) -> str:
    return one_time_codes.digits_of(OneTimeCode.objects.filter(purpose=purpose).latest("id"))


def test_i_am_asked_a_question_answer_it_with_a_photo_and_the_work_goes_on(
    visit: Any,  # noqa: F811
    filed: Filed,
    branch: Branch,
    now: datetime,
) -> None:
    by = hand(branch, now)
    case = work.claim(complaint=filed.complaint, **by)
    waiting.wait(complaint=case, question="В какой день вам назначили УЗИ?", working_days=2, **by)
    page = opened(visit, filed)
    expect(page.get_by_text("Мы задали вам вопрос и ждём вашего ответа.")).to_be_visible()
    expect(page.locator(".thread")).to_contain_text("В какой день вам назначили УЗИ?")
    look_at(page)
    page.get_by_label("Написать специалисту").fill("Пятого марта, вот направление")
    page.locator("input[type=file]").set_input_files([PHOTO])
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("С ним работает специалист контакт-центра.")).to_be_visible()
    expect(page.locator(".thread")).to_contain_text("снимок.jpg")
    assert Complaint.objects.get().status == "in_work"


def test_i_have_a_new_phone_and_tell_it_with_two_codes(visit: Any, filed: Filed) -> None:  # noqa: F811
    page = opened(visit, filed)
    page.get_by_role("link", name="Телефон, почта, адрес, сообщения").click()
    look_at(page)
    page.get_by_role("link", name=re.compile("Изменить.*Телефон")).click()
    page.get_by_label("Новый телефон").fill("915 987-65")
    choose(page, "known", "email")
    page.get_by_role("button", name="Прислать код").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    look_at(page)
    page.get_by_label("Новый телефон").fill("8 915 987-65-43")
    page.get_by_role("button", name="Прислать код").click()
    look_at(page)
    page.get_by_label("Код из сообщения на прежний контакт").fill(code("known_contact"))
    page.get_by_label("Код из сообщения на новый контакт").fill("1234 5678")
    page.get_by_role("button", name="Сменить контакт").click()
    look_at(page)
    page.get_by_label("Код из сообщения на новый контакт").fill(code("new_contact"))
    page.get_by_role("button", name="Сменить контакт").click()
    expect(page.get_by_text("Изменено.")).to_be_visible()
    expect(page.locator(".summary-list")).to_contain_text("65-43")
    assert Card.objects.get().sealed["applicant"]["phone"] == "+79159876543"


@pytest.mark.slow
def test_i_confirm_who_i_am_save_the_answer_and_rate_the_work(
    visit: Any,  # noqa: F811
    filed: Filed,
    branch: Branch,
    now: datetime,
) -> None:
    by = hand(branch, now)
    case = work.claim(complaint=filed.complaint, **by)
    closing.resolve(complaint=case, outcome="organised", text="УЗИ сделают в пятницу.", **by)
    page = opened(visit, filed)
    expect(page.get_by_text("УЗИ сделают")).to_have_count(0)
    page.get_by_role("link", name="Подтвердить, что это вы").first.click()
    page.get_by_role("button", name=re.compile("Прислать код")).first.click()
    page.get_by_role("textbox", name="Код из сообщения").fill(code("registry_phone"))
    page.get_by_role("button", name="Подтвердить").click()
    expect(page.get_by_text("УЗИ сделают в пятницу.")).to_be_visible()
    look_at(page)
    with page.expect_download() as letter:
        page.get_by_role("link", name=re.compile("Сохранить ответ")).click()
    assert letter.value.suggested_filename == f"{filed.number}.pdf"
    page.get_by_role("button", name="Да, помогло").click()
    page.get_by_role("link", name="Оценить нашу работу").click()
    look_at(page)
    page.get_by_label("5 – очень хорошо").check()
    page.get_by_label("Что было хорошо, что плохо?").fill("Быстро")
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_text("Ваша оценка нашей работы: 5 из 5.")).to_be_visible()
    assert Rating.objects.get().stars == 5
