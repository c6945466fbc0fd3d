"""Phones, insurers, a policy number, a waiting time."""

from datetime import date, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from complaints.forms.public.fields import region_choices
from complaints.models import Deadline, Draft
from complaints.reports.public.terms import verdict
from insurers.models import AfterHours, Branch, CalendarDay, Hotline, Insurer
from insurers.models.hotlines import Purpose
from insurers.policy_numbers import Sex, enp_for
from omsportal.platform import limits
from tests import factories
from tests.complaints.public.conftest import POLICY, Patient, summary, url


@pytest.fixture
def hotline(branch: Branch, now: datetime) -> Hotline:
    return Hotline.objects.create(
        branch=branch,
        purpose=Purpose.RIGHTS_PROTECTION,
        phone="+74852313828",
        after_hours=AfterHours.VOICEMAIL,
        after_hours_note="Специалист перезвонит.",
        calls_recorded=True,
    )


# --- /call/ ---


def test_it_shows_the_insurers_numbers_and_says_that_hours_are_unconfirmed(
    patient: Patient, hotline: Hotline
) -> None:
    page = patient.get("/call/", region="76", insurer="sogaz-med").content.decode()
    assert 'href="tel:+74852313828"' in page
    assert "часы работы не подтверждены" in page
    assert "Разговоры записываются." in page
    assert "Сейчас ни по одному номеру ответ не подтверждён" in page


def test_it_shows_a_changed_number_at_the_next_load(patient: Patient, hotline: Hotline) -> None:
    hotline.phone = "+74852319999"
    hotline.save()
    assert "tel:+74852319999" in patient.get("/call/", region="76", insurer="sogaz-med").content.decode()


def test_it_shows_the_fund_to_who_does_not_know_the_insurer(patient: Patient, now: datetime) -> None:
    fund = factories.make_fund(now=now)
    Hotline.objects.create(branch=fund, purpose=Purpose.CONTACT_CENTRE, phone="+78003507676")
    page = patient.get("/call/", region="76", insurer="unknown").content.decode()
    assert "tel:+78003507676" in page
    assert "Звоните в территориальный фонд" in page


def test_it_never_ends_in_nothing(patient: Patient) -> None:
    page = patient.get("/call/", region="76", insurer="unknown").content.decode()
    assert "Мы пока не знаем номера для этого региона" in page
    assert "/complaints/new/" in page


def test_it_asks_for_the_region(patient: Patient) -> None:
    assert summary(patient.get("/call/", region="")) == ["Выберите регион."]


def test_it_lists_moscow_where_people_look_for_it(db: None) -> None:
    factories.make_region("77", name="г. Москва")
    factories.make_region("51", name="Мурманская область")
    with translation.override("ru"):
        assert [name for _code, name in region_choices()] == ["—", "Москва", "Мурманская область"]


def test_it_tells_what_happens_outside_the_hours(patient: Patient, hotline: Hotline) -> None:
    page = patient.get("/call/", region="76", insurer="sogaz-med").content.decode()
    assert "работает электронный секретарь" in page
    assert "Специалист перезвонит." in page
    Hotline.objects.update(after_hours=AfterHours.MACHINE, after_hours_note="")
    assert "автоответчик" in patient.get("/call/", region="76", insurer="sogaz-med").content.decode()


def test_it_says_what_to_have_ready_and_offers_a_call_back(patient: Patient, hotline: Hotline) -> None:
    page = patient.get("/call/", region="76", insurer="sogaz-med").content.decode()
    assert "Что держать под рукой" in page
    assert 'href="/call/back/"' in page
    assert "8 800 бесплатны" in page


def test_every_region_is_one_tap_away(patient: Patient) -> None:
    assert 'href="/call/?region=76"' in patient.get("/call/").content.decode()


def test_insurers_are_one_tap_away_when_only_the_region_is_known(patient: Patient) -> None:
    page = patient.get("/call/", region="76").content.decode()
    assert 'href="/call/?region=76&amp;insurer=sogaz-med"' in page


# --- /insurers/ ---


