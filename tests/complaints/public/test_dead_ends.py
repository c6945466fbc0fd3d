"""Where people get stuck, and what leads on from there: wrong codes, two windows, a newborn, a night."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from complaints.kinds import ForWhom
from complaints.models import Card, Complaint, Draft, OneTimeCode
from complaints.services import chats, work
from insurers.models import Branch, Hotline, WorkingAxis
from insurers.models.hotlines import Purpose
from tests import factories
from tests.complaints.public.conftest import ANSWERS, Patient, summary, url
from tests.complaints.public.following import CODES, CONTACTS, NEW_PHONE, Followed

FORM = "application/x-www-form-urlencoded"
IDENTITY, RECOVER = "/status/case/identity/", "/status/recover/"
PHONE = "tel:+74852313828"
OURS = {"Origin": "http://testserver"}


@pytest.fixture(autouse=True)
def sms_on(settings: Any) -> None:
    settings.SMS_MODE = "file"


@pytest.fixture
def phones(branch: Branch) -> None:
    Hotline.objects.create(branch=branch, purpose=Purpose.RIGHTS_PROTECTION, phone="+74852313828")


class TestACodeThatDoesNotFit:
    """Whoever mistypes it again and again is given a person, not only another try."""

    def helped(self, page: str) -> bool:
        return "Вам поможет человек" in page and PHONE in page

    def test_of_who_is_asking(self, branch: Branch, now: datetime, phones: None) -> None:
        followed = Followed.begun(branch, now)
        followed.patient.post(f"{IDENTITY}send/", {"purpose": "phone"})
        assert not self.helped(followed.patient.get(IDENTITY).content.decode())
        for _attempt in range(OneTimeCode.MOST_ATTEMPTS + 1):
            page = followed.patient.post(IDENTITY, {"code": "00000000"})
        assert self.helped(page.content.decode())

    def test_of_a_lost_access_code(self, patient: Patient, phones: None) -> None:
        patient.get("/call/", region="76", insurer="sogaz-med")
        birth = {"birth_on_day": "31", "birth_on_month": "12", "birth_on_year": "1950"}
        patient.post(RECOVER, {"which": "76-26-7654321-3", "surname": "Соколова", **birth})
        page = patient.post(f"{RECOVER}code/", {"code": "00000000"}).content.decode()
        assert self.helped(page)

    def test_of_a_new_contact(self, branch: Branch, now: datetime) -> None:
        followed = Followed.begun(branch, now)
        followed.change("phone", NEW_PHONE, known="phone")
        assert "Вам поможет человек" not in followed.patient.get(CODES).content.decode()
        page = followed.type_codes(known_code="00000000", new_code="00000000").content.decode()
        assert "Вам поможет человек" in page
        assert CONTACTS in page


class TestTwoWindows:
    """One appeal open in two: sent in one of them, the other loses nothing and begins nothing."""

    def key(self, patient: Patient, step: str) -> str:
        return str(patient.get(url(step)).context["draft_key"])

    def late(self, patient: Patient, path: str, key: str) -> Any:
        typed = {**ANSWERS["story"], "story": "И ещё одно слово.", "draft_key": key}
        return patient.client.post(path, typed, headers=OURS)

    def test_what_is_typed_too_late_stays_on_the_page(self, patient: Patient) -> None:
        patient.answer_everything()
        key = self.key(patient, "story")
        patient.send()
        for _press in range(2):
            response = self.late(patient, url("story"), key)
            page = response.content.decode()
            assert response.status_code == 409
            assert "отправлено из другого окна" in page
            assert "И ещё одно слово." in page
            key = str(response.context["draft_key"])
        assert Draft.objects.count() == Complaint.objects.count() == 1

    def test_words_kept_by_the_page_itself_hide_no_number(self, patient: Patient) -> None:
        patient.answer_everything()
        key = self.key(patient, "story")
        patient.send()
        assert self.late(patient, f"{url('story')}keep/", key).status_code == 409
        assert "data-copy" in patient.get(url("sent")).content.decode()
        assert Draft.objects.count() == 1

    def test_they_do_not_get_into_another_appeal(self, patient: Patient) -> None:
        patient.answer_everything()
        key = self.key(patient, "story")
        patient.send()
        patient.begin("paid-care")
        assert self.late(patient, url("story"), key).status_code == 409
        assert "И ещё одно слово." not in patient.get(url("story")).content.decode()


class TestAChildWithoutAPolicy:
    """A newborn is treated under a parent's policy: the parent's birthday is on the page, not the child's."""

    BY_PARENT = {**ANSWERS["policy"], "of_parent": "on"}
    CONTACTS = {**ANSWERS["contacts"], "applicant_surname": "Соколова", "applicant_first_name": "Вера"}

    def filed(self, patient: Patient, policy: dict[str, str]) -> Card:
        patient.answer_everything(whom={"for_whom": "child"}, policy=policy, contacts=self.CONTACTS)
        patient.send()
        return Card.objects.get()

    def opens(self, patient: Patient) -> bool:
        """With number and code, in another browser."""
        receipt = patient.get(url("sent")).context["receipt"]
        return Patient().open(receipt.number, receipt.access_code).status_code == 302

    def test_the_parent_reads_the_appeal(self, patient: Patient) -> None:
        card = self.filed(patient, self.BY_PARENT)
        assert (card.for_whom, card.sealed["patient"]["policy_of_parent"]) == (ForWhom.CHILD, True)
        assert card.complaint.branch.insurer is not None
        assert self.opens(patient)

    def test_the_parent_types_their_name_once(self, patient: Patient) -> None:
        patient.begin()
        patient.answer("whom", "policy", whom={"for_whom": "child"}, policy=self.BY_PARENT)
        page = patient.get(url("contacts")).content.decode()
        assert 'name="applicant_surname" value="Соколова"' in page
        patient.answer("policy", policy={"of_parent": ""})
        assert 'value="Соколова"' not in patient.get(url("contacts")).content.decode()

    def test_a_parent_of_a_grown_up_child_is_a_relative(self, patient: Patient) -> None:
        patient.begin()
        patient.answer(
            "whom", "policy", "story", "files", "naming", "contacts",
            whom={"for_whom": "child"}, contacts=self.CONTACTS,
        )  # fmt: skip
        assert "За родственника" in patient.get(url("check")).content.decode()
        patient.send()
        assert Card.objects.get().for_whom == ForWhom.RELATIVE
        assert self.opens(patient)

    def test_a_parent_of_a_child_stays_a_parent(self, branch: Branch, now: datetime) -> None:
        child = {**factories.PATIENT, "birth_on": date(now.year - 10, 1, 15).isoformat()}
        case = factories.file_case(branch, now=now, for_whom=ForWhom.CHILD, patient=child).complaint
        assert case.card.for_whom == ForWhom.CHILD

    def test_it_is_asked_only_about_a_child(self, patient: Patient) -> None:
        patient.begin()
        patient.answer("whom")
        assert "of_parent" not in patient.get(url("policy")).content.decode()
        patient.answer("whom", whom={"for_whom": "child"})
        assert "of_parent" in patient.get(url("policy")).content.decode()


