"""The page about personal data, consents with their texts, taking one back, asking for erasure."""

from datetime import timedelta

import pytest

from complaints.models import Complaint, Consent, ConsentText, Deadline, ErasureRequest
from complaints.reference import consents as texts
from complaints.reference import terms
from complaints.services import consents
from omsportal.platform.models import Alarm
from tests.complaints.public.conftest import Patient, the_only_case

DATA = "/status/case/data/"
MAIL = {
    "email": "vera@example.org",
    "phone": "8 (920) 123-45-67",
    "answer_channel": "site",
    "email_notices": "on",
}


@pytest.fixture
def loaded(patient: Patient) -> Patient:
    terms.load_deadlines()
    texts.load_consent_texts()
    return patient


@pytest.fixture
def opened(loaded: Patient) -> Patient:
    loaded.open(*loaded.file_an_appeal(contacts=MAIL))
    return loaded


def page(patient: Patient, path: str) -> str:
    return patient.get(path).content.decode()


def test_the_page_tells_terms_as_they_are_in_the_table_and_every_page_leads_to_it(loaded: Patient) -> None:
    assert 'href="/privacy/"' in page(loaded, "/")
    told = page(loaded, "/privacy/")
    assert "326-ФЗ" in told
    assert "5 лет" in told
    Deadline.objects.filter(code="KEEP_APPEAL").update(value=7)
    assert "7 лет" in page(loaded, "/privacy/")


def test_it_is_told_before_sending_and_no_consent_is_demanded(loaded: Patient) -> None:
    loaded.answer_everything()
    assert 'href="/privacy/"' in page(loaded, "/complaints/new/check/")
    loaded.send()
    assert not Consent.objects.filter(complaint=the_only_case()).exists()


def test_a_consent_names_the_version_that_was_on_the_screen(loaded: Patient) -> None:
    ConsentText.objects.filter(purpose="email").update(valid_to="2026-01-31")
    ConsentText.objects.create(
        purpose="email", version="2026-02", text="Новый текст", valid_from="2026-02-01"
    )
    loaded.begin()
    loaded.answer("whom", "policy", "story", "files", "naming")
    assert "Новый текст" in page(loaded, "/complaints/new/contacts/")
    loaded.answer("contacts", contacts=MAIL)
    loaded.send()
    assert Consent.objects.get().version == "2026-02"


def test_a_consent_in_russian_is_explained_to_whoever_reads_english(loaded: Patient) -> None:
    loaded.begin()
    loaded.answer("whom", "policy", "story", "files", "naming")
    shown = loaded.client.get("/complaints/new/contacts/", headers={"accept-language": "en"}).content.decode()
    text = ConsentText.objects.get(purpose="email").text
    assert (
        f'You can refuse at any time. What you agree to, word for word in Russian: <span lang="ru">{text}'
        in shown
    )
    assert "Without it your appeal is accepted all the same." in shown


def test_a_person_reads_what_they_agreed_to_and_takes_it_back(opened: Patient) -> None:
    text = ConsentText.objects.get(purpose="email").text
    assert text in page(opened, DATA)
    assert Complaint.objects.get().notify_by_email
    opened.post(f"{DATA}revoke/", {"purpose": "email"})
    row = Consent.objects.get()
    assert row.revoked_at is not None
    assert not Complaint.objects.get().notify_by_email
    assert "Отозвано" in page(opened, DATA)
    assert not consents.revoke(
        complaint=row.complaint, purpose="email", now=row.revoked_at + timedelta(days=1)
    )
    assert Consent.objects.get().revoked_at == row.revoked_at


def test_a_request_for_erasure_is_registered_once_with_its_day_and_the_head_is_told(opened: Patient) -> None:
    for _press in range(2):
        opened.post(f"{DATA}erase/")
    request = ErasureRequest.objects.get()
    assert timedelta(days=12) <= request.due_on - request.asked_at.date() <= timedelta(days=26)
    assert request.asked_by is None
    alarm = Alarm.objects.get(kind="erasure_asked")
    assert alarm.receiver_branch_id == the_only_case().branch_id
    assert "Ваша просьба зарегистрирована" in page(opened, DATA)


def test_without_the_code_nothing_is_shown_or_done(loaded: Patient) -> None:
    loaded.file_an_appeal(contacts=MAIL)
    assert loaded.get(DATA).status_code == 302
    assert loaded.post(f"{DATA}revoke/", {"purpose": "email"}).status_code == 403
    assert loaded.post(f"{DATA}erase/").status_code == 403
    assert not ErasureRequest.objects.exists()
    assert Consent.objects.get().revoked_at is None
