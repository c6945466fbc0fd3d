"""Reference data edited in the administration."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from insurers.models import Branch, CalendarDay, Hotline, Policy, WorkingSchedule
from insurers.services.calendar import CALENDAR_CHANGED
from insurers.services.working_time import is_working, rebuild_all
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from tests.insurers.naive_working_time import at

pytestmark = pytest.mark.django_db

#: The page that shows what would move has been read.
AGREED = {"_seen": "1"}
MODELS = [model for model in apps.get_app_config("insurers").get_models() if model in admin.site._registry]


@pytest.fixture
def administrator(client):
    user = get_user_model().objects.create_superuser(
        username="root", password="long enough phrase", is_demo=True
    )
    client.force_login(user)
    return client


@pytest.fixture
def computed(office, round_the_clock):
    rebuild_all(database_now())
    return office


def address(model, page, *args):
    return reverse(f"admin:insurers_{model._meta.model_name}_{page}", args=args)


def jobs():
    return [job.arguments["schedules"] for job in Job.objects.filter(kind=CALENDAR_CHANGED)]


@pytest.mark.parametrize("model", MODELS, ids=[model.__name__ for model in MODELS])
def test_it_lists_searches_and_adds(model, administrator, branch, fund):
    assert administrator.get(address(model, "changelist"), {"q": "а"}).status_code == 200
    expected = 403 if model is Policy else 200
    assert administrator.get(address(model, "add")).status_code == expected


def test_it_answers_a_malformed_phone_with_a_message_and_keeps_it(administrator, branch):
    typed = {"branch": branch.pk, "purpose": "duty", "phone": "31-38", "after_hours": "unknown"}
    page = administrator.post(address(Hotline, "add"), typed, HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 200
    form = page.context["adminform"].form
    assert set(form.errors) == {"phone"}
    assert form["phone"].value() == "31-38"


def test_it_answers_an_overlapping_phone_with_a_message(administrator, branch):
    typed = {"branch": branch.pk, "purpose": "duty", "phone": "84852313828", "after_hours": "unknown"}
    assert administrator.post(address(Hotline, "add"), typed).status_code == 302
    again = administrator.post(address(Hotline, "add"), typed)
    assert again.status_code == 200
    assert again.context["adminform"].form.non_field_errors()


@pytest.mark.parametrize("typed", ["31-38-28", "8 (4852) 31-38", "+7 4852 313828", "(4852)", "согаз"])
def test_it_finds_a_phone_however_it_is_typed_and_shows_the_town(typed, administrator, branch):
    Hotline.objects.create(branch=branch, purpose="duty", phone="+74852313828")
    Hotline.objects.create(
        branch=Branch.objects.create(
            kind="fund", region=branch.region, title="ТФОМС", schedule=branch.schedule
        ),
        purpose="duty",
        phone="+78003507676",
    )
    page = administrator.get(address(Hotline, "changelist"), {"q": typed}).content.decode()
    assert "8\N{NO-BREAK SPACE}(4852)\N{NO-BREAK SPACE}31-38-28" in page
    assert "350-76-76" not in page


def test_it_keeps_who_changed_a_phone(administrator, branch):
    typed = {"branch": branch.pk, "purpose": "duty", "phone": "84852313828", "after_hours": "unknown"}
    administrator.post(address(Hotline, "add"), typed)
    line = Hotline.objects.get()
    administrator.post(address(Hotline, "change", line.pk), typed | {"hours_text": "круглосуточно"})
    events = apps.get_model("insurers", "HotlineEvent").objects.order_by("pgh_id")
    assert [event.hours_text for event in events] == ["", "круглосуточно"]
    root = get_user_model().objects.get(username="root")
    assert {event.pgh_context["user"] for event in events} == {root.pk}


def test_it_recounts_working_time_when_a_day_is_added_changed_and_removed(administrator, computed):
    day = {
        "date": next_thursday(computed),
        "kind": "day_off",
        "region": "",
        "works_as": "",
        "title": "",
        **AGREED,
    }
    noon = at(f"{day['date']} 09:00")
    administrator.post(address(CalendarDay, "add"), day)
    assert not is_working(computed, noon)
    pk = CalendarDay.objects.get().pk
    administrator.post(address(CalendarDay, "change", pk), day | {"kind": "short"})
    assert is_working(computed, noon)
    assert not is_working(computed, at(f"{day['date']} 14:30"))
    administrator.post(address(CalendarDay, "delete", pk), {"post": "yes", "_seen": "1"})
    assert is_working(computed, at(f"{day['date']} 14:30"))
    assert jobs() == [[computed.pk]]  # the same request waits once


def test_it_recounts_the_country_when_a_country_day_becomes_regional(administrator, computed, yaroslavl):
    day = {
        "date": next_thursday(computed),
        "kind": "day_off",
        "region": "",
        "works_as": "",
        "title": "",
        **AGREED,
    }
    administrator.post(address(CalendarDay, "add"), day)
    pk = CalendarDay.objects.get().pk
    administrator.post(address(CalendarDay, "change", pk), day | {"region": yaroslavl.pk})
    assert is_working(computed, at(f"{day['date']} 09:00"))


def test_it_recounts_when_several_days_are_removed_at_once(administrator, computed):
    day = {
        "date": next_thursday(computed),
        "kind": "day_off",
        "region": "",
        "works_as": "",
        "title": "",
        **AGREED,
    }
    administrator.post(address(CalendarDay, "add"), day)
    chosen = {"action": "delete_selected", "_selected_action": [CalendarDay.objects.get().pk], "post": "yes"}
    chosen |= AGREED
    administrator.post(address(CalendarDay, "changelist"), chosen)
    assert not CalendarDay.objects.exists()
    assert is_working(computed, at(f"{day['date']} 09:00"))


def test_it_says_that_a_day_is_already_there(administrator, computed):
    day = {"date": "2026-03-19", "kind": "day_off", "region": "", "works_as": "", "title": "", **AGREED}
    administrator.post(address(CalendarDay, "add"), day)
    again = administrator.post(address(CalendarDay, "add"), day)
    assert again.status_code == 200
    assert again.context["adminform"].form.non_field_errors()


def schedule_form(*hours, **fields):
    usual = {"code": "new", "title": "Новые", "time_zone": "Europe/Moscow", "follows_calendar": "on"}
    management = {"hours-TOTAL_FORMS": len(hours), "hours-INITIAL_FORMS": 0}
    rows = {
        f"hours-{place}-{name}": value
        for place, row in enumerate(hours)
        for name, value in zip(("weekday", "starts", "ends"), row, strict=True)
    }
    return usual | management | rows | fields


def test_it_computes_a_new_schedule_at_once(administrator):
    form = schedule_form((0, "09:00", "13:00"), (0, "13:00", "00:00"))
    assert administrator.post(address(WorkingSchedule, "add"), form).status_code == 302
    schedule = WorkingSchedule.objects.get()
    assert schedule.axis.day_seconds == 15 * 3600
    assert jobs() == [[schedule.pk]]


@pytest.mark.parametrize(
    "hours",
    [
        [],
        [(0, "09:00", "18:00"), (0, "17:00", "20:00")],
        [(0, "09:00", "18:00"), (0, "17:59", "00:00")],
        [(0, "18:00", "09:00")],
    ],
)
def test_it_explains_hours_it_cannot_accept(administrator, hours):
    page = administrator.post(address(WorkingSchedule, "add"), schedule_form(*hours))
    assert page.status_code == 200
    formset = page.context["inline_admin_formsets"][0].formset
    assert formset.non_form_errors() or any(form.errors for form in formset)
    assert not WorkingSchedule.objects.exists()


def test_it_explains_an_unknown_time_zone(administrator):
    form = schedule_form((0, "09:00", "18:00"), time_zone="Moscow")
    page = administrator.post(address(WorkingSchedule, "add"), form)
    assert set(page.context["adminform"].form.errors) == {"time_zone"}


def test_it_needs_no_hours_round_the_clock(administrator):
    form = schedule_form(round_the_clock="on")
    assert administrator.post(address(WorkingSchedule, "add"), form).status_code == 302


def next_thursday(schedule):
    """A day within reach of the database's clock, which no test can stop."""
    ahead = schedule.spans.starting_after(database_now())
    return next(span.starts_at.date() for span in ahead if span.starts_at.weekday() == 3).isoformat()