class TestFilesAndSwitches:
    """No browser keeps chosen files when the page is shown anew: it is said before, and after."""

    def test_the_panel_says_it_where_files_can_be_chosen(self, patient: Patient) -> None:
        patient.begin()
        words = "ещё не отправленные файлы"
        assert words in patient.get(url("files")).content.decode()
        assert words not in patient.get(url("whom")).content.decode()

    def test_they_are_named_and_asked_for_once_more(self, patient: Patient) -> None:
        patient.begin()
        body = urlencode({"documents": ["чек.jpg", "договор.pdf"], "switch": "size:huge"}, doseq=True)
        page = patient.client.post(f"{url('files')}?switch=1", body, content_type=FORM).content.decode()
        assert "Выберите их ещё раз: чек.jpg, договор.pdf" in page
        assert "Выберите их ещё раз" not in patient.get(url("files")).content.decode()

    def test_nothing_is_said_where_none_was_chosen(self, patient: Patient) -> None:
        patient.begin()
        body = urlencode({"documents": "", "draft_key": "1", "switch": "size:huge"})
        page = patient.client.post(f"{url('files')}?switch=1", body, content_type=FORM).content.decode()
        assert "Выберите их ещё раз" not in page


def test_a_chat_whose_specialist_went_home_says_when_somebody_is_back(
    patient: Patient, branch: Branch, now: datetime
) -> None:
    asked = {"text": "Нужно ли платить?", "region": "76", "insurer": "sogaz-med", "starts": "9", "ends": "20"}
    patient.post("/chat/", {**asked, "key": chats.new_key()})
    operator = factories.make_staff("operator", 1, branch)
    work.claim(
        complaint=Complaint.objects.get(), by=operator,
        profile=factories.profile(operator, on=now.date()), now=now,
    )  # fmt: skip
    WorkingAxis.objects.filter(schedule=branch.schedule).update(
        starts=[now + timedelta(hours=9)], ends=[now + timedelta(hours=18)], axis=[now + timedelta(hours=9)]
    )
    page = patient.get("/chat/talk/").content.decode()
    assert "Специалист взял ваш вопрос" in page
    assert "В это время никто не отвечает" in page


def test_the_order_of_a_call_asks_for_a_phone_and_hides_what_is_rarely_changed(patient: Patient) -> None:
    page = patient.get("/call/back/", region="76", insurer="sogaz-med").content.decode()
    assert '<details class="details"><summary>Выбрать дни и часы' in page
    wrong = patient.post("/call/back/", {"phone": "8 920 123-45-67", "starts": "20", "ends": "9"})
    assert '<details class="details" open><summary>Выбрать дни и часы' in wrong.content.decode()
    assert summary(wrong)
