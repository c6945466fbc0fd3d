"""After sending: what the page and the PDF tell, to whom, and for how long."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from complaints.models import Complaint, Draft
from insurers.models import Branch, Hotline
from insurers.models.hotlines import Purpose
from tests import qr
from tests.complaints.public.conftest import START, Patient, codes_on, photo, the_only_case, url

PDF_URL = f"{START}sent/appeal.pdf"


def text_of(document: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages).replace("\n", " ")


class TestBudget:
    """The last press, with everything it writes: at most 15 statements, those of the limits included."""

    MOST = 15

    def count(self, patient: Patient) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            assert patient.send().headers["Location"] == url("sent")
        return [query["sql"] for query in queries]

    def test_of_a_recognised_policy(self, patient: Patient) -> None:
        patient.answer_everything()
        made = self.count(patient)
        assert len(made) <= self.MOST, made

    def test_with_files_and_consents(self, patient: Patient) -> None:
        consents = {"email": "vera@example.org", "email_notices": "on", "medical_documents": "on"}
        patient.begin()
        patient.files(photo())
        patient.answer("whom", "policy", "story", "naming", "contacts", contacts=consents)
        made = self.count(patient)
        assert len(made) <= self.MOST, made
        assert the_only_case().attachments.count() == 1

    def test_of_an_insurer_chosen_by_hand(self, patient: Patient) -> None:
        patient.begin()
        patient.answer("whom", "policy", policy={"policy_kind": "none", "number": ""})
        patient.post(url("insurer"), {"region": "76", "insurer": "sogaz-med"})
        consents = {"email": "vera@example.org", "email_notices": "on"}
        patient.answer("story", "files", "naming", "contacts", contacts=consents)
        made = self.count(patient)
        assert len(made) <= self.MOST, made

    def test_of_a_repeated_press(self, patient: Patient) -> None:
        patient.file_an_appeal()
        assert len(self.count(patient)) <= 3
        assert Complaint.objects.count() == 1


class TestReceipt:
    def test_it_holds_what_the_page_holds(self, patient: Patient, branch: Branch) -> None:
        Hotline.objects.create(branch=branch, purpose=Purpose.RIGHTS_PROTECTION, phone="+74852313828")
        number, code = patient.file_an_appeal()
        response = patient.get(PDF_URL)
        assert response.headers["Content-Type"] == "application/pdf"
        assert number in response.headers["Content-Disposition"]
        text = text_of(response.content)
        for words in (number, code, "59-ФЗ", "Осторожно, мошенники", "31-38-28", "/status/", str(branch)):
            assert words in text, words

    def test_a_camera_opens_the_appeal_by_it_and_reads_no_code(self, patient: Patient, settings: Any) -> None:
        number, _code = patient.file_an_appeal()
        read = qr.texts_on(patient.get(PDF_URL).content)
        assert read == [f"{settings.SITE_URL}/status/?number={number}"]
        page = Patient().get(read[0].removeprefix(settings.SITE_URL)).content.decode()
        assert f'value="{number}"' in page

    def test_no_browser_keeps_it(self, patient: Patient) -> None:
        patient.file_an_appeal()
        assert "no-store" in patient.get(PDF_URL).headers["Cache-Control"]

    def test_it_is_made_only_where_and_while_the_code_is_shown(self, patient: Patient) -> None:
        number, _code = patient.file_an_appeal()
        stranger = Patient().get(PDF_URL)
        assert (stranger.status_code, number in stranger.content.decode()) == (410, False)
        Draft.objects.update(created_at="2020-01-01T00:00Z", expires_at="2020-01-01T01:00Z")
        assert patient.get(PDF_URL).status_code == 410

    def test_nothing_of_it_is_stored(self, patient: Patient, files_dir: object) -> None:
        patient.file_an_appeal()
        with CaptureQueriesContext(connection) as queries:
            patient.get(PDF_URL)
        assert not [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]

    def test_it_speaks_english_too(self, patient: Patient) -> None:
        patient.file_an_appeal()
        patient.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        assert "Beware of fraud" in text_of(patient.get(PDF_URL, **{}).content)


class TestOfTheFund:
    def sent(self, patient: Patient, theme: str = "waiting") -> str:
        patient.begin(theme)
        patient.answer("whom", "policy", policy={"policy_kind": "none", "number": ""})
        patient.post(url("insurer"), {"region": "76", "insurer": "unknown"})
        patient.answer("story", "files", "naming", "contacts")
        patient.send()
        assert the_only_case().branch.is_fund
        return patient.get(url("sent")).content.decode().replace("\N{NO-BREAK SPACE}", " ")

    def test_an_unknown_insurer_means_both_dates(self, patient: Patient) -> None:
        page = self.sent(patient)
        case = the_only_case()
        by = case.registered_on + timedelta(days=7)
        assert f"{by.day} " in page.split("передаст обращение до")[1][:80]
        assert "статья 8" in page
        assert f"{case.answer_due_on.day} " in page.split("Ответ придёт не позже")[1][:200]
        assert "статья 8" in text_of(patient.get(PDF_URL).content)

    def test_a_complaint_about_the_insurer_stays_there(self, patient: Patient) -> None:
        page = self.sent(patient, "insurer")
        assert "рассматривает сам фонд" in page
        assert "статья 8" not in page


class TestRegionNotInTheList:
    OTHER = {"region": "other", "insurer": "unknown", "region_name": "Севастополь", "nearest": "76"}

    def begun(self, patient: Patient) -> None:
        patient.begin()
        patient.answer("whom", "policy", policy={"policy_kind": "none", "number": ""})

    def test_the_fund_of_the_region_of_care_takes_it(self, patient: Patient, branch: Branch) -> None:
        self.begun(patient)
        patient.post(url("insurer"), self.OTHER)
        patient.answer("story", "files", "naming", "contacts")
        page = patient.get(url("check")).content.decode()
        assert "Севастополь" in page
        patient.send()
        case = the_only_case()
        assert case.branch.is_fund
        assert case.card.sealed["details"]["policy_region"] == "Севастополь"

    def test_no_insurer_gets_it_however_it_is_named(self, patient: Patient) -> None:
        self.begun(patient)
        patient.post(url("insurer"), {**self.OTHER, "insurer": "sogaz-med"})
        patient.answer("story", "files", "naming", "contacts")
        patient.send()
        assert the_only_case().branch.is_fund

    def test_it_asks_where_the_patient_is_treated(self, patient: Patient) -> None:
        self.begun(patient)
        response = patient.post(url("insurer"), {**self.OTHER, "nearest": ""})
        assert response.status_code == 422
        assert "Выберите регион, где пациент лечится, или соседний." in response.content.decode()

    @pytest.mark.parametrize("made_up", ["99", "'; --", "76\x00", "я" * 300])
    def test_a_made_up_region_leads_nowhere(self, patient: Patient, made_up: str) -> None:
        self.begun(patient)
        assert patient.post(url("insurer"), {"region": made_up, "insurer": "unknown"}).status_code == 422


class TestForSomebodyElse:
    def test_papers_may_follow(self, patient: Patient) -> None:
        patient.begin()
        assert "можно принести позже" in patient.get(url("whom")).content.decode()
        patient.post(url("whom"), {"for_whom": "relative", "relation": "дочь"})
        names = {"applicant_surname": "Петрова", "applicant_first_name": "Ольга"}
        patient.answer("policy", "story", "files", "naming", "contacts", contacts=names)
        patient.send()
        assert "можно добавить позже" in patient.get(url("sent")).content.decode()

    def test_nobody_else_is_told_so(self, patient: Patient) -> None:
        patient.file_an_appeal()
        assert "можно добавить позже" not in patient.get(url("sent")).content.decode()


class TestUnnamed:
    """A question may come without a name; a complaint never."""

    def asked(self, patient: Patient, insurer: str = "unknown") -> Complaint:
        patient.begin("question")
        patient.post(url("whom"), {"for_whom": "self"})
        patient.post(url("policy"), {"policy_kind": "none"})
        patient.post(url("insurer"), {"region": "76", "insurer": insurer})
        patient.post(url("story"), {"story": "Как выбрать поликлинику?"})
        assert patient.answer("files").headers["Location"] == url("contacts")  # nobody to name
        patient.post(url("contacts"), {"answer_channel": "site"})
        patient.send()
        return the_only_case()

    def test_a_question_goes_to_the_fund_when_no_insurer_is_known(self, patient: Patient) -> None:
        case = self.asked(patient)
        assert (case.kind, case.branch.is_fund, case.card.identity_level) == ("consultation", True, 0)
        assert (case.card.naming_consent, case.card.patient_surname_key) == ("no", "")

    def test_a_question_goes_to_the_insurer_that_was_chosen(self, patient: Patient, branch: Branch) -> None:
        assert self.asked(patient, "sogaz-med").branch == branch

    def test_the_code_opens_it(self, patient: Patient) -> None:
        self.asked(patient)
        number, code = codes_on(patient.get(url("sent")))
        assert patient.open(number, code).status_code == 302

    def test_a_complaint_needs_a_name(self, patient: Patient) -> None:
        patient.begin("waiting")
        patient.post(url("whom"), {"for_whom": "self"})
        assert patient.post(url("policy"), {"policy_kind": "none"}).status_code == 422

    def test_a_named_question_is_asked_whether_the_name_may_be_told(self, patient: Patient) -> None:
        patient.begin("question")
        patient.answer("whom", "policy", "story")
        assert patient.answer("files").headers["Location"] == url("naming")


class TestSimilar:
    def again(self, patient: Patient, **changed: dict[str, str]) -> str:
        patient.answer_everything(**changed)
        return patient.get(url("check")).content.decode()

    def test_it_is_shown_where_the_first_one_was_opened(self, patient: Patient) -> None:
        number, code = patient.file_an_appeal()
        patient.open(number, code)
        page = self.again(patient)
        assert "У вас уже есть такое обращение" in page
        assert number in page

    def test_it_is_not_shown_to_who_only_filed_it(self, patient: Patient) -> None:
        patient.file_an_appeal()
        assert "У вас уже есть" not in self.again(patient)

    def test_another_browser_learns_nothing(self, patient: Patient) -> None:
        number, code = patient.file_an_appeal()
        patient.open(number, code)
        stranger = Patient()
        page = self.again(stranger)
        assert "У вас уже есть" not in page
        assert number not in page

    def test_another_clinic_or_an_old_one_is_another_matter(self, patient: Patient) -> None:
        number, code = patient.file_an_appeal()
        patient.open(number, code)
        assert "У вас уже есть" not in self.again(patient, story={"clinic": "Больница в Угличе"})
        month_ago = Complaint.objects.get().registered_at - timedelta(days=31)
        Complaint.objects.update(registered_at=month_ago, received_at=month_ago)
        assert "У вас уже есть" not in self.again(patient)
