"""Strict headers on every answer: each address of the portal is asked, by nobody and by staff."""

import logging
import re
import uuid
from collections.abc import Iterator
from copy import copy
from itertools import product
from pathlib import Path
from types import ModuleType

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.urls import include as included

from omsportal import urls as portal_urls
from omsportal.bodies import _refuse
from omsportal.platform.headers import EVERYWHERE, STATIC
from omsportal.platform.request_ids import RequestIdFilter
from representatives.models import User
from tests.factories import make_branch, make_fund, make_rules, make_staff
from tests.threads import run_apart

NGINX = (Path(__file__).parents[2] / "deploy" / "nginx.conf").read_text()
ADDED = re.compile(r'add_header (\S+) (?:"([^"]*)"|(\S+)) always;')
#: What fits a placeholder, by the name of its converter.
VALUES = {
    "IntConverter": "1", "SlugConverter": "story", "StringConverter": "x", "PathConverter": "1",
    "UUIDConverter": str(uuid.UUID(int=1)), "NumberConverter": "76-26-0000001-0",
    "DayConverter": "2026-01-05",
}  # fmt: skip
METHODS = {"nobody": ("get", "post"), "operator": ("get",), "admin": ("get",)}
PERSONAL = ("/staff/", "/admin/", "/accounts/", "/complaints/", "/status/", "/policy/", "/api/v1/complaints/",
            "/api/v1/queue/", "/api/v1/cases/", "/api/v1/policies/")  # fmt: skip


def addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Every address, with something in each placeholder."""
    for entry in resolver.url_patterns:
        whole = before + _filled(entry)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, whole)
        else:
            yield whole


def _filled(entry: URLPattern | URLResolver) -> str:
    text = re.sub(r"\(\?P?<?\w*>?[^)]*\)", "x", str(entry.pattern)).strip("^").replace("\\Z", "").rstrip("$")
    for name, converter in entry.pattern.converters.items():
        kind = type(converter).__name__
        value = converter.regex.partition("|")[0] if kind == "Words" else VALUES[kind]
        text = re.sub(rf"<(?:\w+:)?{name}>", value, text)
    return text.replace("\\/", "/").replace("\\.", ".")


def lacking(response: HttpResponse, address: str) -> list[str]:
    """What is missing or lax in an answer's headers."""
    wrong = [name for name, value in EVERYWHERE.items() if response.headers.get(name) != value]
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy or "*" in policy:
        wrong.append("Content-Security-Policy")
    wrong += [name for name in ("Permissions-Policy", "X-Request-ID") if name not in response.headers]
    said = response.headers.get("Cache-Control", "")
    if not said or (address.startswith(PERSONAL) and "no-store" not in said):
        wrong.append("Cache-Control")
    return wrong


@pytest.fixture
def staff(db: None) -> dict[str, User | None]:
    branch = make_branch()
    make_fund()
    make_rules()
    administrator = User.objects.create_superuser("administrator", password="a long password of ours")
    return {"nobody": None, "operator": make_staff("operator", tier=1, branch=branch), "admin": administrator}


@pytest.mark.parametrize("who", ["nobody", "operator", "admin"])
def test_every_address_answers_with_strict_headers(staff: dict[str, User | None], who: str) -> None:
    client = Client(raise_request_exception=False)
    user = staff[who]
    if user is not None:
        client.force_login(user, "representatives.backends.StaffBackend")
    signed_in = copy(client.cookies)
    faults = {}
    for address, method in product(addresses(get_resolver()), METHODS[who]):
        if address.startswith("/admin/") != (who == "admin"):
            continue
        client.cookies = copy(signed_in)
        before = transaction.savepoint()
        response = getattr(client, method)(address)
        transaction.savepoint_rollback(before)  # an address that signs out ends only its own visit
        if (wrong := lacking(response, address)) or response.status_code == 500:
            faults[f"{method} {address} {response.status_code}"] = wrong
    assert faults == {}


