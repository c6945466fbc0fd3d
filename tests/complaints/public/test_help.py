"""Help now: themes, the next five minutes, the clinic."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Category
from insurers.models import AfterHours, Branch, Hotline
from insurers.models.hotlines import Purpose
from representatives.models import DutyShift, Leave, Representative, User
from representatives.roles import Tier
from tests import factories
from tests.complaints.public.conftest import Patient


@pytest.fixture
def hotline(branch: Branch, now: datetime) -> Hotline:
    return Hotline.objects.create(
        branch=branch,
        purpose=Purpose.CONTACT_CENTRE,
        phone="+74852313828",
        hours_text="круглосуточно",
        schedule=factories.make_schedule("always", hours="", now=now),
        after_hours=AfterHours.UNKNOWN,
    )


def test_it_shows_danger_numbers_first_then_the_themes(patient: Patient) -> None:
    page = patient.get("/").content.decode()
    assert page.index('href="tel:103"') < page.index("Слишком долго жду")
    assert "/help/clinic-now/" in page
    assert "/help/paid-care/" in page


def test_it_needs_two_queries_for_the_first_page(patient: Patient) -> None:
    patient.get("/")
    with CaptureQueriesContext(connection) as queries:
        patient.get("/")
    assert len(queries) <= 2


def test_it_tells_the_next_five_minutes_and_the_rule(patient: Patient, waiting: Category) -> None:
    Category.objects.filter(pk=waiting.pk).update(
        now_steps=["Проверьте срок."],
        free_of_charge="Ждать дольше не обязаны.",
        basis="Программа госгарантий",
    )
    page = patient.get("/help/waiting/").content.decode()
    assert "Проверьте срок." in page
    assert "Ждать дольше не обязаны." in page
    assert "Программа госгарантий" in page
    assert "/complaints/new/?theme=waiting" in page


def test_whoever_complains_of_the_insurer_is_led_to_the_fund(patient: Patient, hotline: Hotline) -> None:
    assert "Территориальный фонд помогает" in patient.get("/help/insurer/").content.decode()
    fund = factories.make_fund()
    Hotline.objects.create(branch=fund, purpose=Purpose.CONTACT_CENTRE, phone="+78003507676")
    patient.get("/call/", region="76", insurer="sogaz-med")
    page = patient.get("/help/insurer/").content.decode()
    assert 'href="tel:+78003507676"' in page
    assert 'href="tel:+74852313828"' not in page
    assert 'href="tel:+74852313828"' in patient.get("/help/waiting/").content.decode()


def test_it_does_not_know_a_theme_that_ended(patient: Patient, waiting: Category) -> None:
    Category.objects.filter(pk=waiting.pk).update(valid_to=factories.LONG_AGO)
    assert patient.get("/help/waiting/").status_code == 404


def test_it_survives_an_icon_that_does_not_exist(patient: Patient, waiting: Category) -> None:
    Category.objects.filter(pk=waiting.pk).update(icon="no-such-icon")
    assert patient.get("/").status_code == 200
    assert patient.get("/complaints/new/").status_code == 200


def test_it_gives_one_tap_phones_once_region_and_insurer_were_chosen(
    patient: Patient, hotline: Hotline
) -> None:
    assert "tel:+74852313828" not in patient.get("/help/waiting/").content.decode()
    patient.get("/call/", region="76", insurer="sogaz-med")
    assert "tel:+74852313828" in patient.get("/help/waiting/").content.decode()


def test_its_hours_are_told_in_the_language_of_the_page(patient: Patient, hotline: Hotline) -> None:
    assert "круглосуточно" in patient.get("/call/", region="76", insurer="sogaz-med").content.decode()
    patient.client.cookies["django_language"] = "en"
    page = patient.get("/call/", region="76", insurer="sogaz-med").content.decode()
    assert "round the clock" in page
    assert "круглосуточно" not in page


def test_it_shows_the_answering_number_first_in_the_clinic(patient: Patient, hotline: Hotline) -> None:
    page = patient.get("/help/clinic-now/", region="76", insurer="sogaz-med").content.decode()
    assert "Дежурного специалиста в эту минуту нет" in page
    assert page.index("tel:+74852313828") < page.index("/complaints/new/?urgent=1")


def test_it_says_who_is_on_duty_from_the_roster(patient: Patient, branch: Branch, now: datetime) -> None:
    specialist = factories.make_staff("specialist", Tier.SPECIALISTS, branch)
    hour = timedelta(hours=1)
    DutyShift.objects.create(
        branch=branch,
        tier=Tier.SPECIALISTS,
        representative=Representative.objects.get(user=specialist),
        starts_at=now - hour,
        ends_at=now + hour,
    )
    page = patient.get("/help/clinic-now/", region="76", insurer="sogaz-med").content.decode()
    assert "Дежурный специалист сейчас на связи" in page


def put_on_duty(branch: Branch, now: datetime, tier: Tier = Tier.SPECIALISTS) -> Representative:
    person = factories.make_staff(f"duty{tier}", tier, branch).representative
    hour = timedelta(hours=1)
    DutyShift.objects.create(
        branch=branch, tier=tier, representative=person, starts_at=now - hour, ends_at=now + hour
    )
    return person


def clinic_now(patient: Patient, **more: str) -> str:
    page = patient.get("/help/clinic-now/", region="76", insurer="sogaz-med", **more)
    return page.content.decode()


@pytest.mark.parametrize("why", ["inactive", "leave", "moved"])
def test_it_promises_nobody_who_could_not_take_the_case(
    patient: Patient, branch: Branch, now: datetime, why: str
) -> None:
    person = put_on_duty(branch, now)
    if why == "inactive":
        User.objects.filter(pk=person.user_id).update(is_active=False)
    elif why == "leave":
        today = now.astimezone(branch.zone).date()
        Leave.objects.create(representative=person, starts_on=today, ends_on=today)
    else:
        person.branches.clear()
    assert "В эту минуту дежурных нет" in clinic_now(patient)


def test_a_duty_person_of_another_tier_is_no_promise(patient: Patient, branch: Branch, now: datetime) -> None:
    put_on_duty(branch, now, Tier.EXPERTS)
    assert "В эту минуту дежурных нет" in clinic_now(patient)


def test_a_theme_that_goes_to_the_experts_asks_for_their_duty_person(
    patient: Patient, branch: Branch, now: datetime
) -> None:
    factories.make_category("refusal", arrival_tier=3)
    put_on_duty(branch, now, Tier.EXPERTS)
    assert "Дежурный специалист сейчас на связи" in clinic_now(patient, theme="refusal")


def test_a_theme_about_the_insurer_asks_for_the_funds_duty_person(
    patient: Patient, branch: Branch, now: datetime
) -> None:
    factories.make_category("insurer", about_insurer=True)
    put_on_duty(branch, now)
    assert "В эту минуту дежурных нет" in clinic_now(patient, theme="insurer")
    put_on_duty(factories.make_fund(now=now), now, Tier.FUND)
    assert "Дежурный специалист сейчас на связи" in clinic_now(patient, theme="insurer")


def test_it_says_when_nobody_is_on_duty_and_what_to_do(patient: Patient) -> None:
    page = patient.get("/help/clinic-now/", region="76", insurer="sogaz-med").content.decode()
    assert "В эту минуту дежурных нет" in page
    assert "/complaints/new/?urgent=1" in page


def test_it_shows_the_number_at_once_where_region_and_insurer_were_chosen_before(
    patient: Patient, hotline: Hotline
) -> None:
    patient.get("/call/", region="76", insurer="sogaz-med")
    assert 'href="tel:+74852313828"' in patient.get("/help/clinic-now/").content.decode()
    patient.client.cookies["place"] = "00.nobody"
    page = patient.get("/help/clinic-now/")
    assert (page.status_code, "Показать номера" in page.content.decode()) == (200, True)


def test_it_sends_no_one_to_a_silent_phone_while_a_duty_person_can_be_called(
    patient: Patient, branch: Branch, hotline: Hotline, now: datetime
) -> None:
    put_on_duty(branch, now)
    assert "Сначала позвоните" in clinic_now(patient)
    Hotline.objects.update(schedule=None)
    page = clinic_now(patient)
    assert "мы сразу вызовем дежурного" in page
    assert page.index("/complaints/new/?urgent=1") < page.index("tel:+74852313828")


def test_it_refuses_a_region_that_does_not_exist_in_words(patient: Patient) -> None:
    response = patient.get("/help/clinic-now/", region="00", insurer="sogaz-med")
    assert response.status_code == 422
    assert "Выберите регион из списка." in response.content.decode()
