"""A day off of a region from its draft to the moved dates, in a browser."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from insurers.models import Branch, WorkingSchedule
from insurers.services import working_time
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.factories import make_complaint
from tests.journeys.looking import no_barriers
from tests.seats import Seat

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def test_a_head_adds_a_day_off_of_the_region(
    seat: Seat, branch: Branch, people: dict[str, User], now: datetime
) -> None:
    WorkingSchedule.objects.filter(pk=branch.schedule_id).update(follows_calendar=True, region=branch.region)
    working_time.rebuild(branch.schedule, now)
    case = make_complaint(branch, tier=2, now=now)
    day = case.due_at.date()
    page = seat(people["fund"], width=360)
    page.goto(f"/staff/calendar/76/{day.year}/")
    no_barriers(page)
    page.get_by_label("Или сразу к дню").fill(day.isoformat())
    press(page, "Показать")
    page.get_by_label("выходной", exact=True).check()
    press(page, "В черновик")
    expect(page.get_by_label("Причина")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Причина").fill("День области")
    no_barriers(page)
    press(page, "В черновик")
    press(page, "Проверить")
    expect(page.get_by_text("Идёт подсчёт")).to_be_visible()
    jobs.run_next(database_now())
    expect(page.get_by_text("Позже: 1")).to_be_visible()
    no_barriers(page)
    press(page, "Ввести в действие")
    expect(page.get_by_text("действует", exact=True)).to_be_visible()
    expect(page.get_by_text("Пересчёт ждёт своей очереди")).to_be_visible()
    no_barriers(page)
    jobs.run_next(database_now())
    expect(page.get_by_text("Просмотрено открытых обращений: 1")).to_be_visible()
    assert Complaint.objects.get(pk=case.pk).due_at > case.due_at
    page.goto(f"/staff/calendar/76/{day.year}/")
    expect(page.get_by_role("cell", name="День области").first).to_be_visible()
    no_barriers(page)
