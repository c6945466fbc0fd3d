"""How do I …: steps, what is free, whom to call."""

import json
import re
from datetime import date, datetime

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Category, Guide
from complaints.reference.guides import load_guides
from insurers.models import Branch, Hotline
from insurers.models.hotlines import Purpose
from tests import factories
from tests.complaints.public.conftest import Patient

ROWS = json.loads((settings.BASE_DIR / "complaints/data/guides.json").read_text(encoding="utf-8"))


@pytest.fixture
def guide(branch: Branch, waiting: Category) -> Guide:
    return Guide.objects.create(
        slug="booking", position=1, title="Как записаться к врачу", hint="Приём и анализы", icon="calendar",
        steps=["Запишитесь по телефону.", "Не вышло – позвоните."], free_of_charge="Запись бесплатна.",
        basis="Программа госгарантий", theme=waiting, valid_from=factories.LONG_AGO,
    )  # fmt: skip


@pytest.fixture
def phones(branch: Branch, now: datetime) -> None:
    """Of the insurer and of the fund."""
    Hotline.objects.create(branch=branch, purpose=Purpose.CONTACT_CENTRE, phone="+74852313828")
    fund = factories.make_fund(now=now)
    Hotline.objects.create(branch=fund, purpose=Purpose.CONTACT_CENTRE, phone="+78003507676")


def test_i_find_the_guides_one_tap_from_the_first_page(patient: Patient, guide: Guide) -> None:
    assert 'href="/help/guides/"' in patient.get("/").content.decode()
    page = patient.get("/help/guides/").content.decode()
    assert 'href="/help/guides/booking/"' in page
    assert "Приём и анализы" in page


def test_i_read_what_to_do_what_is_free_and_how_to_complain(patient: Patient, guide: Guide) -> None:
    page = patient.get("/help/guides/booking/").content.decode()
    steps = page.index("Запишитесь по телефону."), page.index("Не вышло – позвоните.")
    assert steps == tuple(sorted(steps))
    assert "Запись бесплатна." in page
    assert "Программа госгарантий" in page
    assert "/complaints/new/?theme=waiting" in page
    assert "/call/back/?theme=waiting" in page


def test_the_page_of_a_theme_leads_to_its_guide(patient: Patient, guide: Guide) -> None:
    assert 'href="/help/guides/booking/"' in patient.get("/help/waiting/").content.decode()
    assert "/help/guides/booking/" not in patient.get("/help/paid-care/").content.decode()


def test_i_call_with_one_tap_once_my_region_is_known(patient: Patient, guide: Guide, phones: None) -> None:
    assert "tel:+74852313828" not in patient.get("/help/guides/booking/").content.decode()
    patient.get("/call/", region="76", insurer="sogaz-med")
    assert "tel:+74852313828" in patient.get("/help/guides/booking/").content.decode()


def test_the_fund_is_called_where_the_fund_helps(patient: Patient, guide: Guide, phones: None) -> None:
    Guide.objects.update(by_fund=True)
    patient.get("/call/", region="76", insurer="sogaz-med")
    page = patient.get("/help/guides/booking/").content.decode()
    assert "tel:+78003507676" in page
    assert "tel:+74852313828" not in page


class TestWritingToTheFund:
    """Each fund has a page of its own on Gosuslugi; one without it is written to by post."""

    LINK, EVERYBODYS = "https://pos.gosuslugi.ru/form/?opaId=1", "https://pos.gosuslugi.ru/landing/"

    def page(self, patient: Patient) -> str:
        Guide.objects.update(by_fund=True, link=self.EVERYBODYS, link_title="Госуслуги")
        patient.get("/call/", region="76", insurer="unknown")
        return patient.get("/help/guides/booking/").content.decode()

    def test_the_funds_own_page_replaces_everybodys(self, patient: Patient, guide: Guide) -> None:
        Branch.objects.funds().update(feedback_link=self.LINK)
        page = self.page(patient)
        assert f'href="{self.LINK}" rel="noopener noreferrer"' in page
        assert self.EVERYBODYS not in page

    def test_a_fund_without_it_shows_its_addresses(self, patient: Patient, guide: Guide) -> None:
        Branch.objects.funds().update(postal_address="150000, Ярославль", email="fund@example.org")
        page = self.page(patient)
        assert "150000, Ярославль" in page
        assert "mailto:fund@example.org" in page
        assert self.EVERYBODYS in page

    def test_a_fund_with_neither_is_reached_from_here(self, patient: Patient, guide: Guide) -> None:
        assert "попадает в фонд сразу" in self.page(patient)

    def test_the_directory_shows_it_too(self, patient: Patient, guide: Guide) -> None:
        Branch.objects.funds().update(feedback_link=self.LINK)
        assert self.LINK in patient.get("/insurers/", region="76").content.decode()

    def test_another_guide_says_nothing_of_it(self, patient: Patient, guide: Guide) -> None:
        Branch.objects.funds().update(feedback_link=self.LINK)
        patient.get("/call/", region="76", insurer="unknown")
        assert self.LINK not in patient.get("/help/guides/booking/").content.decode()


