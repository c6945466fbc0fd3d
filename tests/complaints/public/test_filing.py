"""Filing page by page: every way to answer wrong, and nothing typed is lost."""

from datetime import datetime

import pytest

from complaints.models import Card, Category, Complaint, Consent
from complaints.services import work
from insurers.models import Branch, MedicalOrganisation
from omsportal.platform import limits
from omsportal.platform.clock import database_now
from representatives.roles import Tier
from tests import factories
from tests.complaints.public.conftest import (
    ANSWERS,
    POLICY,
    START,
    Patient,
    summary,
    the_only_case,
    url,
)
from tests.complaints.public.test_help import put_on_duty
from tests.factories import profile


def test_it_files_an_appeal_with_number_code_and_date(patient: Patient, branch: Branch) -> None:
    number, code = patient.file_an_appeal()
    case = the_only_case()
    assert (case.number, case.branch) == (number, branch)
    assert len(code.replace(" ", "")) == 16
    page = patient.get(url("sent")).content.decode()
    assert "59-ФЗ" in page
    assert "Осторожно, мошенники" in page


def test_it_keeps_what_was_typed_in_the_card(patient: Patient) -> None:
    patient.file_an_appeal()
    card = Card.objects.get()
    assert card.sealed["patient"]["surname"] == "Соколова"
    assert card.sealed["patient"]["policy_number"] == POLICY
    assert card.sealed["applicant"]["phone"] == "+79201234567"
    assert card.sealed["details"]["waiting_since"] == "2025-10-01"
    assert card.policy is not None


def test_it_recognises_the_insurer_and_says_so(patient: Patient) -> None:
    patient.begin()
    response = patient.answer("whom", "policy")
    assert response.headers["Location"] == url("story")
    assert "Ваша страховая компания: СОГАЗ-Мед" in patient.get(url("story")).content.decode()


def test_it_asks_for_the_insurer_when_the_policy_is_unknown(patient: Patient, branch: Branch) -> None:
    patient.begin()
    response = patient.answer("whom", "policy", policy={"surname": "Иванова"})
    assert response.headers["Location"] == url("insurer")
    page = patient.get(url("insurer")).content.decode()
    assert "Мы не нашли такой полис" in page
    assert '<option value="76" selected>' in page
    patient.post(url("insurer"), {"region": "76", "insurer": "sogaz-med"})
    patient.answer("story", "files", "naming", "contacts")
    patient.send()
    assert the_only_case().branch == branch


def test_it_sends_to_the_fund_when_the_insurer_is_unknown(patient: Patient) -> None:
    patient.begin()
    patient.answer("whom", "policy", policy={"policy_kind": "none", "number": ""})
    patient.post(url("insurer"), {"region": "76", "insurer": "unknown"})
    patient.answer("story", "files", "naming", "contacts")
    patient.send()
    assert the_only_case().branch.is_fund


def test_it_lets_the_person_choose_another_insurer_than_recognised(patient: Patient) -> None:
    rival = factories.make_branch("reso-med", now=database_now())
    patient.answer_everything()
    patient.post(url("insurer"), {"region": "76", "insurer": "reso-med"})
    patient.send()
    assert the_only_case().branch == rival


def test_it_forgets_the_chosen_insurer_when_the_policy_changes(patient: Patient, branch: Branch) -> None:
    patient.answer_everything()
    patient.post(url("insurer"), {"region": "76", "insurer": "unknown"})
    patient.answer("policy")
    patient.send()
    assert the_only_case().branch == branch


def test_it_lets_a_region_without_anybody_know_whom_to_call(patient: Patient) -> None:
    factories.make_region("01", "Адыгея")
    patient.begin()
    patient.answer("whom", "policy", policy={"policy_kind": "none", "number": ""})
    response = patient.post(url("insurer"), {"region": "01", "insurer": "unknown"})
    assert response.status_code == 422
    assert "пока не принимает обращения" in summary(response)[0]


def test_it_goes_on_when_policies_cannot_be_checked_any_more(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.TABLE, "policy.address", limits.Rule(1, 3600, "address"))
    patient.begin()
    patient.answer("whom", "policy", policy={"surname": "Иванова"})
    response = patient.answer("policy")
    assert response.headers["Location"] == url("insurer")
    assert "не получилось проверить полис" in patient.get(url("insurer")).content.decode()


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (POLICY[:15], "Вы ввели 15 цифр"),
        (POLICY[:-1] + str((int(POLICY[-1]) + 1) % 10), "ошибка"),
        ("12345678901", "11"),
        ("76ОО410834000120", "цифр"),
        ("", "номер полиса"),
    ],
)
def test_it_says_what_is_wrong_with_a_policy_number(patient: Patient, number: str, message: str) -> None:
    patient.begin()
    response = patient.answer("whom", "policy", policy={"number": number})
    page = response.content.decode()
    assert response.status_code == 422
    assert message in summary(response)[0]
    assert '<a href="#id_number">' in page
    assert 'id="id_number_error"' in page
    assert "<title>Ошибка:" in page
    assert 'value="Соколова"' in page


