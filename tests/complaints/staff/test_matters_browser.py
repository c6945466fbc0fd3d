"""Advice from its draft to the screen of a patient, and a waiting time that is counted anew, in a browser."""

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Deadline, Guide
from representatives.models import Appointment, User
from tests.factories import LONG_AGO, make_staff
from tests.journeys.looking import no_barriers
from tests.seats import Seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(people: dict[str, User]) -> User:
    user = make_staff("editor")
    Appointment.objects.create(user=user, role="editor", valid_from=LONG_AGO)
    return user


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_advice_and_a_waiting_time_go_from_their_drafts_to_the_patients_screen(
    seat: Seat, editor: User
) -> None:
    Guide.objects.create(
        slug="booking", title="Как записаться", steps=["Позвоните."], position=1, valid_from=LONG_AGO
    )
    Deadline.objects.create(
        code="SPECIALIST", group="care", what="приём врача", value=14, unit="working_day", basis="Программа",
        valid_from=LONG_AGO,
    )  # fmt: skip
    anna, patient = seat(editor, width=360), seat(None, width=360)
    patient.goto("/help/guides/booking/")
    expect(patient.get_by_text("Позвоните.")).to_be_visible()
    anna.goto("/staff/")
    anna.get_by_role("link", name="Что читают пациенты").click()
    anna.get_by_role("link", name="Памятки").click()
    no_barriers(anna)
    anna.get_by_role("link", name="Изменить Как записаться").click()
    no_barriers(anna)
    anna.get_by_label("Что делать по шагам", exact=True).fill("")
    press(anna, "Сохранить черновик")
    expect(anna.get_by_role("alert")).to_be_visible()
    anna.get_by_label("Что делать по шагам", exact=True).fill("Откройте Госуслуги.\nВыберите врача.")
    press(anna, "Сохранить черновик")
    no_barriers(anna)
    anna.get_by_role("link", name="Посмотреть глазами пациента").click()
    expect(anna.get_by_role("listitem").filter(has_text="Выберите врача.")).to_be_visible()
    patient.reload()
    expect(patient.get_by_text("Позвоните.")).to_be_visible()
    anna.get_by_role("link", name="Вернуться к черновику").click()
    press(anna, "Опубликовать сейчас")
    expect(anna.get_by_text("пациенты уже видят")).to_be_visible()
    patient.reload()
    expect(patient.get_by_text("Выберите врача.")).to_be_visible()
    expect(patient.get_by_text("Позвоните.")).to_have_count(0)

    anna.get_by_role("link", name="Сроки ожидания").click()
    anna.get_by_role("link", name="Изменить приём врача").click()
    anna.get_by_label("Не дольше").fill("10")
    press(anna, "Сохранить черновик")
    press(anna, "Опубликовать сейчас")
    patient.goto("/terms/?kind=SPECIALIST&since_day=12&since_month=1&since_year=2026")
    expect(patient.get_by_role("status")).to_contain_text("10 рабочих дней")
