"""A phone from its draft to the screen of a patient, and two administrators at one phone, in a browser."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from complaints.services import publishing
from insurers.models import Branch, Hotline
from representatives.models import User
from tests.journeys.looking import no_barriers
from tests.seats import Seat

pytestmark = pytest.mark.django_db(transaction=True)
PhoneOf = Callable[[str], Page]


@pytest.fixture
def page_of(seat: Seat, people: dict[str, User]) -> PhoneOf:
    """page_of("head"): a phone with this person signed in; page_of(""): a patient's."""
    return lambda who: seat(people.get(who), width=360)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_a_phone_goes_from_its_draft_to_the_patients_screen(page_of: PhoneOf, branch: Branch) -> None:
    head, patient = page_of("head"), page_of("")
    head.goto(f"/staff/organisations/branches/{branch.pk}/hotline/")
    head.get_by_role("link", name="Новый телефон").click()
    no_barriers(head)
    head.get_by_label("Телефон", exact=True).fill("8 4852 31-38")
    press(head, "Сохранить черновик")
    expect(head.get_by_role("alert")).to_contain_text("Это не полный номер")
    head.get_by_label("Телефон", exact=True).fill("8 (4852) 31-38-28 доб. 5")
    head.get_by_label("Часы работы").fill("ежедневно 0-24")
    press(head, "Сохранить черновик")
    expect(head.get_by_role("heading", name=re.compile("Так это увидят пациенты"))).to_be_visible()
    expect(head.locator(".organisation__new")).to_contain_text("сейчас ответят")
    no_barriers(head)
    patient.goto("/call/?region=76&insurer=sogaz-med")
    expect(patient.get_by_text("31-38-28")).to_have_count(0)
    press(head, "Опубликовать сейчас")
    expect(head.get_by_text("пациенты уже видят")).to_be_visible()
    no_barriers(head)
    patient.reload()
    expect(patient.get_by_text("31-38-28")).to_be_visible()
    expect(patient.get_by_text("доб. 5")).to_be_visible()


@pytest.mark.slow
def test_a_new_number_is_on_the_patients_screen_from_its_moment_on(
    page_of: PhoneOf, branch: Branch, now: datetime
) -> None:
    line = Hotline.objects.create(branch=branch, purpose="duty", phone="+74852313828")
    head, patient = page_of("head"), page_of("")
    head.goto(f"/staff/organisations/hotline/{line.pk}/")
    head.get_by_label("Телефон", exact=True).fill("8 (4852) 20-00-01")
    press(head, "Сохранить черновик")
    at = (now.astimezone(branch.zone) + timedelta(days=1)).replace(hour=8, minute=30, second=0, microsecond=0)
    head.get_by_label("День публикации").fill(f"{at:%Y-%m-%d}")
    press(head, "Назначить публикацию")
    expect(head.get_by_role("alert")).to_be_visible()
    expect(head.get_by_label("День публикации")).to_have_value(f"{at:%Y-%m-%d}")
    no_barriers(head)
    head.get_by_label("Время публикации").fill("08:30")
    press(head, "Назначить публикацию")
    expect(head.get_by_text("Опубликуется сам:")).to_be_visible()
    no_barriers(head)
    patient.goto("/call/?region=76&insurer=sogaz-med")
    expect(patient.get_by_text("31-38-28")).to_be_visible()
    assert publishing.look(at) == 1
    patient.reload()
    expect(patient.get_by_text("20-00-01")).to_be_visible()
    expect(patient.get_by_text("31-38-28")).to_have_count(0)
    head.reload()
    expect(head.get_by_text("опубликован в назначенный момент")).to_be_visible()


@pytest.mark.slow
def test_two_administrators_at_one_phone(page_of: PhoneOf, branch: Branch) -> None:
    line = Hotline.objects.create(branch=branch, purpose="duty", phone="+74852313828")
    address = f"/staff/organisations/hotline/{line.pk}/"
    anna, boris = page_of("head"), page_of("insurer_admin")
    anna.goto(address)
    boris.goto(address)
    boris.get_by_label("Часы работы").fill("пн-пт 9-18")
    anna.get_by_label("Телефон", exact=True).fill("8 (4852) 20-00-01")
    press(anna, "Сохранить черновик")
    press(anna, "Опубликовать сейчас")
    expect(anna.get_by_text("пациенты уже видят")).to_be_visible()
    press(boris, "Сохранить черновик")
    expect(boris.get_by_role("alert")).to_contain_text("Head: тем временем внесены изменения")
    expect(boris.get_by_role("alert")).to_contain_text("20-00-01")
    no_barriers(boris)
    expect(boris.get_by_label("Часы работы")).to_have_value("пн–пт 09:00–18:00")
    press(boris, "Сохранить черновик")
    press(boris, "Опубликовать сейчас")
    expect(boris.get_by_text("пациенты уже видят")).to_be_visible()
    line.refresh_from_db()
    assert (line.phone.as_e164, line.hours_text) == ("+74852200001", "пн–пт 09:00–18:00")
