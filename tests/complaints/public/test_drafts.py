"""The unsent form: what survives a closed tab and lost cookies, who may see it, how often it is sent."""

from datetime import timedelta

import pytest
from django.db.models.functions import Length
from django.test import Client

from complaints import tasks
from complaints.models import Attachment, Complaint, Draft
from complaints.services import drafts
from omsportal.platform.clock import database_now
from tests.complaints.public.conftest import POLICY, START, Patient, codes_on, photo, the_only_case, url


def test_it_gives_back_what_was_typed_after_the_tab_was_closed(patient: Patient) -> None:
    patient.begin()
    patient.answer("whom", "policy")
    patient.answer("story", story={"story": ""})
    page = patient.get(url("story")).content.decode()
    assert "Поликлиника № 2, Рыбинск" in page
    assert "У вас есть незаконченное обращение" in patient.get(START).content.decode()


def test_it_keeps_half_typed_texts_of_an_open_page(patient: Patient) -> None:
    patient.begin()
    response = patient.post(url("story") + "keep/", {"story": "Вто", "clinic": "Пол"})
    assert response.status_code == 204
    assert "Вто</textarea>" in patient.get(url("story")).content.decode()


def test_it_does_not_let_a_late_echo_undo_a_finished_page(patient: Patient) -> None:
    patient.answer_everything()
    patient.post(url("story") + "keep/", {"story": "Вто"})
    assert "Второй месяц жду УЗИ." in patient.get(url("check")).content.decode()


def test_it_starts_anew_when_asked(patient: Patient) -> None:
    patient.answer_everything()
    response = patient.post(url("discard"), {"theme": "paid-care"})
    assert response.headers["Location"] == f"{START}?theme=paid-care"
    assert not Draft.objects.exists()
    assert patient.get(url("story")).headers["Location"] == START


def test_it_lives_a_week_on_the_own_device_and_else_dies_with_the_browser(patient: Patient) -> None:
    shared = patient.begin().cookies["draft"]
    assert shared["max-age"] == ""
    assert (shared["httponly"], shared["samesite"]) == (True, "Lax")
    own = patient.begin(own_device="on").cookies["draft"]
    assert own["max-age"] == 7 * 24 * 3600
    assert Draft.objects.get().expires_at > database_now() + timedelta(days=6)


def test_it_marks_the_cookie_for_https_only(patient: Patient) -> None:
    response = patient.client.post(START, {"theme": "waiting"}, secure=True)
    cookie = response.cookies["__Host-draft"]
    assert cookie["secure"]
    assert cookie["path"] == "/"


def test_it_keeps_nothing_readable_in_the_database(patient: Patient) -> None:
    patient.begin()
    patient.answer("whom", "policy", "story")
    row = Draft.objects.values_list("sealed", "token_digest").get()
    stored = b"".join(bytes(value) for value in row)
    assert "Соколова".encode() not in stored
    assert POLICY.encode() not in stored
    assert patient.client.cookies["draft"].value.encode() not in stored


def test_it_throws_expired_drafts_away_with_their_files(patient: Patient) -> None:
    patient.begin()
    Draft.objects.update(created_at="2020-01-01T00:00Z", expires_at="2020-01-02T00:00Z")
    assert drafts.purge(now=database_now()) == 1
    assert not Draft.objects.exists()
    assert patient.get(url("story")).headers["Location"] == START