@pytest.mark.parametrize(
    ("website", "leads_to"),
    [
        ("sogaz-med.ru", "https://sogaz-med.ru"), ("http://www.sogaz-med.ru/", "http://www.sogaz-med.ru/"),
        ("HTTPS://sogaz-med.ru", "HTTPS://sogaz-med.ru"), ("нет", ""), ("-", ""),
        ("a.ru, b.ru", ""), ("javascript:alert(1)", ""),
    ],
)  # fmt: skip
def test_the_website_is_followed_as_the_register_writes_it(website: str, leads_to: str) -> None:
    assert Insurer(website=website).website_url == leads_to


def test_it_lists_insurers_and_the_fund_of_a_region(patient: Patient, hotline: Hotline) -> None:
    page = patient.get("/insurers/", region="76").content.decode()
    assert page.index("АО «СОГАЗ-Мед»") < page.index("ТФОМС")
    assert "8\N{NO-BREAK SPACE}(4852)" in page


@pytest.fixture
def several(branch: Branch, hotline: Hotline, now: datetime) -> None:
    """РЕСО-Мед works in two regions, СОГАЗ-Мед in one."""
    factories.make_region("73", "Ульяновская область", "Europe/Ulyanovsk")
    for region in ("73", "76"):
        factories.make_branch("reso-med", region, now=now)
    factories.make_fund("73", now=now)
    Hotline.objects.create(insurer=branch.insurer, purpose=Purpose.CONTACT_CENTRE, phone="+78001000702")


def found(patient: Patient, name: str, **more: str) -> str:
    return patient.get("/insurers/", name=name, **more).content.decode().split("<main")[1].split("</form>")[1]


@pytest.mark.parametrize("name", ["согаз", "СОГАЗ-Мед", "сагаз"])
def test_i_find_an_insurer_by_a_part_of_its_name_even_mistyped(
    patient: Patient, several: None, name: str
) -> None:
    page = found(patient, name)
    assert "tel:+78001000702" in page
    assert 'href="/insurers/?region=76"' in page
    assert "РЕСО" not in page


@pytest.mark.parametrize("name", ["ульяновск", "Ульяновская область", "ульянавская"])
def test_i_find_a_region_by_its_name_and_see_everybody_in_it(
    patient: Patient, several: None, name: str
) -> None:
    page = found(patient, name)
    assert "Ульяновская область" in page
    assert "АО «РЕСО-Мед»" in page
    assert "ТФОМС, Ульяновская область" in page


def test_i_find_an_insurer_in_a_region_by_both(patient: Patient, several: None) -> None:
    for page in (found(patient, "ресо ярославская"), found(patient, "ресо", region="76")):
        assert "АО «РЕСО-Мед»" in page
        assert "СОГАЗ" not in page
        assert "ТФОМС, Ярославская область" in page
        assert "Все страховые компании региона" in page


def test_several_finds_are_a_list_to_choose_from(patient: Patient, several: None) -> None:
    page = found(patient, "область")
    assert 'href="/insurers/?region=73"' in page
    assert 'href="/insurers/?region=76"' in page


def test_an_unknown_name_leads_to_the_fund(patient: Patient, several: None) -> None:
    page = found(patient, "зюзюкин")
    assert "Мы не нашли ни компании, ни региона" in page
    assert 'href="/call/"' in page
    assert "Вот все, кто здесь работает" in found(patient, "зюзюкин", region="76")


def test_it_wants_a_region_or_a_name(patient: Patient) -> None:
    response = patient.get("/insurers/", region="", name=" ")
    assert response.status_code == 422
    assert summary(response) == ["Выберите регион или напишите название ниже."]


