"""Public pages from memory: right at the next load, and nothing of one visitor on the page of another."""

import re
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.template import engines
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from complaints.models import Deadline, Guide
from complaints.views.public.kept import kept_page
from insurers.models import AfterHours, Branch, ClinicPost, Hotline, MedicalOrganisation, Office
from insurers.models.hotlines import Purpose
from omsportal.platform import outages, public_pages
from tests import factories
from tests.complaints.public.conftest import Patient

CALL = "/call/?region=76&insurer=sogaz-med"
INSURERS = "/insurers/?region=76"
PAGES = [
    "/",
    "/help/waiting/",
    "/help/guides/",
    "/help/guides/booking/",
    "/call/",
    CALL,
    "/insurers/",
    INSURERS,
    "/terms/",
]
_TABLE = re.compile(r'(?:FROM|JOIN) "?([a-z_]+)"?')


@pytest.fixture
def hotline(branch: Branch, now: datetime) -> Hotline:
    return Hotline.objects.create(
        branch=branch,
        purpose=Purpose.CONTACT_CENTRE,
        phone="+74852313828",
        schedule=factories.make_schedule("always", hours="", now=now),
        after_hours=AfterHours.UNKNOWN,
    )


@pytest.fixture
def places(branch: Branch, hotline: Hotline) -> None:
    """Something of everything that public pages show."""
    Office.objects.create(branch=branch, address="Ярославль, улица Свободы, 1")
    clinic = MedicalOrganisation.objects.create(
        region=branch.region, code="760001", name="Поликлиника № 2", short_name="П2"
    )
    ClinicPost.objects.create(branch=branch, medical_organisation=clinic, place="холл")
    Guide.objects.create(slug="booking", position=1, title="Записаться", valid_from=factories.LONG_AGO)
    Deadline.objects.create(
        code="ultrasound", group="care", what="УЗИ", value=14, unit="working_day", basis="Программа",
        valid_from=factories.LONG_AGO,
    )  # fmt: skip


def visitor(language: str = "ru", **cookies: str) -> Client:
    client = Client(headers={"accept-language": language})
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