def test_it_throws_away_however_many_expired_ones(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    patient.begin()
    patient.files(photo())
    for _time in range(3):
        drafts.begin(now=database_now())
    Draft.objects.update(created_at="2020-01-01T00:00Z", expires_at="2020-01-02T00:00Z")
    monkeypatch.setattr(drafts.purge, "__kwdefaults__", {"limit": 2})
    tasks.purge_drafts()
    assert (Draft.objects.count(), Attachment.objects.count()) == (0, 0)


@pytest.mark.parametrize("more", [{}, {"brief": True}])
def test_it_keeps_more_than_people_type_and_no_megabytes(patient: Patient, more: dict[str, bool]) -> None:
    patient.begin()
    draft = Draft.objects.get()
    draft.sealed |= more
    draft.save()
    typed = {
        "story": "ж" * 300_000, "clinic": ["х" * 50_000] * 5,
        f"care_on_{'z' * 500}": "1", **{f"care_on_{n}": "y" * 1000 for n in range(100)},
    }  # fmt: skip
    answer = patient.post(url("story"), typed)
    assert (answer.status_code, answer.content.decode().count("ж") >= 300_000) == (422, True)
    patient.post(url("whom"), {"for_whom": "self", "relation": "я" * 500_000})
    assert Draft.objects.annotate(size=Length("sealed")).get().size < (60_000 if more else 180_000)


def test_a_text_that_is_too_long_for_an_appeal_is_kept_whole_all_the_same(patient: Patient) -> None:
    patient.begin()
    patient.post(url("story"), {"story": "ж" * 15_000})
    assert "ж" * 15_000 in patient.get(url("story")).content.decode()


def test_it_is_not_shown_to_another_browser(patient: Patient) -> None:
    patient.answer_everything()
    stranger = Patient()
    assert stranger.get(url("story")).headers["Location"] == START


# --- cookies lost half-way, forged forms ---


@pytest.fixture
def strict(patient: Patient) -> Patient:
    """The same patient at a portal that checks CSRF tokens."""
    cookies = patient.client.cookies
    patient.client = Client(enforce_csrf_checks=True, headers={"accept-language": "ru"})
    patient.client.cookies = cookies
    return patient


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def test_it_goes_on_when_all_cookies_were_lost_half_way(patient: Patient, strict: Patient) -> None:
    page = strict.get(START).content.decode()
    form = {"csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken"), "theme": "waiting"}
    strict.post(START, form)
    page = strict.get(url("whom")).content.decode()
    keys = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "draft_key")}
    strict.client.cookies.clear()
    strict.client.defaults["HTTP_ORIGIN"] = "http://testserver"
    response = strict.post(url("whom"), {**keys, "for_whom": "self"})
    assert response.headers["Location"] == url("policy")
    assert strict.get(url("policy")).status_code == 200


def test_it_shows_the_form_again_as_typed_when_it_cannot_be_sure(patient: Patient, strict: Patient) -> None:
    response = strict.post(url("story"), {"story": "Второй месяц жду."})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Второй месяц жду.</textarea>" in page
    assert "Связь прерывалась" in page
    assert not Draft.objects.exists()


def test_it_does_not_send_for_a_forged_form(patient: Patient, strict: Patient) -> None:
    patient.client.handler.enforce_csrf_checks = False
    patient.answer_everything()
    patient.client.handler.enforce_csrf_checks = True
    patient.send()
    assert not Complaint.objects.exists()


def test_it_does_not_believe_a_made_up_key(patient: Patient, strict: Patient) -> None:
    response = strict.post(url("whom"), {"for_whom": "self", "draft_key": "bWFkZSB1cA=="})
    assert response.status_code == 422


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {}])
def test_it_does_not_let_a_strangers_page_bring_the_strangers_draft(
    patient: Patient, strict: Patient, headers: dict[str, str]
) -> None:
    patient.client.handler.enforce_csrf_checks = False
    patient.answer_everything()
    key = hidden(patient.get(url("story")).content.decode(), "draft_key")
    victim = Client(enforce_csrf_checks=True, headers=headers)
    response = victim.post(url("story"), {"draft_key": key, "story": "Чужая рука."})
    assert response.status_code == 422
    assert "draft" not in response.cookies
    assert "Второй месяц жду УЗИ." not in response.content.decode()


def test_it_tells_number_and_code_only_to_the_browser_that_sent(patient: Patient) -> None:
    number, _code = patient.file_an_appeal()
    stranger = Patient()
    page = stranger.get(url("sent")).content.decode()
    assert number not in page
    assert "Номер и код больше не показываются" in page


def test_it_forgets_number_and_code_after_an_hour(patient: Patient) -> None:
    patient.file_an_appeal()
    token = patient.client.cookies["draft"].value
    assert drafts.receipt(token=token, now=database_now() + timedelta(minutes=59)) is not None
    assert drafts.receipt(token=token, now=database_now() + timedelta(minutes=61)) is None


def test_it_sends_once_however_often_the_button_is_pressed(patient: Patient) -> None:
    patient.answer_everything()
    assert [patient.send().headers["Location"] for _ in range(3)] == [url("sent")] * 3
    case = the_only_case()
    assert codes_on(patient.get(url("sent")))[0] == case.number


def test_it_begins_a_new_appeal_after_one_was_sent(patient: Patient) -> None:
    patient.file_an_appeal()
    assert "незаконченное" not in patient.get(START).content.decode()
    patient.answer_everything()
    patient.send()
    assert Complaint.objects.count() == 2
