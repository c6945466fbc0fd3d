"""Two appeals, two tabs: the page of one never writes into the other that was opened since."""

import re
from datetime import datetime
from urllib.parse import urlencode

import pytest
from django.test import Client

from complaints.models import Complaint, Message
from complaints.states import Status
from insurers.models import Branch
from tests.complaints.public.conftest import Patient
from tests.complaints.public.following import CASE, Followed

MESSAGE, THREAD, WITHDRAW = f"{CASE}message/", f"{CASE}thread/", f"{CASE}withdraw/"
TEXT = "Врач принял меня сегодня, но без снимка."


@pytest.fixture
def followed(branch: Branch, now: datetime) -> Followed:
    return Followed.begun(branch, now)


@pytest.fixture
def other(followed: Followed) -> str:
    """The number of the appeal that the same browser opens later."""
    number, code = Patient().file_an_appeal()
    assert followed.patient.open(number, code).status_code == 302
    return number


def forms_of(page: str) -> list[str]:
    """Forms that do something; not the language, the looks and the way out."""
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.S)
    leaving = ("/leave/", "/language/", "/look/", " hidden></form>")
    return [form for form in forms if not any(word in form for word in leaving)]


@pytest.mark.parametrize(
    "path", ["", "withdraw/", "contacts/", "contacts/phone/", "data/", "identity/", "rating/", "reopen/"]
)
def test_every_form_says_which_appeal_it_is_about(followed: Followed, path: str) -> None:
    followed.answered()
    page = followed.patient.client.get(f"{CASE}{path}", follow=True).content.decode()
    assert forms_of(page)
    marked = f'name="of" value="{Complaint.objects.get().number}"'
    assert [form for form in forms_of(page) if marked not in form] == []


def test_words_of_one_appeal_do_not_reach_the_other(followed: Followed, other: str) -> None:
    first = Complaint.objects.exclude(number=other).get()
    answer = followed.patient.post(MESSAGE, {"text": TEXT, "token": "t", "of": first.number})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert TEXT in page
    assert f'value="{first.number}"' in page
    assert "открыли другое обращение" in page
    assert not Message.objects.filter(author_kind="patient").exists()


def test_nor_is_the_other_one_withdrawn(followed: Followed, other: str) -> None:
    first = Complaint.objects.exclude(number=other).get()
    assert followed.patient.post(WITHDRAW, {"sure": "yes", "of": first.number}).status_code == 403
    assert not Complaint.objects.filter(status=Status.WITHDRAWN).exists()


def test_a_page_that_asks_by_itself_learns_nothing_of_the_other(followed: Followed, other: str) -> None:
    client: Client = followed.patient.client
    first = Complaint.objects.exclude(number=other).get()
    asked = {"X-By-Itself": "1"}
    assert client.get(THREAD, headers={**asked, "X-Of": other}).status_code == 200
    assert client.get(THREAD, headers={**asked, "X-Of": first.number}).status_code == 403


def test_the_page_that_was_opened_again_with_the_words_says_it_too(followed: Followed) -> None:
    number, code = followed.filed.number, followed.filed.access_code
    page = followed.patient.post("/status/", {"number": number, "code": code, "text": TEXT}).content.decode()
    assert TEXT in page
    marked = f'name="of" value="{number}"'
    assert forms_of(page)
    assert [form for form in forms_of(page) if marked not in form] == []


def test_a_change_of_the_looks_carries_no_words_into_the_other(followed: Followed, other: str) -> None:
    first = Complaint.objects.exclude(number=other).get()
    typed = urlencode({"switch": "size:huge", "text": TEXT, "of": first.number})
    form = "application/x-www-form-urlencoded"
    answer = followed.patient.client.post(f"{CASE}?switch=1", typed, content_type=form)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert TEXT in page
    assert other not in page
