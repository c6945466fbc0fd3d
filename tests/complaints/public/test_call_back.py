"""A call ordered on the site: number, code, a promise by the person's clock, nothing about others."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.kinds import Channel, Form, Kind
from complaints.models import CallWindow, Category, Complaint, History
from complaints.services import call_requests, closing, thread, work
from insurers.models import Branch
from omsportal.platform import limits
from omsportal.platform.limits import Rule
from representatives.roles import Tier
from tests import factories
from tests.complaints.public.conftest import Patient, codes_on, summary, the_only_case

ASK, SENT = "/call/back/", "/call/back/sent/"
PHONE = "8 920 765-43-21"
WISH = {
    "region": "76", "insurer": "sogaz-med", "phone": PHONE, "name": "Анна Петровна", "starts": "10",
    "ends": "17", "about": "Не записывают на УЗИ",
}  # fmt: skip
#: Days on which the office of the tests works.
OFFICE = ["0", "1", "2", "3", "4"]
MOSCOW = ZoneInfo("Europe/Moscow")


def key_on(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def order(patient: Patient, **changed: Any) -> Any:
    """As the form is filled and sent; each call opens it anew."""
    key = key_on(patient.get(ASK).content.decode())
    return patient.post(ASK, {**WISH, "key": key, **changed})


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only open calls are counted, not attempts."""
    for name in ("callback.address", "callback.phone"):
        monkeypatch.setitem(limits.TABLE, name, Rule(1000, 3600, limits.TABLE[name].by))


class TestOrdered:
    def test_i_get_number_code_and_until_when_somebody_calls(self, patient: Patient) -> None:
        assert order(patient, days=OFFICE)["Location"] == SENT
        page = patient.get(SENT)
        case = the_only_case()
        assert codes_on(page)[0] == case.number
        text = page.content.decode()
        assert "Звонок заказан" in text
        assert f'datetime="{case.call_back_until.isoformat()}"' in text
        assert "с понедельника по пятницу, 10:00–17:00" in text
        assert patient.open(*codes_on(page))["Location"] == "/status/case/"

    def test_it_is_a_conversation_and_waits_for_a_call(self, patient: Patient, branch: Branch) -> None:
        order(patient)
        case = the_only_case()
        assert (case.kind, case.channel, case.form) == (Kind.CONSULTATION, Channel.SITE, Form.ORAL)
        assert (case.branch, case.tier, case.answer_due_on) == (branch, 1, None)
        assert case.card.sealed["applicant"] == {"first_name": "Анна Петровна", "phone": "+79207654321"}
        assert case.card.sealed["details"]["story"] == "Не записывают на УЗИ"
        line = History.objects.get(complaint=case, event="filed")
        assert line.until_after == case.call_back_until

    def test_the_promise_ends_within_my_hours_and_those_of_the_office(
        self, patient: Patient, now: datetime
    ) -> None:
        order(patient)
        until = the_only_case().call_back_until
        assert until > now
        assert until.astimezone(MOSCOW).time() == time(17)
        assert until.astimezone(MOSCOW).weekday() < 5

    def test_my_hours_are_those_of_where_i_am(self, patient: Patient) -> None:
        factories.make_region("25", "Приморский край", "Asia/Vladivostok")
        order(patient, place="25", starts="17", ends="19")
        case = the_only_case()
        window = CallWindow.objects.get(complaint=case)
        assert (window.time_zone, window.days) == ("Asia/Vladivostok", 127)
        assert case.call_back_until.astimezone(MOSCOW).time() == time(12)
        page = patient.get(SENT).content.decode()
        assert "19:00" in page.split("datetime=")[1][:120]

    def test_without_a_name_it_is_anonymous(self, patient: Patient) -> None:
        order(patient, name="", about="")
        assert the_only_case().card.is_anonymous

    def test_who_does_not_know_the_insurer_is_called_by_the_fund(self, patient: Patient) -> None:
        order(patient, insurer="unknown")
        case = the_only_case()
        assert (case.branch.is_fund, case.tier) == (True, Tier.FUND)

    def test_a_matter_about_the_insurer_goes_to_the_fund(self, patient: Patient) -> None:
        order(patient, theme="insurer")
        assert the_only_case().branch.is_fund

    def test_the_theme_of_the_page_comes_along(self, patient: Patient, waiting: Category) -> None:
        assert 'name="theme" value="waiting"' in patient.get(ASK, theme="waiting").content.decode()
        order(patient, theme="waiting")
        assert the_only_case().category == waiting

    @pytest.mark.parametrize("theme", ["", "nothing"])
    def test_without_a_theme_it_is_a_question(self, patient: Patient, theme: str) -> None:
        order(patient, theme=theme)
        assert the_only_case().category.slug == "question"

    def test_pressing_twice_orders_one_call(self, patient: Patient) -> None:
        key = key_on(patient.get(ASK).content.decode())
        for _press in range(3):
            assert patient.post(ASK, {**WISH, "key": key})["Location"] == SENT
        assert codes_on(patient.get(SENT))[0] == the_only_case().number

    def test_region_and_insurer_chosen_before_are_chosen_here(self, patient: Patient) -> None:
        patient.get("/call/", region="76", insurer="sogaz-med")
        page = patient.get(ASK).content.decode()
        assert '<option value="76" selected>' in page
        assert '<option value="sogaz-med" selected>' in page

    def test_it_costs_few_queries(self, patient: Patient) -> None:
        key = key_on(patient.get(ASK).content.decode())
        with CaptureQueriesContext(connection) as queries:
            patient.post(ASK, {**WISH, "key": key})
        assert len(queries) <= 32