def test_it_takes_a_temporary_certificate_and_an_old_policy(patient: Patient) -> None:
    patient.begin()
    assert patient.answer("whom", "policy", policy={"number": "123 456 789"}).status_code == 302
    old = {"policy_kind": "old", "number": "", "series": "ЯР", "old_number": "1234567"}
    assert patient.answer("policy", policy=old).status_code == 302


def test_it_refuses_a_date_in_the_future_and_an_empty_story(patient: Patient) -> None:
    patient.begin()
    patient.answer("whom", "policy")
    future = {"waiting_since_year": "2199", "story": "   "}
    response = patient.answer("story", story=future)
    assert response.status_code == 422
    assert summary(response) == [
        "Эта дата ещё не наступила. Проверьте день, месяц и год.",
        "Расскажите, что случилось. Хватит нескольких слов, остальное мы спросим.",
    ]
    assert "Поликлиника № 2, Рыбинск" in response.content.decode()


def test_it_refuses_a_story_that_is_too_long_and_keeps_it(patient: Patient) -> None:
    patient.begin()
    patient.answer("whom", "policy")
    response = patient.answer("story", story={"story": "я" * 10_001})
    assert "длиннее 10 000 знаков" in summary(response)[0]
    assert "я" * 10_001 in patient.get(url("story")).content.decode()


def test_it_links_the_clinic_that_has_the_very_name(patient: Patient, branch: Branch) -> None:
    clinic = MedicalOrganisation.objects.create(
        region=branch.region, code="760001", name="ГБУЗ «Поликлиника № 7»", short_name="Поликлиника № 7"
    )
    patient.begin()
    patient.answer("whom", "policy")
    patient.answer("story", "files", "naming", "contacts", story={"clinic": "Поликлиника № 7"})
    patient.send()
    case = the_only_case()
    assert (case.medical_organisation, case.region_of_care) == (clinic, branch.region)


def test_it_asks_for_money_only_where_it_was_about_money(patient: Patient) -> None:
    patient.begin("paid-care")
    page = patient.get(url("story")).content.decode()
    assert "Какую сумму" in page
    assert "С какого дня вы ждёте" not in page
    patient.answer("whom", "policy")
    response = patient.answer("story", story={"amount": "много"})
    assert summary(response) == ["Напишите сумму в рублях цифрами, например 1500 или 1500,50."]
    assert patient.answer("story", story={"amount": "1 500,50 руб."}).status_code == 302


def test_it_needs_a_way_to_reach_the_person(patient: Patient) -> None:
    patient.begin()
    response = patient.answer("contacts", contacts={"phone": ""})
    assert summary(response) == ["Оставьте хотя бы один способ связи: телефон или электронную почту."]


def test_it_needs_an_address_for_a_letter(patient: Patient) -> None:
    patient.begin()
    response = patient.answer("contacts", contacts={"answer_channel": "letter"})
    assert summary(response) == ["Напишите адрес, на который отправить письмо."]


def test_it_does_not_take_half_a_phone_number(patient: Patient) -> None:
    patient.begin()
    response = patient.answer("contacts", contacts={"phone": "8 920 12"})
    assert "Номер телефона неполный" in summary(response)[0]
    assert 'value="8 920 12"' in response.content.decode()


def test_it_writes_only_the_consents_that_were_given(patient: Patient) -> None:
    patient.file_an_appeal(contacts={"email": "vera@example.org", "email_notices": "on"})
    assert [consent.purpose for consent in Consent.objects.all()] == ["email"]
    assert the_only_case().notify_by_email


def test_it_asks_the_applicants_name_when_it_is_for_somebody_else(patient: Patient) -> None:
    patient.begin()
    patient.post(url("whom"), {"for_whom": "relative", "relation": "дочь"})
    patient.answer("policy", "story", "files", "naming")
    assert "Напишите свою фамилию." in summary(patient.answer("contacts"))
    names = {"applicant_surname": "Петрова", "applicant_first_name": "Ольга"}
    patient.answer("contacts", contacts=names)
    patient.send()
    applicant = the_only_case().card.sealed["applicant"]
    assert (applicant["surname"], applicant["relation"]) == ("Петрова", "дочь")


def test_it_takes_a_question_without_a_name(patient: Patient) -> None:
    patient.begin("question")
    patient.post(url("whom"), {"for_whom": "self"})
    patient.post(url("policy"), {"policy_kind": "none"})
    patient.post(url("insurer"), {"region": "76", "insurer": "unknown"})
    patient.post(url("story"), {"story": "Как выбрать поликлинику?"})
    patient.answer("files", "naming")
    patient.post(url("contacts"), {"answer_channel": "site"})
    assert patient.send().headers["Location"] == url("sent")
    assert the_only_case().card.is_anonymous