def test_another_site_is_named_before_it_opens(patient: Patient, guide: Guide) -> None:
    Guide.objects.update(link="https://pos.gosuslugi.ru/landing/", link_title="Госуслуги. Решаем вместе")
    page = patient.get("/help/guides/booking/").content.decode()
    assert re.search(r'href="https://pos\.gosuslugi\.ru/landing/" rel="noopener noreferrer">Госуслуги', page)
    assert "откроется другой сайт" in page


@pytest.mark.parametrize(("page", "address"), [("terms", "/terms/"), ("insurers", "/insurers/"),
                                               ("policy_check", "/policy/check/")])  # fmt: skip
def test_the_page_that_helps_is_linked(patient: Patient, guide: Guide, page: str, address: str) -> None:
    Guide.objects.update(page=page)
    main = patient.get("/help/guides/booking/").content.decode().split("<main")[1].split("</main>")[0]
    assert f'href="{address}"' in main


def test_a_guide_lives_from_its_first_day_to_its_last(patient: Patient, guide: Guide) -> None:
    Guide.objects.update(valid_to=factories.LONG_AGO)
    assert patient.get("/help/guides/booking/").status_code == 404
    assert "booking" not in patient.get("/help/guides/").content.decode()
    Guide.objects.create(
        slug="booking", position=1, title="По новым правилам", steps=[], valid_from=date(2026, 1, 1)
    )
    assert "По новым правилам" in patient.get("/help/guides/booking/").content.decode()


def test_a_theme_that_ended_is_not_carried_into_an_appeal(
    patient: Patient, guide: Guide, waiting: Category
) -> None:
    Category.objects.filter(pk=waiting.pk).update(valid_to=factories.LONG_AGO)
    page = patient.get("/help/guides/booking/").content.decode()
    assert 'href="/complaints/new/"' in page
    assert "?theme=" not in page


def test_an_unknown_guide_is_not_found(patient: Patient) -> None:
    assert patient.get("/help/guides/nothing/").status_code == 404


def test_a_guide_costs_few_queries(patient: Patient, guide: Guide, phones: None) -> None:
    patient.get("/call/", region="76", insurer="sogaz-med")
    with CaptureQueriesContext(connection) as queries:
        patient.get("/help/guides/booking/")
    assert len(queries) <= 12


class TestReference:
    def test_they_are_loaded_once_and_never_overwritten(self, branch: Branch) -> None:
        assert load_guides() == len(ROWS)
        Guide.objects.filter(slug="booking").update(title="Своё")
        assert load_guides() == 0
        assert Guide.objects.get(slug="booking").title == "Своё"

    def test_they_are_about_what_people_ask_for(self) -> None:
        assert [row["slug"] for row in ROWS] == [
            "booking", "clinic", "doctor", "check-up", "get-policy", "my-insurer", "another-region",
            "write-to-fund",
        ]  # fmt: skip

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row["slug"])
    def test_each_is_short_free_and_rests_on_a_rule(self, row: dict[str, object]) -> None:
        assert 3 <= len(row["steps"]) <= 5
        assert all(len(step) <= 130 for step in row["steps"]), [len(step) for step in row["steps"]]
        assert "бесплат" in row["free_of_charge"].lower()
        assert row["basis"]
        text = " ".join([*row["steps"], row["free_of_charge"]])
        assert not re.search(r"верн[её]м|вернут деньги|гарантируем|2 уровень", text)

    def test_the_policy_is_the_electronic_one_of_today(self) -> None:
        """Law No. 326-FZ, article 45, since 1 December 2022: an extract, no paper after weeks of waiting."""
        steps = {row["slug"]: " ".join(row["steps"]) for row in ROWS}
        assert "выписку с номером из 16 цифр" in steps["get-policy"]
        assert "с одним паспортом" in steps["get-policy"]
        assert "временное свидетельство" not in " ".join(steps.values())

    def test_each_leads_to_a_theme_and_an_icon_that_exist(self) -> None:
        themes = json.loads((settings.BASE_DIR / "complaints/data/categories.json").read_text("utf-8"))
        icons = (settings.BASE_DIR / "static/img/icons.svg").read_text()
        assert {row["theme"] for row in ROWS} <= {theme["slug"] for theme in themes}
        assert all(f'id="{row["icon"]}"' in icons for row in ROWS)