def test_it_walks_every_part_of_the_portal() -> None:
    walked = set(addresses(get_resolver()))
    assert {"/", "/status/case/", "/staff/cases/76-26-0000001-0/", "/admin/", "/api/v1/queue/"} <= walked
    assert len(walked) > 150
    assert not [address for address in walked if re.search(r"[<>\\^$?]", address)]


class Broken(ModuleType):
    """The portal's addresses and one that fails."""

    handler400, handler500 = portal_urls.handler400, portal_urls.handler500

    @staticmethod
    def fail(request: HttpRequest) -> HttpResponse:
        raise LookupError

    urlpatterns = [path("broken/", fail), path("", included(portal_urls.urlpatterns))]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "more"),
    [
        ("/nothing/here/", 404, {}),
        ("/api/nothing/", 404, {}),
        ("/broken/", 500, {}),
        ("/", 400, {"HTTP_HOST": "evil.example"}),
        ("/staff", 301, {}),
        ("/call/", 405, {"REQUEST_METHOD": "DELETE"}),
    ],
)
def test_errors_carry_them_too(settings, caplog, address: str, status: int, more: dict[str, str]) -> None:
    settings.ROOT_URLCONF = Broken("broken")
    response = Client(raise_request_exception=False).get(address, **more)
    assert (response.status_code, lacking(response, address)) == (status, [])


@pytest.mark.django_db
def test_browsers_are_told_to_stay_with_https(settings) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_PRELOAD = 31536000, True
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    for address in ("/", "/nothing/", "/api/v1/queue/"):
        said = Client().get(address, secure=True)["Strict-Transport-Security"]
        assert said == "max-age=31536000; includeSubDomains; preload", address


async def _refused_body() -> dict[str, str]:
    sent: list[dict[str, list[tuple[bytes, bytes]]]] = []

    async def send(message: dict[str, list[tuple[bytes, bytes]]]) -> None:
        sent.append(message)

    await _refuse(send, 503)
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_a_refused_body_carries_them() -> None:
    said = run_apart(_refused_body())
    assert {name.lower(): value for name, value in EVERYWHERE.items()}.items() <= said.items()
    assert (said["cache-control"], said["retry-after"]) == ("no-store", "30")


def test_nginx_gives_static_files_the_same() -> None:
    static = NGINX.split("location /static/ {")[1].split("}")[0]
    given = {name: one or two for name, one, two in ADDED.findall(static)}
    assert STATIC.items() <= given.items()
    assert given["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_leaving_a_case_clears_what_the_browser_kept(client: Client, db: None) -> None:
    assert client.post("/status/case/leave/")["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.django_db
def test_a_line_about_a_refused_request_names_it(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(RequestIdFilter())
    with caplog.at_level(logging.WARNING, "django.request"):
        response = client.get("/nothing/here/")
    assert [record.__dict__["request_id"] for record in caplog.records] == [response["X-Request-ID"]]


def test_nginx_ends_bodies_that_trickle_and_floods_in_words() -> None:
    seconds = dict(re.findall(r"(client_\w+_timeout|send_timeout) (\d+)s;", NGINX))
    assert {name: int(value) <= 30 for name, value in seconds.items()} == {
        "client_body_timeout": True, "client_header_timeout": True, "send_timeout": True,
    }  # fmt: skip
    assert NGINX.count("limit_req zone=requests") == NGINX.count("proxy_pass http://pages")
    assert re.search(r"location @busy \{[^}]*add_header Retry-After \d+ always;[^}]*return 429 ", NGINX)


def test_cookies_are_for_servers_only(client: Client, db: None) -> None:
    given = {**client.get("/policy/check/").cookies, **client.post("/complaints/new/", {}).cookies}
    assert given
    assert {name: bool(cookie["httponly"]) for name, cookie in given.items()} == dict.fromkeys(given, True)