def body(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def queries_of(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


def is_kept(address: str, client: Client) -> bool:
    client.get(address)
    return len(queries_of(client, address)) == 1


# --- it is quick ---


@pytest.mark.parametrize("address", PAGES)
def test_the_second_visitor_costs_one_query(places: None, address: str) -> None:
    first, second = visitor(), visitor()
    made = len(queries_of(first, address))
    assert made > 1
    assert len(queries_of(second, address)) == 1


def test_the_first_page_costs_three_queries_at_most(patient: Patient) -> None:
    assert len(queries_of(visitor(), "/")) <= 3


# --- it is right ---


def test_a_changed_phone_is_seen_at_the_next_load(hotline: Hotline) -> None:
    assert "tel:+74852313828" in body(visitor(), CALL)
    hotline.phone = "+74852319999"
    hotline.save()
    assert "tel:+74852319999" in body(visitor(), CALL)


@pytest.mark.parametrize("address", PAGES)
def test_it_reads_only_tables_that_are_watched(places: None, address: str) -> None:
    """A page that shows a table nobody watches would show yesterday's content for a minute: name the table
    in PUBLIC of its application's apps.py."""
    read = {
        table
        for query in queries_of(visitor(place="76.sogaz-med"), address)
        for table in _TABLE.findall(query)
    }
    assert read - {"platform_publicchange"} - set(public_pages.watched()) == set()
    assert read - {"platform_publicchange"}


def test_it_is_made_anew_each_minute(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a phone answers changes with the time of day and no table tells it."""
    assert is_kept(CALL, visitor(place="76.sogaz-med"))
    now, stamp = public_pages.look()
    later = public_pages.Stamp(stamp.state, stamp.minute + timedelta(minutes=1), stamp.banner)
    monkeypatch.setattr(public_pages, "look", lambda: (now, later))
    assert len(queries_of(visitor(place="76.sogaz-med"), CALL)) > 1


def test_it_shows_the_banner_at_once_and_no_longer_than_it_lasts(
    patient: Patient, settings: object, tmp_path: object
) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    assert "Сегодня ночью работы" not in body(visitor(), "/")
    now, _stamp = public_pages.look()
    outages.announce(
        outages.Outage("info", now + timedelta(hours=1), {"ru": "Сегодня ночью работы"}, set_at=now)
    )
    assert "Сегодня ночью работы" in body(visitor(), "/")
    outages.clear()
    assert "Сегодня ночью работы" not in body(visitor(), "/")


def test_it_keeps_languages_apart(patient: Patient) -> None:
    assert 'lang="ru"' in body(visitor("ru"), "/")[:100]
    assert 'lang="en"' in body(visitor("en"), "/")[:100]
    assert 'lang="ru"' in body(visitor("ru"), "/")[:100]


def test_whoever_keeps_pages_on_the_way_is_told_what_they_differ_by(patient: Patient) -> None:
    for _made_or_kept in range(2):
        assert {"Cookie", "Accept-Language"} <= set(visitor().get("/")["Vary"].split(", "))


def test_it_keeps_looks_apart(patient: Patient) -> None:
    usual, huge = body(visitor(), "/"), body(visitor(look="huge.black"), "/")
    assert ('data-size="huge"' in usual, 'data-size="huge"' in huge) == (False, True)
    assert body(visitor(), "/") == usual
    assert is_kept("/", visitor(look="huge.black"))


def test_it_keeps_nothing_of_what_somebody_typed_before_pressing_a_switch(patient: Patient) -> None:
    """The page comes again in the other look with what stood in its form."""
    sent = visitor().post(
        "/call/?switch=1", "switch=size:huge&region=76", content_type="application/x-www-form-urlencoded"
    )
    assert 'data-size="huge"' in sent.content.decode()
    assert not public_pages.shelf._pages


def test_it_shows_each_visitor_the_phones_of_their_own_place(hotline: Hotline) -> None:
    phone, here, there = "tel:+74852313828", visitor(place="76.sogaz-med"), visitor()
    assert phone in body(here, "/help/waiting/")
    assert phone not in body(there, "/help/waiting/")
    assert phone in body(here, "/help/waiting/")


def test_it_remembers_the_place_of_a_visitor_who_got_a_kept_page(hotline: Hotline) -> None:
    visitor().get(CALL)
    second = visitor()
    assert second.get(CALL).cookies["place"].value == "76.sogaz-med"
    assert "tel:+74852313828" in body(second, "/help/waiting/")


@pytest.mark.parametrize("address", ["/call/?region=00", "/insurers/?region=00", "/help/no-such/"])
def test_it_does_not_keep_a_refusal(patient: Patient, address: str) -> None:
    first, again = visitor().get(address), visitor().get(address)
    assert (first.status_code, again.status_code) in {(422, 422), (404, 404)}
    assert "place" not in again.cookies


# --- it is nobody's ---


@kept_page()
def form(request: HttpRequest, now: datetime) -> HttpResponse:
    """A page with a form, as any of ours may become."""
    return HttpResponse(engines["django"].from_string("<form>{% csrf_token %}</form>").render({}, request))


@kept_page()
def greeting(request: HttpRequest, now: datetime) -> HttpResponse:
    """A page that should never have been declared the same for everybody."""
    response = HttpResponse("Здравствуйте!")
    response.set_cookie("seen", "1")
    return response


@pytest.mark.django_db
def test_each_visitor_gets_a_token_of_their_own_and_may_use_it() -> None:
    tokens = []
    for _visitor in range(3):
        request = RequestFactory().get("/")
        found = re.search(r'value="([^"]+)"', form(request).content.decode())
        assert found is not None
        sent = RequestFactory().post("/", {"csrfmiddlewaretoken": found[1]})
        sent.COOKIES[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
        check = CsrfViewMiddleware(greeting)
        check.process_request(sent)
        assert check.process_view(sent, greeting, (), {}) is None
        tokens.append(found[1])
    assert len(set(tokens)) == 3
    (page,) = (page for _stamp, page in public_pages.shelf._pages.values())
    assert not any(token.encode() in page.body for token in tokens)


@pytest.mark.django_db
def test_a_page_with_a_cookie_of_its_own_is_not_kept() -> None:
    assert "seen" in greeting(RequestFactory().get("/")).cookies
    assert not public_pages.shelf._pages


def test_a_kept_page_sets_no_cookie_but_the_place_that_was_asked_for(places: None) -> None:
    for address in PAGES:
        visitor().get(address)
        expected = {"place"} if address == CALL else set()
        assert set(visitor().get(address).cookies) - {settings.CSRF_COOKIE_NAME} == expected


@pytest.mark.parametrize("cookie", ["session", "patient", "draft", "recovery", "messages", "anything"])
def test_whoever_carries_more_than_a_place_gets_a_page_of_their_own(patient: Patient, cookie: str) -> None:
    assert is_kept("/", visitor())
    shown = dict(public_pages.shelf._pages)
    assert len(queries_of(visitor(**{cookie: "x"}), "/")) > 1
    assert dict(public_pages.shelf._pages) == shown


@pytest.mark.parametrize(
    "address",
    [
        "/?utm=1", "/call/?region=76&insurer=sogaz-med&x=1", "/call/?region=76&region=77",
        "/insurers/?region=76&insurer=x", "/terms/?kind=ultrasound", f"/call/?region={'7' * 200}",
    ],
)  # fmt: skip
def test_it_keeps_no_address_that_a_stranger_made_up(places: None, address: str) -> None:
    visitor().get(address)
    assert not public_pages.shelf._pages


def test_it_keeps_nothing_for_a_place_that_no_page_of_ours_wrote(patient: Patient) -> None:
    visitor(place="<script>").get("/")
    assert not public_pages.shelf._pages


def test_no_header_of_one_visitor_reaches_the_page_of_another(places: None) -> None:
    for address in PAGES:
        public_pages.shelf.forget()
        visitor().get(
            address, headers={
                "host": "localhost", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https",
                "referer": "https://evil.example/", "user-agent": "evil", "hx-request": "true",
                "x-forwarded-for": "203.0.113.9", "accept-language": "ru", "x-request-id": "evilevil",
            },
        )  # fmt: skip
        poisoned, clean = body(visitor(), address), ""
        public_pages.shelf.forget()
        clean = body(visitor(), address)
        assert _without_token(poisoned) == _without_token(clean)


def _without_token(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
