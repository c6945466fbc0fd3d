"""A session that ends while its request is under way: a file takes minutes to come."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, FakePayload, encode_multipart
from django.urls import reverse

from complaints.models import Complaint, Message
from omsportal.platform.clock import database_now
from representatives import kept_forms, sessions
from representatives.models import KeptForm, User
from tests.complaints.public.conftest import files_dir, photo_bytes  # noqa: F401  a fixture
from tests.factories import make_branch, make_complaint, make_rules, make_staff
from tests.representatives.signing_in import Person
from tests.representatives.test_kept_forms import TEXT, came_back, message
from tests.representatives.test_sessions import MINUTE, age, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_dir")]


class SlowBody(FakePayload):
    """Something happens while it is read."""

    def __init__(self, body: bytes, meanwhile: Callable[[], object]) -> None:
        super().__init__(body)
        self.meanwhile: Callable[[], object] | None = meanwhile

    def read(self, *args: Any) -> bytes:
        if self.meanwhile is not None:
            self.meanwhile, happens = None, self.meanwhile
            happens()
        return super().read(*args)


def send(client: Client, case: Complaint, meanwhile: Callable[[], object], **more: Any) -> Any:
    """A message of text and, unless `files` are others, a photograph."""
    files = more.pop("files", {"attached": SimpleUploadedFile("a.jpg", photo_bytes((8, 8)), "image/jpeg")})
    body = encode_multipart(BOUNDARY, {"text": TEXT, "token": "t", **files})
    slow = {
        "wsgi.input": SlowBody(body, meanwhile), "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": MULTIPART_CONTENT,
    }  # fmt: skip
    return client.generic("POST", message(case), **more, **slow)


def signed_out_elsewhere() -> None:
    Session.objects.all().delete()


@pytest.fixture
def person() -> Person:
    return signed_in(Person(make_staff("operator", 1, make_branch())))


@pytest.fixture
def case(person: Person) -> Complaint:
    make_rules()
    return make_complaint(make_branch(), now=database_now(), held_by=person.user)


def test_a_file_that_came_in_time_is_sent(person: Person, case: Complaint) -> None:
    assert send(person.client, case, lambda: None)["Location"] == reverse("staff:case", args=[case.number])
    assert Message.objects.get().attachments.count() == 1


def test_who_was_signed_out_while_a_file_went_up_sends_nothing_and_keeps_the_text(
    person: Person, case: Complaint
) -> None:
    to_login = send(person.client, case, signed_out_elsewhere)["Location"]
    assert to_login.startswith("/accounts/login/")
    assert not Message.objects.exists()
    page = person.client.get(came_back(person, to_login)["Location"])
    assert TEXT.splitlines()[1] in page.content.decode()
    assert page.context["kept"].had_files


def test_an_account_that_was_closed_while_a_file_went_up_does_nothing(
    person: Person, case: Complaint
) -> None:
    send(person.client, case, lambda: User.objects.update(is_active=False))
    assert not Message.objects.exists()


def test_a_page_that_sends_its_form_itself_is_told_and_keeps_all_of_it(
    person: Person, case: Complaint
) -> None:
    by_script = {"headers": {"X-By-Script": "1"}}
    assert send(person.client, case, signed_out_elsewhere, **by_script).status_code == 401
    assert not Message.objects.exists()
    assert not KeptForm.objects.exists()
    signed_in(person)
    age(person.client, sessions.SEEN, 31 * MINUTE)
    assert send(person.client, case, lambda: None, **by_script).status_code == 401
    signed_in(person)
    answer = send(person.client, case, lambda: None, **by_script)
    assert (answer.status_code, answer["X-Next"]) == (204, reverse("staff:case", args=[case.number]))
    assert kept_forms.FIELD not in answer.headers


def test_the_half_hour_does_not_run_out_under_a_long_file(person: Person, case: Complaint) -> None:
    """It began 29 minutes after the last deed: that was a deed."""
    age(person.client, sessions.SEEN, 29 * MINUTE)
    send(person.client, case, lambda: age(person.client, sessions.SEEN, 5 * MINUTE))
    assert Message.objects.count() == 1


def test_what_was_done_is_not_called_malformed_because_the_session_ended_just_then(
    person: Person, case: Complaint
) -> None:
    age(person.client, sessions.SEEN, 5 * MINUTE)  # so that this request writes its session
    answer = send(person.client, case, signed_out_elsewhere, files={})
    assert answer.status_code == 302
    assert "session" not in answer.cookies
    assert Message.objects.count() == 1
    assert person.client.get("/staff/").status_code == 302
