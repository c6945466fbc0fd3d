"""Nights in a real browser, with the clock passed in: an urgent appeal at 03:00 on 1 January, and a voice
message of that night, called back on the first working morning."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from complaints.escalation import duty
from complaints.models import Complaint, DutyCall
from complaints.services import voicemail
from complaints.views.staff import desk
from insurers.models import Branch
from tests.complaints.voices import test_new_year as new_year
from tests.complaints.voices.sounds import wav
from tests.complaints.voices.test_new_year import MINUTE, NEW_YEAR, on_duty
from tests.complaints.voices.test_voicemail import recording
from tests.factories import make_category, make_complaint, make_staff
from tests.representatives.test_browser import assert_clean
from tests.seats import Seat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
office = new_year.office
#: 9:05 in Yaroslavl.
MORNING = datetime(2027, 1, 11, 6, 5, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """clock(moment): the time of every request of the workplace from now on."""
    return lambda moment: monkeypatch.setattr(desk, "database_now", lambda: moment)


def test_the_duty_person_is_called_at_three_in_the_night_and_takes_the_appeal(
    office: Branch,
    seat: Seat,
    clock: Callable[[datetime], None],
) -> None:
    on_duty("first", 2, 1, office)
    case = make_complaint(office, urgency="urgent", now=NEW_YEAR)
    duty.call(now=NEW_YEAR)
    clock(NEW_YEAR + 4 * MINUTE)
    page = seat(make_staff("first"))
    page.goto("/staff/")
    row = page.locator(".queue__row--urgent").first
    expect(row).to_contain_text("вас вызывают")
    assert_clean(page, "queue at night")
    row.get_by_role("button", name="Принимаю вызов").first.click()
    expect(page.get_by_text("Вызов принят. Возьмите")).to_be_visible()
    assert DutyCall.objects.get().acknowledged_at == NEW_YEAR + 4 * MINUTE
    clock(NEW_YEAR + 6 * MINUTE)
    page.get_by_role("button", name="Взять в работу").first.click()
    expect(page.get_by_text("Обращение за вами")).to_be_visible()
    now_it_is = Complaint.objects.get(pk=case.pk)
    assert (now_it_is.assignee and now_it_is.assignee.username, now_it_is.tier) == ("first", 2)


def test_a_voice_message_of_the_night_is_called_back_on_the_first_working_morning(
    office: Branch,
    seat: Seat,
    clock: Callable[[datetime], None],
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.FILES_DIR = tmp_path
    make_category("waiting")
    left = recording(office, content=wav(1), left_at=NEW_YEAR)
    case = voicemail.take_in(recording=left, now=NEW_YEAR).complaint
    operator = make_staff("operator", 1, office)
    clock(MORNING)
    page = seat(operator)
    page.goto("/staff/call-backs/")
    expect(page.locator(".queue__row").first).to_contain_text("11 января")
    page.get_by_role("button", name="Позвонить").click()
    form = page.locator("#write-down")
    form.get_by_label("Что случилось").fill("Два месяца ждёт УЗИ")
    form.get_by_label("Вид обращения").select_option("complaint")
    form.get_by_label("Тема").select_option(label="Тема waiting")
    form.get_by_label("Больница или поликлиника").fill("Поликлиника № 2")
    form.get_by_label("Фамилия звонившего").fill("Соколова")
    form.get_by_label("Запись прочитана").check()
    form.get_by_role("button", name="Записать").click()
    expect(page.locator(".confirmation__code")).to_have_count(2)
    case.refresh_from_db()
    assert (case.received_at, case.registered_on) == (NEW_YEAR, date(2027, 1, 11))
    assert case.answer_due_on == date(2027, 2, 10)
    assert case.call_back_until is None
