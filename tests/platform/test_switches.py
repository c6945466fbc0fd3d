"""Switches of language and look keep the page and everything that stands typed in it."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from omsportal.platform import appearance
from omsportal.platform.switches import SwitchMiddleware

FORM = "application/x-www-form-urlencoded"
TYPED = {
    "number": "123",
    "surname": "Соколова",
    "birth_on_day": "31",
    "birth_on_month": "12",
    "birth_on_year": "1950",
}


def press(
    client: Client, address: str, switch: str, typed: dict[str, str] | None = None, **headers: str
) -> HttpResponse:
    body = urlencode({**(typed or {}), "switch": switch})
    return client.post(address, body, content_type=FORM, headers=headers)


@pytest.fixture
def strict() -> Client:
    """A browser that checks tokens as the portal does, and sends none."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "ru"})


def values(response: HttpResponse) -> dict[str, str]:
    text = response.content.decode()
    inputs = re.findall(r"<input[^>]+>", text)
    pairs = ((re.search(r'name="([^"]+)"', one), re.search(r'value="([^"]*)"', one)) for one in inputs)
    return {name[1]: value[1] for name, value in pairs if name and value}


@pytest.mark.django_db
def test_the_language_changes_and_what_is_typed_stays(strict: Client) -> None:
    response = press(strict, "/policy/check/?switch=1", "language:en", TYPED)
    assert response.status_code == 200
    assert '<html lang="en"' in response.content.decode()
    assert values(response).items() >= TYPED.items()
    assert "data-error-summary" not in response.content.decode()
    assert strict.get("/policy/check/").content.decode().count("Check a policy number") > 0


@pytest.mark.django_db
def test_the_look_changes_and_what_is_typed_stays(strict: Client) -> None:
    response = press(strict, "/policy/check/?switch=1", "size:huge", TYPED)
    assert ' data-size="huge"' in response.content.decode()
    assert values(response).items() >= TYPED.items()
    assert ' data-size="huge"' in strict.get("/call/").content.decode()


@pytest.mark.django_db
def test_what_is_typed_is_judged_and_kept_by_nobody(strict: Client) -> None:
    """The form comes back from a page that is read, in no cache of anybody."""
    response = press(strict, "/policy/check/?switch=1", "size:huge", TYPED)
    assert response["Cache-Control"] == "private, no-store"
    assert values(strict.get("/policy/check/")).get("surname", "") == ""


@pytest.mark.django_db
def test_a_page_without_a_form_is_asked_for_again(strict: Client) -> None:
    response = press(strict, "/?switch=1", "colours:black")
    assert (response.status_code, response["Location"]) == (303, "/")
    assert ' data-colours="black"' in strict.get("/").content.decode()


@pytest.mark.django_db
def test_an_address_keeps_what_it_asked_for(strict: Client) -> None:
    response = press(strict, "/insurers/?region=76&switch=1", "language:en")
    assert response["Location"] == "/insurers/?region=76"


@pytest.mark.django_db
def test_what_is_typed_wins_over_what_the_address_asked_for(strict: Client) -> None:
    response = press(
        strict,
        "/terms/?kind=&since_day=1&switch=1",
        "language:en",
        {"since_day": "2", "since_month": "мая", "kind": ""},
    )
    assert values(response)["since_day"] == "2"
    assert values(response)["since_month"] == "мая"


@pytest.mark.django_db
def test_a_form_sent_from_such_a_page_is_an_ordinary_one(client: Client) -> None:
    """Its address still says that a switch was pressed; the form itself does not."""
    response = client.post("/policy/check/?switch=1", {"number": "12"})
    assert response.status_code == 422
    assert "switch=1&amp;" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_a_strangers_page_fills_in_no_form_of_ours(strict: Client, headers: dict[str, str]) -> None:
    response = press(strict, "/policy/check/?switch=1", "language:en", TYPED, **headers)
    assert response.status_code == 403
    assert "django_language" not in response.cookies


@pytest.mark.django_db
def test_nothing_secret_is_written_into_a_page(client: Client) -> None:
    response = press(
        client, "/accounts/login/?switch=1", "language:en", {"login": "operator", "password": "hidden-word"}
    )
    assert "hidden-word" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("switch", ["language:xx", "size:enormous", "weight:bold", "", "language:", "<b>"])
def test_an_unknown_switch_changes_nothing(strict: Client, switch: str) -> None:
    response = press(strict, "/call/?switch=1", switch)
    assert response.status_code == 303
    assert {"look", "django_language"} & set(response.cookies) == set()


@pytest.mark.django_db
def test_the_usual_look_leaves_no_cookie(strict: Client) -> None:
    press(strict, "/?switch=1", "size:huge")
    response = press(strict, "/?switch=1", "reset")
    assert response.cookies["look"]["max-age"] == 0
    assert "data-size" not in strict.get("/").content.decode()


@pytest.mark.django_db
def test_the_cookie_says_nothing_about_a_person(strict: Client) -> None:
    cookie = press(strict, "/policy/check/?switch=1", "size:large", TYPED).cookies["look"]
    assert cookie.value == "large"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_under_https_no_other_host_can_plant_it(settings: Settings) -> None:
    settings.HTTPS = True
    request = RequestFactory().post("/?switch=1", "switch=size%3Ahuge", content_type=FORM)
    cookie = SwitchMiddleware(lambda _request: HttpResponse())(request).cookies["__Host-look"]
    assert cookie["secure"]
    assert cookie["path"] == "/"


def test_files_are_read_only_by_their_own_page() -> None:
    """A form with files goes on untouched: its page still decides how they are taken."""
    request = RequestFactory().post("/?switch=1", {"switch": "size:huge"})
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    SwitchMiddleware(view)(request)
    assert seen[0].method == "POST"
    assert not hasattr(seen[0], "_files")


def test_a_page_that_breaks_still_knows_the_look() -> None:
    request: Any = RequestFactory().get("/")
    request.COOKIES["look"] = "huge"
    found = []

    def view(_request: HttpRequest) -> HttpResponse:
        found.append(appearance.current().look.size)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        SwitchMiddleware(view)(request)
    assert found == ["huge"]
    assert appearance.current().look.size == ""


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/call/", "/insurers/", "/terms/"])
def test_a_page_that_is_kept_for_everybody_is_kept_for_each_look(address: str) -> None:
    usual, big = Client(), Client()
    big.cookies["look"] = "huge"
    for _twice in range(2):
        assert 'data-size="huge"' not in usual.get(address).content.decode()
        assert 'data-size="huge"' in big.get(address).content.decode()


@pytest.mark.django_db
def test_what_somebody_typed_is_in_no_page_that_is_kept_for_everybody() -> None:
    typed = press(
        Client(), "/terms/?switch=1", "language:ru", {"kind": "", "since_day": "17", "since_month": "3"}
    )
    assert 'value="17"' in typed.content.decode()
    assert 'value="17"' not in Client().get("/terms/").content.decode()


@pytest.mark.django_db
def test_an_address_that_begins_like_another_hosts_leads_to_none(strict: Client) -> None:
    there = {"PATH_INFO": "//evil.example/x/"}  # the client would take it for a host
    answer = strict.generic("POST", "/?switch=1", "switch=language:en", content_type=FORM, **there)
    assert answer["Location"] == "/%2Fevil.example/x/"
    assert 'action="//' not in strict.generic("GET", "/", **there).content.decode()