def test_looking_for_a_name_costs_few_queries(
    patient: Patient, several: None, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(16):
        found(patient, "сагаз ульянавская")


# --- /policy/check/ ---


def ask(patient: Patient, **changed: str) -> str:
    form = {"number": POLICY, "surname": "соколова", "birth_on_day": "31", "birth_on_month": "12",
            "birth_on_year": "1950"}  # fmt: skip
    return patient.post("/policy/check/", {**form, **changed}).content.decode()


def test_it_names_the_insurer_for_number_surname_and_birth_date(patient: Patient) -> None:
    assert "Ваша страховая компания: СОГАЗ-Мед, Ярославская область." in ask(patient)


def test_it_answers_alike_for_unknown_and_mismatching_people(patient: Patient) -> None:
    unknown = ask(patient, number="7656410834000120")
    mismatching = ask(patient, surname="Иванова")
    for page in (unknown, mismatching):
        assert "Мы не нашли такой полис" in page
        assert "/call/?region=76" in page


def test_a_number_of_a_region_that_does_not_exist_leads_to_the_fund_all_the_same(patient: Patient) -> None:
    page = ask(patient, number=enp_for("97", date(1950, 12, 31), Sex.FEMALE, 5))
    assert "Мы не нашли такой полис" in page
    assert 'href="/call/"' in page
    assert "region=97" not in page


@pytest.mark.parametrize(
    "changed",
    [
        {"surname": "Иванова"},
        {"surname": "", "birth_on_day": "", "birth_on_month": "", "birth_on_year": ""},
        {"number": "123456789"},
        {"number": "12345678901"},
        {"number": ""},
        {"surname": ""},
    ],
)
def test_no_answer_is_a_dead_end(patient: Patient, changed: dict[str, str]) -> None:
    main = ask(patient, **changed).split("<main")[1].split("</main>")[0]
    assert "/call/" in main
    assert "/complaints/new/" in main


def test_it_judges_only_the_digits_without_a_name(patient: Patient) -> None:
    page = ask(patient, surname="", birth_on_day="", birth_on_month="", birth_on_year="")
    assert "Цифры номера правильные" in page
    assert "СОГАЗ" not in page


def test_it_wants_surname_and_birth_date_together(patient: Patient) -> None:
    response = patient.post("/policy/check/", {"number": POLICY, "surname": "Соколова"})
    assert response.status_code == 422
    assert "Добавьте дату рождения" in summary(response)[0]


def test_it_counts_the_digits_of_a_wrong_number(patient: Patient) -> None:
    response = patient.post("/policy/check/", {"number": "12345"})
    assert "Вы ввели 5 цифр" in summary(response)[0]


def test_it_limits_curiosity(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.TABLE, "policy.address", limits.Rule(1, 3600, "address"))
    ask(patient, surname="Иванова")
    assert "Слишком много попыток" in ask(patient, surname="Петрова")


# --- /terms/ ---


@pytest.fixture
def specialist_term(branch: Branch) -> Deadline:
    return Deadline.objects.create(
        code="SPECIALIST", group="care", what="консультация врача-специалиста", value=14, unit="working_day",
        basis="ПГГ", valid_from=factories.LONG_AGO,
    )  # fmt: skip


def test_it_counts_working_days_with_the_calendar(specialist_term: Deadline) -> None:
    CalendarDay.objects.create(date=date(2026, 2, 23), kind="day_off")
    CalendarDay.objects.create(date=date(2026, 2, 28), kind="working")
    found = verdict(
        code="SPECIALIST",
        since=date(2026, 2, 16),
        region=None,
        terms=[specialist_term],
        today=date(2026, 3, 9),
    )
    assert found.last_on == date(2026, 3, 6)
    assert found.is_over
    assert found.days_late == 3
    assert found.days_off == 4  # the 21st, 22nd and 23rd of February, the 1st of March


def test_it_prefers_the_regions_own_row(specialist_term: Deadline, branch: Branch) -> None:
    own = Deadline.objects.create(
        code="SPECIALIST", group="care", region=branch.region, what="консультация", value=10,
        unit="calendar_day", basis="ТПГГ", valid_from=factories.LONG_AGO,
    )  # fmt: skip
    day = date(2026, 3, 2)
    terms = [specialist_term, own]
    found = verdict(code="SPECIALIST", since=day, region=branch.region, terms=terms, today=day)
    assert found.last_on == date(2026, 3, 12)
    assert found.days_left == 10


def test_a_region_that_promises_more_time_than_the_country_is_not_believed(
    specialist_term: Deadline, branch: Branch
) -> None:
    """The country's was shortened after the region had set its own."""
    own = Deadline.objects.create(
        code="SPECIALIST", group="care", region=branch.region, what="консультация", value=12,
        unit="working_day", basis="ТПГГ", valid_from=factories.LONG_AGO,
    )  # fmt: skip
    day = date(2026, 3, 2)

    def promised(value: int) -> tuple[Deadline, date | None]:
        specialist_term.value = value
        terms = [specialist_term, own]
        found = verdict(code="SPECIALIST", since=day, region=branch.region, terms=terms, today=day)
        return found.term, found.last_on

    assert promised(14) == (own, date(2026, 3, 18))
    assert promised(12) == (own, date(2026, 3, 18))
    assert promised(7) == (specialist_term, date(2026, 3, 11))


def test_it_gives_no_verdict_where_the_rule_is_uncertain(patient: Patient, specialist_term: Deadline) -> None:
    Deadline.objects.update(needs_check=True)
    page = patient.get(
        "/terms/", kind="SPECIALIST", since_day="1", since_month="10", since_year="2025", region="76"
    ).content.decode()
    assert "вывода мы не делаем" in page
    assert 'action="/terms/appeal/"' in page
    assert "похоже, он нарушен" not in page


def test_it_says_that_a_limit_is_broken_and_offers_an_appeal(
    patient: Patient, specialist_term: Deadline
) -> None:
    page = patient.get(
        "/terms/", kind="SPECIALIST", since_day="1", since_month="10", since_year="2025"
    ).content.decode()
    assert "похоже, он нарушен" in page
    assert "не считается, выходные и праздники тоже" in page
    assert "нерабочих дн" in page
    assert 'action="/terms/appeal/"' in page


def carried(patient: Patient, **changed: str) -> HttpResponse:
    asked = {"kind": "SPECIALIST", "since": "2025-10-01", "region": "76"}
    return patient.post("/terms/appeal/", asked | changed)


def test_an_appeal_begins_with_what_was_counted(patient: Patient, specialist_term: Deadline) -> None:
    response = carried(patient)
    assert response["Location"] == "/complaints/new/?theme=waiting"  # no kind of care, no day
    assert 'value="waiting"' in patient.get(response["Location"]).content.decode()
    patient.begin()
    patient.answer("whom", "policy")
    page = patient.get(url("story")).content.decode()
    assert '<option value="SPECIALIST" selected>' in page
    assert ['value="1"' in page, 'value="10"' in page, 'value="2025"' in page] == [True] * 3
    assert "Я лечусь в регионе: Ярославская область." in page


def test_what_was_typed_already_is_not_replaced(patient: Patient, specialist_term: Deadline) -> None:
    patient.begin()
    patient.answer("whom", "policy")
    patient.post(f"{url('story')}keep/", {"story": "Второй месяц жду"})
    carried(patient)
    page = patient.get(url("story")).content.decode()
    assert "Второй месяц жду" in page
    assert "Я лечусь" not in page
    assert '<option value="SPECIALIST" selected>' in page


def test_an_appeal_about_something_else_is_left_alone(patient: Patient, specialist_term: Deadline) -> None:
    patient.begin("paid-care")
    patient.answer("whom", "policy")
    carried(patient)
    assert "Я лечусь" not in patient.get(url("story")).content.decode()


@pytest.mark.parametrize("changed", [{"kind": "NOTHING"}, {"since": "2199-01-01"}, {"since": ""}])
def test_nonsense_is_not_carried(
    patient: Patient, specialist_term: Deadline, changed: dict[str, str]
) -> None:
    assert carried(patient, **changed)["Location"] == "/complaints/new/?theme=waiting"
    assert not Draft.objects.exists()


def test_a_strangers_page_carries_nothing(branch: Branch, specialist_term: Deadline) -> None:
    client = Client(enforce_csrf_checks=True, headers={"origin": "https://stranger.example"})
    client.post("/terms/appeal/", {"kind": "SPECIALIST", "since": "2025-10-01"})
    assert not Draft.objects.exists()


def test_it_refuses_a_day_that_has_not_come(patient: Patient, specialist_term: Deadline) -> None:
    response = patient.get("/terms/", kind="SPECIALIST", since_day="1", since_month="1", since_year="2199")
    assert response.status_code == 422
    assert "ещё не наступила" in summary(response)[0]
