"""The banner: everybody sees it, in their language, until its end, also while the database is away."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from omsportal.platform import outages
from tests.factories import make_branch, make_staff

TEXT = "Сегодня с 22:00 до 23:00 сайт не работает. Срочно – звоните 112."


@pytest.fixture(autouse=True)
def own_directory(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


def banner(*arguments: str) -> str:
    said = StringIO()
    call_command("banner", *arguments, stdout=said)
    return said.getvalue()


def body(client: Client, address: str, **headers: str) -> str:
    return client.get(address, headers=headers).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/call/", "/complaints/new/", "/no/such/page/", "/accounts/login/"])
def test_every_page_shows_it(client: Client, address: str) -> None:
    assert TEXT not in body(client, address)
    banner("set", TEXT, "--until", "+2h")
    assert TEXT in body(client, address)
    banner("clear")
    assert TEXT not in body(client, address)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/staff/", "/admin/"])
def test_staff_and_administrators_see_it_too(client: Client, address: str) -> None:
    person = make_staff("head", 1, make_branch(), is_staff=True, is_superuser=True)
    client.force_login(person)
    banner("set", TEXT, "--until", "+2h", "--severity", "danger")
    page = body(client, address)
    assert TEXT in page
    assert "notice--danger" in page
    assert 'aria-label="Объявление"' in page


@pytest.mark.django_db
def test_it_speaks_the_readers_language_or_says_which_it_speaks(client: Client) -> None:
    english = {"Accept-Language": "en"}
    banner("set", TEXT, "--until", "+2h")
    assert f'<p lang="ru">{TEXT}</p>' in body(client, "/", **english)
    banner("set", TEXT, "--until", "+2h", "--en", "Closed from 22:00 to 23:00.")
    page = body(client, "/", **english)
    assert "Closed from 22:00 to 23:00." in page
    assert TEXT not in page


@pytest.mark.django_db
def test_it_ends_by_itself(client: Client) -> None:
    end = datetime.now(UTC) + timedelta(hours=1)
    outages.announce(outages.Outage("warning", end, {"ru": TEXT}))
    assert outages.current(end - timedelta(seconds=1)) is not None
    assert outages.current(end) is None


@pytest.mark.django_db
def test_it_asks_the_database_nothing(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            shown.append(TEXT in body(client, "/status/"))
        return len(asked)

    shown: list[bool] = []
    queries()
    without = queries()
    banner("set", TEXT, "--until", "+2h")
    assert queries() == without
    assert shown == [False, False, True]


@pytest.mark.django_db(transaction=True)
def test_it_is_shown_while_the_database_is_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", "/nowhere")
    banner("set", TEXT, "--until", "+2h")
    response = client.get("/")
    assert response.status_code == 503
    assert TEXT in response.content.decode()


@pytest.mark.django_db
def test_its_words_are_words_and_no_markup(client: Client) -> None:
    banner("set", "<script>alert(1)</script> & co", "--until", "+2h")
    page = body(client, "/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in page
    assert "<script>alert" not in page


@pytest.mark.django_db
def test_programs_read_it_in_a_header(client: Client) -> None:
    assert "Portal-Notice" not in client.get("/api/v1/regions/").headers
    banner("set", TEXT, "--until", "2099-01-01T00:00+00:00")
    header = client.get("/api/v1/regions/").headers["Portal-Notice"]
    severity, until, text = header.split("; ")
    assert (severity, until) == ("warning", 'until="2099-01-01T00:00:00+00:00"')
    assert unquote(text.removeprefix("text*=UTF-8''")) == TEXT
    assert client.get("/api/v1/nothing/").headers["Portal-Notice"] == header


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"severity": "warning"}',
        json.dumps({"severity": "odd", "until": "2099-01-01", "texts": {}}),
    ],
)
def test_a_damaged_file_breaks_no_page(client: Client, content: str) -> None:
    outages.path().parent.mkdir(parents=True)
    outages.path().write_text(content)
    assert client.get("/status/").status_code == 200


def test_a_new_text_replaces_the_old_one_whole() -> None:
    for number in range(3):
        banner("set", f"Текст {number}", "--until", "+2h")
        outage = outages.current()
        assert outage is not None
        assert outage.texts == {"ru": f"Текст {number}"}
    assert [path.name for path in outages.path().parent.iterdir()] == ["banner.json"]


def test_it_says_what_is_shown() -> None:
    assert "No banner" in banner("show")
    said = banner("set", TEXT, "--until", "2099-03-14T20:00", "--en", "Closed.")
    assert TEXT in said
    assert "2099-03-14 20:00 Moscow time" in said
    assert "There was no banner" not in banner("clear")
    assert "There was no banner" in banner("clear")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["set", TEXT, "--until", "soon"], "cannot be read"),
        (["set", TEXT, "--until", "2020-01-01T00:00"], "over already"),
        (["set", " ", "--until", "+2h"], "characters"),
        (["set", "я" * 401, "--until", "+2h"], "characters"),
    ],
)
def test_it_refuses_with_words(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        banner(*arguments)
    assert outages.current() is None