def test_it_puts_somebody_in_the_clinic_into_the_urgent_lane(patient: Patient) -> None:
    assert 'name="urgent" value="1"' in patient.get(START, urgent="1").content.decode()
    patient.begin(urgent="1")
    assert "checked" in patient.get(url("story")).content.decode().split('name="in_clinic_now"')[1][:60]
    patient.answer("whom", "policy", "story", "files", "naming", "contacts", story={"in_clinic_now": "on"})
    patient.send()
    assert the_only_case().is_urgent


def test_it_brings_the_theme_of_a_help_page(patient: Patient, waiting: Category) -> None:
    page = patient.get(START, theme="waiting").content.decode()
    assert 'type="hidden" name="theme" value="waiting"' in page
    assert "Слишком долго жду" in page


def test_it_shows_the_list_for_a_theme_that_does_not_exist(patient: Patient) -> None:
    page = patient.get(START, theme="no-such-theme").content.decode()
    assert 'type="radio" name="theme"' in page


def test_it_asks_for_a_theme(patient: Patient) -> None:
    response = patient.post(START, {})
    assert summary(response) == ["Выберите, что случилось. Если ничего не подходит, выберите «Другое»."]


def test_it_sends_nothing_before_everything_is_answered(patient: Patient) -> None:
    patient.begin()
    patient.answer("whom", "policy")
    assert patient.send().headers["Location"] == url("check")
    assert patient.get(url("check")).headers["Location"] == url("story")
    assert not Complaint.objects.exists()


def test_it_judges_old_answers_anew_when_the_theme_changes(patient: Patient) -> None:
    patient.begin("question")
    patient.post(url("whom"), {"for_whom": "self"})
    patient.post(url("policy"), {"policy_kind": "none"})
    patient.post(url("theme"), {"theme": "waiting"})
    patient.post(url("insurer"), {"region": "76", "insurer": "unknown"})
    patient.answer("story", "files", "naming", "contacts")
    assert patient.get(url("check")).headers["Location"] == url("policy")


def test_it_shows_every_answer_with_a_way_to_change_it(patient: Patient) -> None:
    patient.answer_everything()
    page = patient.get(url("check")).content.decode()
    for text in ("Соколова Вера Ильинична", "31 декабря 1950", "Второй месяц жду УЗИ.", "СОГАЗ-Мед"):
        assert text in page.replace("\N{NO-BREAK SPACE}", " ")
    assert page.count("Изменить") >= 8


def test_it_knows_no_other_page(patient: Patient) -> None:
    assert patient.get(url("nonsense")).status_code == 404


def test_it_puts_nothing_personal_into_an_address(patient: Patient) -> None:
    addresses = [patient.begin().headers["Location"]]
    addresses += [patient.answer(step).headers["Location"] for step in ANSWERS]
    addresses.append(patient.send().headers["Location"])
    assert all("?" not in address for address in addresses)


def test_it_says_that_a_form_in_another_encoding_cannot_be_read(patient: Patient) -> None:
    form = "application/x-www-form-urlencoded; charset=utf-7"
    assert patient.client.post(START, b"theme=waiting", content_type=form).status_code == 400


class TestPromiseOfTheUrgentLane:
    """What the confirmation promises comes from the roster of this very moment."""

    def filed(self, patient: Patient) -> str:
        patient.file_an_appeal(story={"in_clinic_now": "on"})
        return patient.get(url("sent")).content.decode()

    def test_a_duty_person_is_being_called(self, patient: Patient, branch: Branch, now: datetime) -> None:
        put_on_duty(branch, now)
        page = self.filed(patient)
        assert "вызывают дежурного специалиста" in page
        assert "103 или 112" in page

    def test_nobody_is_on_duty_and_what_to_do(self, patient: Patient, branch: Branch, now: datetime) -> None:
        put_on_duty(branch, now, Tier.EXPERTS)
        page = self.filed(patient)
        assert "В эту минуту дежурных нет" in page
        assert "103 или 112" in page
        assert "вызывают дежурного" not in page

    def test_a_case_that_was_taken_meanwhile(self, patient: Patient, branch: Branch, now: datetime) -> None:
        self.filed(patient)
        specialist, case = put_on_duty(branch, now).user, the_only_case()
        person = profile(specialist, on=now.date())
        work.claim(complaint=case, by=specialist, profile=person, now=case.entered_at)
        assert "уже занимается специалист" in patient.get(url("sent")).content.decode()

    def test_an_ordinary_appeal_promises_no_duty_person(self, patient: Patient, branch: Branch) -> None:
        patient.file_an_appeal()
        assert "дежурн" not in patient.get(url("sent")).content.decode().lower()
