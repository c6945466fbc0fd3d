"""While the database is away: nothing typed is lost, and whom to call is still known."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client

from complaints.escalation import rounds
from complaints.reports.public import last_copy
from insurers.models import Branch, Hotline
from tests.complaints.public.conftest import ANSWERS, START, Patient, photo, url
from tests.factories import make_branch, make_fund

pytestmark = pytest.mark.django_db(transaction=True)

Away = Callable[[], None]


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[Away]:
    """From the call on nobody reaches the database, until the test is over or calls `connections.back()`."""
    with monkeypatch.context() as patch:

        def leave() -> None:
            connection.close()
            patch.setitem(connections["default"].settings_dict, "HOST", "/nowhere")
            patch.setattr(connections, "back", lambda: patch.undo(), raising=False)

        yield leave


def come_back() -> None:
    connections.back()  # type: ignore[attr-defined]  # the fixture's


def kept(response: HttpResponse) -> dict[str, str]:
    """What the button of the page sends again."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.content.decode())
    return {name: unescape(value) for name, value in found}


class TestTypedText:
    def test_the_page_of_a_step_holds_what_was_typed_and_its_button_goes_on(
        self, patient: Patient, away: Away
    ) -> None:
        patient.begin()
        page = patient.answer("whom", "policy")
        assert page.status_code == 302
        form = kept(patient.get(url("story")))
        away()
        story = 'Второй месяц жду УЗИ.\n<b>"Срочно"</b> & точка'
        typed = {**form, **ANSWERS["story"], "story": story}
        response = patient.post(url("story"), typed)
        assert response.status_code == 503
        text = response.content.decode()
        assert "То, что вы написали, не пропало" in text
        assert f'action="{url("story")}"' in text
        sent = kept(response)
        assert {name: sent[name] for name in typed if name != "csrfmiddlewaretoken"} == {
            name: value for name, value in typed.items() if name != "csrfmiddlewaretoken"
        }
        assert "<b>" not in text
        assert response["Cache-Control"] == "no-store"
        come_back()
        again = patient.post(url("story"), sent)
        assert (again.status_code, again["Location"]) == (302, url("files"))

    def test_the_button_passes_the_check_of_foreign_forms(self, branch: Branch, away: Away) -> None:
        strict = Patient(Client(enforce_csrf_checks=True))
        token = kept(strict.get(START))["csrfmiddlewaretoken"]
        away()
        response = strict.post(START, {"csrfmiddlewaretoken": token, "theme": "waiting"})
        assert response.status_code == 503
        come_back()
        assert strict.post(START, {"theme": "waiting"}).status_code == 422  # not ours: asked once more
        assert strict.post(START, kept(response)).status_code == 302

    def test_a_password_is_never_written_into_a_page(self, client: Client, away: Away) -> None:
        away()
        response = client.post("/accounts/login/", {"login": "operator", "password": "тайное слово"})
        assert response.status_code == 503
        assert "тайное" not in response.content.decode()

    def test_files_are_asked_for_once_more(self, patient: Patient, away: Away) -> None:
        patient.begin()
        away()
        response = patient.files(photo())
        assert response.status_code == 503
        assert "файлы придётся добавить ещё раз" in response.content.decode()

    def test_reading_a_page_offers_to_try_again(self, client: Client, branch: Branch, away: Away) -> None:
        away()
        response = client.get(START)
        assert response.status_code == 503
        assert f'href="{START}"' in response.content.decode()

    def test_middleware_that_meets_the_outage_first_answers_the_same(
        self, client: Client, away: Away
    ) -> None:
        client.raise_request_exception = False
        session = SessionStore()
        session["something"] = 1
        session.save()
        client.cookies["session"] = session.session_key
        away()
        page, api = client.post("/staff/find/", {"number": "76"}), client.get("/api/v1/queue/")
        assert (page.status_code, api.status_code) == (503, 503)
        assert kept(page)["number"] == "76"
        assert api["Content-Type"] == "application/problem+json"


class TestLastCopy:
    @pytest.fixture(autouse=True)
    def directory(self, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        settings.DATA_DIR = tmp_path
        monkeypatch.setattr(last_copy, "_memory", {})
        last_copy._loaded.cache_clear()
        return tmp_path

    @pytest.fixture
    def phones(self, now: datetime) -> None:
        branch, fund = make_branch(now=now), make_fund(now=now)
        Hotline.objects.create(
            branch=branch, purpose="contact_centre", phone="+74852313828", hours_text="9–18"
        )
        Hotline.objects.create(insurer=branch.insurer, purpose="duty", phone="+78001000702", extension="5")
        Hotline.objects.create(branch=fund, purpose="contact_centre", phone="+74852594301")

    @pytest.mark.parametrize("address", ["/call/", "/insurers/"])
    def test_phones_are_known_while_the_database_is_away(
        self, client: Client, phones: None, now: datetime, away: Away, address: str
    ) -> None:
        last_copy.write(now)
        away()
        response = client.get(address, {"region": "76"})
        text = response.content.decode()
        assert response.status_code == 200
        for words in (
            "tel:+74852313828",
            "tel:+78001000702",
            "tel:+74852594301",
            "9–18",
            "доб. 5",
            "верны на",
        ):
            assert words in text
        assert now.isoformat() in text
        assert text.index("tel:+74852313828") < text.index("tel:+74852594301")  # the fund stands last

    def test_without_a_region_one_can_be_chosen(
        self, client: Client, phones: None, now: datetime, away: Away
    ) -> None:
        last_copy.write(now)
        away()
        assert '<option value="76">Ярославская область' in client.get("/call/").content.decode()

    def test_a_process_remembers_when_the_file_is_gone(
        self, client: Client, phones: None, now: datetime, away: Away
    ) -> None:
        last_copy.write(now)
        assert last_copy.read() is not None
        last_copy.path().unlink()
        away()
        assert client.get("/call/", {"region": "76"}).status_code == 200

    def test_without_any_copy_the_page_says_that_the_site_rests(
        self, client: Client, phones: None, away: Away
    ) -> None:
        away()
        assert client.get("/call/", {"region": "76"}).status_code == 503

    def test_a_newer_copy_replaces_the_older_in_memory(self, phones: None, now: datetime) -> None:
        last_copy.write(now)
        assert last_copy.read().as_of == now  # type: ignore[union-attr]  # written a line before
        last_copy.write(now + timedelta(minutes=5))
        assert last_copy.read().as_of == now + timedelta(minutes=5)  # type: ignore[union-attr]

    def test_a_damaged_file_or_a_full_disk_leaves_the_earlier_copy(
        self, phones: None, now: datetime, settings: Any, directory: Path
    ) -> None:
        last_copy.write(now)
        last_copy.read()
        last_copy.path().write_text("{")
        assert last_copy.read().as_of == now  # type: ignore[union-attr]
        settings.DATA_DIR = directory / "nowhere"
        last_copy.write(now)
        assert last_copy.read().as_of == now  # type: ignore[union-attr]

    def test_a_round_writes_it_with_few_queries(
        self, phones: None, now: datetime, django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(4):
            last_copy.write(now)
        assert any(one.name == "phones" and one.look is last_copy.write for one in rounds.ROUNDS)
