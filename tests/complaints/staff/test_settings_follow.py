"""A calendar that is in force: how far open appeals follow is shown to whoever put it in force."""

from datetime import date, timedelta

import pytest

from complaints.models import Complaint
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from tests.complaints.staff import test_settings
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_settings import act, day_off, page, work

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
soon, case = test_settings.soon, test_settings.case


def test_how_far_open_appeals_follow_a_change_is_shown(
    client_of: ClientOf, case: Complaint, soon: date
) -> None:
    fund = client_of("fund")
    change = day_off(fund, soon)
    act(fund, change, "try")
    fund.post(f"/staff/settings/{change.pk}/settle/", {"act": "in_force", "version": change.version})
    again = {"act": "in_force", "version": change.version}
    second_press = fund.post(f"/staff/settings/{change.pk}/settle/", again)
    assert second_press.status_code == 409
    told = second_press.content.decode()
    assert f'hx-get="/staff/settings/{change.pk}/"' in told
    assert f'<a href="/staff/settings/{change.pk}/">Обновить' in told
    recount = Job.objects.filter(kind="calendar.changed")
    assert "ждёт своей очереди" in page(fund, change)
    now = database_now()
    began = now - HOUR
    recount.update(
        state="running", created_at=began, started_at=began, beat_at=now, done_count=500, total_count=2000
    )
    assert "500 из 2000" in page(fund, change)
    assert "Осталось примерно: 3 ч" in page(fund, change).replace("\N{NO-BREAK SPACE}", " ")
    assert 'hx-trigger="every 2s"' in page(fund, change)
    recount.update(state="failed", finished_at=now)
    assert "прервался" in page(fund, change)
    recount.update(state="queued", started_at=None, beat_at=None, finished_at=None, done_count=0)
    work()
    assert "Просмотрено открытых обращений: 1; сдвинуто сроков: 1" in page(fund, change)
    assert 'hx-trigger="every 2s"' not in page(fund, change)