class TestRefused:
    def test_hours_in_which_nobody_works_are_explained_and_nothing_is_lost(self, patient: Patient) -> None:
        response = order(patient, starts="19", ends="21")
        assert response.status_code == 422
        assert "никто не работает" in summary(response)[0]
        page = response.content.decode()
        assert f'value="{PHONE}"' in page
        assert "Не записывают на УЗИ" in page
        assert "Когда там работают" in page
        assert page.count("<time datetime=") == 3
        assert not Complaint.objects.exists()

    def test_hours_in_which_nobody_works_use_up_no_attempt(self, patient: Patient) -> None:
        for _try in range(4):
            assert order(patient, starts="19", ends="21").status_code == 422
        assert order(patient).status_code == 302

    def test_hours_that_end_before_they_begin(self, patient: Patient) -> None:
        response = order(patient, starts="17", ends="10")
        assert "Это раньше" in summary(response)[0]

    def test_half_a_phone_number(self, patient: Patient) -> None:
        response = order(patient, phone="8 920")
        assert "Номер телефона неполный" in summary(response)[0]
        assert response.status_code == 422

    def test_nothing_at_all(self, patient: Patient) -> None:
        response = patient.post(ASK, {})
        assert "Напишите телефон" in summary(response)[0]  # in the order of the page
        assert response.status_code == 422

    def test_the_fourth_open_call_of_a_phone(self, patient: Patient, roomy: None, now: datetime) -> None:
        for _call in range(3):
            assert order(patient).status_code == 302
        fourth = order(Patient(), about="Ещё вопрос")
        assert (fourth.status_code, fourth["Retry-After"]) == (429, "3600")
        assert Complaint.objects.count() == 3
        assert "Ещё вопрос" in fourth.content.decode()
        assert order(Patient(), phone="8 920 111-22-33").status_code == 302
        closing.withdraw(complaint=Complaint.objects.earliest("id"), now=now)
        assert order(Patient()).status_code == 302

    def test_a_call_that_was_made_makes_room(
        self, patient: Patient, branch: Branch, roomy: None, now: datetime
    ) -> None:
        for _call in range(3):
            order(patient)
        case = Complaint.objects.earliest("id")
        operator = factories.make_staff("operator", 1, branch)
        hand = {"by": operator, "profile": factories.profile(operator, on=now.date()), "now": now}
        case = work.claim(complaint=case, **hand)
        thread.post_by_staff(complaint=case, text="Перезвонили", is_call=True, is_internal=True, **hand)
        assert order(Patient()).status_code == 302

    def test_whether_others_wait_for_this_phone_or_it_was_tried_too_often_reads_the_same(
        self, patient: Patient, monkeypatch: pytest.MonkeyPatch, roomy: None
    ) -> None:
        for _call in range(3):
            order(patient)
        waiting = order(Patient())
        monkeypatch.setitem(limits.TABLE, "callback.phone", Rule(1, 3600, "phone"))
        tried = [order(Patient(), phone="8 920 111-22-33") for _time in range(2)][1]
        assert (tried.status_code, tried["Retry-After"]) == (waiting.status_code, waiting["Retry-After"])
        assert summary(tried) == summary(waiting)

    def test_a_stranger_reads_nothing_of_the_calls_of_a_phone(self, patient: Patient, roomy: None) -> None:
        for _call in range(3):
            order(patient)
        stranger = Patient()
        page = order(stranger).content.decode()
        for case in Complaint.objects.all():
            assert case.number not in page
            assert case.call_back_until.isoformat() not in page
        assert "Номер и код показаны" not in stranger.get(SENT).content.decode()
        assert "Анна Петровна" not in stranger.get(ASK).content.decode()

    def test_a_busy_address_calculates_first(self, patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(limits.TABLE, "callback.address", Rule(2, 3600, "address"))
        order(patient)
        asked = order(patient)
        assert asked.status_code == 429
        assert "data-challenge" in asked.content.decode()
        assert f'value="{PHONE}"' in asked.content.decode()

    @pytest.mark.django_db(transaction=True)
    def test_eight_orders_at_the_same_moment_make_three_calls(self, patient: Patient, roomy: None) -> None:
        keys = [key_on(Patient().get(ASK).content.decode()) for _order in range(8)]
        start = threading.Barrier(len(keys))

        def press(key: str) -> int:
            start.wait(30)
            try:
                return Client().post(ASK, {**WISH, "key": key}).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(len(keys)) as pool:
            answers = sorted(pool.map(press, keys))
        assert answers == [302] * 3 + [429] * 5
        assert Complaint.objects.count() == 3


class TestSeen:
    def test_staff_see_hours_and_masked_phone(self, patient: Patient, branch: Branch, now: datetime) -> None:
        order(patient, days=["0", "2"])
        case = the_only_case()
        operator = factories.make_staff("operator", 1, branch)
        client = Client(headers={"accept-language": "ru"})
        client.login(username="operator", password=factories.PASSWORD)
        hand = {"by": operator, "profile": factories.profile(operator, on=now.date()), "now": now}
        work.claim(complaint=case, **hand)
        page = client.get(f"/staff/cases/{case.number}/").content.decode()
        assert "перезвонить до" in page
        assert "понедельник, среда, 10:00–17:00" in page
        assert "7654321" not in re.sub(r"\D", "", page)

    def test_i_see_the_promise_by_my_own_clock_under_my_number(self, patient: Patient) -> None:
        factories.make_region("25", "Приморский край", "Asia/Vladivostok")
        order(patient, place="25", starts="17", ends="19")
        patient.open(*codes_on(patient.get(SENT)))
        page = patient.get("/status/case/").content.decode()
        assert "Вы просили позвонить" in page
        assert "голосовое сообщение" not in page
        assert "19:00" in page.split("Мы перезвоним вам до")[1][:200]

    def test_number_and_code_are_shown_in_this_browser_only(self, patient: Patient) -> None:
        order(patient)
        number = the_only_case().number
        assert number in patient.get(SENT).content.decode()
        assert number not in Patient().get(SENT).content.decode()

    def test_an_unsent_appeal_stays_beside_it(self, patient: Patient) -> None:
        patient.begin()
        patient.answer("whom")
        order(patient)
        assert "Продолжить" in patient.get("/complaints/new/").content.decode()

    def test_nothing_personal_stands_in_an_address(self, patient: Patient) -> None:
        assert order(patient)["Location"] == SENT

    def test_a_key_alone_opens_nothing(self, patient: Patient, now: datetime) -> None:
        key = key_on(patient.get(ASK).content.decode())
        patient.post(ASK, {**WISH, "key": key})
        assert call_requests.token_of(key, "+79207654321") != key
        stranger = Patient()
        stranger.client.cookies["call_back"] = key
        assert the_only_case().number not in stranger.get(SENT).content.decode()


def test_a_name_turns_nothing_round_on_the_operators_screen(patient: Patient) -> None:
    """Unseen signs of other scripts would show the words behind them backwards."""
    order(patient, name="\u202eМа\u200bрия\u2066")
    assert the_only_case().card.sealed["applicant"]["first_name"] == "Мария"
