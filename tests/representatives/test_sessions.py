"""How long a sign-in lives, and everything that ends it."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from representatives import sessions, sockets
from representatives.models import User
from representatives.sockets import SignedInSockets
from tests.factories import PASSWORD, make_branch, make_staff
from tests.representatives.signing_in import Person, code_of, give_app, make_real
from tests.threads import run_apart

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "четыре-синих-кита-7"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def person() -> Person:
    return Person(make_staff("operator", 1, make_branch()))


@pytest.fixture
def admin_client() -> Client:
    client = Client()
    client.force_login(make_staff("root", is_staff=True, is_superuser=True))
    return client


def store_of(client: Client) -> SessionStore:
    return SessionStore(client.cookies[django_settings.SESSION_COOKIE_NAME].value)


def age(client: Client, mark: str, by: timedelta) -> None:
    """As if this had been so much earlier."""
    store = store_of(client)
    store[mark] -= by.total_seconds()
    store.save()


def seen(client: Client) -> float:
    return float(store_of(client)[sessions.SEEN])


def signed_in(person: Person) -> Person:
    person.password()
    assert person.is_in()
    return person


def test_it_ends_after_half_an_hour_without_a_deed(person: Person) -> None:
    signed_in(person)
    age(person.client, sessions.SEEN, 29 * MINUTE)
    assert person.is_in()
    age(person.client, sessions.SEEN, 31 * MINUTE)
    ended = store_of(person.client).session_key
    assert not person.is_in()
    assert set(SessionStore(ended).load()) == {sessions.ENDED_OF}


def test_it_ends_after_twelve_hours_of_work(person: Person) -> None:
    signed_in(person)
    age(person.client, sessions.BEGAN, timedelta(hours=12, minutes=1))
    assert not person.is_in()


def test_what_an_open_page_asks_by_itself_keeps_it_no_longer(person: Person) -> None:
    signed_in(person)
    age(person.client, sessions.SEEN, 20 * MINUTE)
    before = seen(person.client)
    person.client.get("/staff/", headers={"HX-Request": "true", "X-By-Itself": "1"})
    assert seen(person.client) == before
    person.client.get("/staff/", headers={"HX-Request": "true"})
    assert seen(person.client) > before


def test_the_page_says_what_it_asks_by_itself() -> None:
    script = (django_settings.BASE_DIR / "static/js/live-list.js").read_text()
    assert '"X-By-Itself"' in script


def test_work_writes_the_moment_once_a_minute(person: Person) -> None:
    signed_in(person)
    for expected in (1, 0):
        if expected:
            age(person.client, sessions.SEEN, 2 * MINUTE)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            person.client.get("/staff/")
        assert sum('UPDATE "django_session"' in query["sql"] for query in queries) == expected


def test_a_session_that_no_sign_in_began_is_none(person: Person) -> None:
    signed_in(person)
    store = store_of(person.client)
    del store[sessions.BEGAN]
    store.save()
    assert not person.is_in()


def test_signing_out_tells_the_browser_to_forget(person: Person) -> None:
    signed_in(person)
    answer = person.client.post("/accounts/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not person.is_in()


def test_the_end_of_a_shift_tells_it_too(person: Person) -> None:
    signed_in(person)
    assert "Clear-Site-Data" in person.client.post(reverse("staff:end_shift"), {"work": "back"})


def test_others_are_ended_from_the_list(person: Person) -> None:
    other = signed_in(person.another_browser())
    signed_in(person)
    page = person.client.get("/accounts/sessions/").content.decode()
    assert page.count("127.0.0.1") == 2
    person.client.post("/accounts/sessions/")
    assert (person.is_in(), other.is_in()) == (True, False)
    assert person.client.get("/accounts/sessions/").content.decode().count("127.0.0.1") == 1


def test_a_new_password_ends_the_others(person: Person) -> None:
    other = signed_in(person.another_browser())
    signed_in(person)
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    person.client.post("/accounts/password/change/", typed)
    assert (person.is_in(), other.is_in()) == (True, False)
    other.password(NEW_PASSWORD)
    assert other.is_in()


@pytest.mark.django_db(transaction=True)
def test_a_new_factor_ends_the_others(person: Person) -> None:
    other = signed_in(person.another_browser())
    signed_in(person)
    secret = person.client.get("/accounts/2fa/totp/activate/").context["form"].secret
    person.client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert (person.is_in(), other.is_in()) == (True, False)


def test_a_removed_factor_ends_the_others() -> None:
    user = make_real()
    person = Person(user, give_app(user))
    other = person.another_browser()
    other.client.force_login(user)
    store = store_of(other.client)
    store[sessions.SECOND_FACTOR] = True
    store.save()
    assert other.is_in()
    person.comes_in()
    person.client.post("/accounts/2fa/totp/deactivate/")
    assert not other.is_in()


def test_deactivation_ends_all_at_once_and_for_good(person: Person, admin_client: Client) -> None:
    signed_in(person)
    fields = {
        "username": "operator",
        "full_name": "Operator",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "0:0",
    }
    admin_client.post(reverse("admin:representatives_user_change", args=[person.user.pk]), fields)
    person.user.refresh_from_db()
    assert (person.user.is_active, person.is_in()) == (False, False)
    User.objects.filter(pk=person.user.pk).update(is_active=True)
    assert not person.is_in()


def test_a_password_given_by_an_administrator_ends_all(person: Person, admin_client: Client) -> None:
    signed_in(person)
    typed = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    admin_client.post(reverse("admin:auth_user_password_change", args=[person.user.pk]), typed)
    assert not person.is_in()
    person.password(NEW_PASSWORD)
    assert person.is_in()


def test_administrators_who_change_their_own_stay(admin_client: Client) -> None:
    root = User.objects.get(username="root")
    typed = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    admin_client.post(reverse("admin:auth_user_password_change", args=[root.pk]), typed)
    assert admin_client.get("/admin/").status_code == 200


Steps = Callable[[Any, asyncio.Queue[Any], list[Any]], Coroutine[Any, Any, None]]


class Ear:
    """An application that says whom it serves, and listens until it is told to go."""

    heard: list[Any]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.user = scope["user"]
        self.heard = []
        while not self.heard or self.heard[-1]["type"] != "websocket.disconnect":
            self.heard.append(await receive())


async def _socket(session_key: str, deed: Callable[[], None]) -> tuple[Ear, list[Any]]:
    """A socket of this session; `deed` happens while it is open."""
    ear, sent, coming = Ear(), [], asyncio.Queue[Any]()
    cookie = f"{django_settings.SESSION_COOKIE_NAME}={session_key}".encode()
    application: Any = CookieMiddleware(SessionMiddleware(SignedInSockets(ear)))
    scope = {"type": "websocket", "path": "/ws/", "headers": [(b"cookie", cookie)]}

    async def send(message: Any) -> None:
        sent.append(message)

    await coming.put({"type": "websocket.connect"})
    serving = asyncio.create_task(application(scope, coming.get, send))
    while not getattr(ear, "heard", None):
        await asyncio.sleep(0.01)
    await asyncio.to_thread(_and_close, deed)
    if not isinstance(ear.user, User):
        await coming.put({"type": "websocket.disconnect", "code": 1000})
    await asyncio.wait_for(serving, 5)
    await asyncio.to_thread(_and_close, lambda: None)
    return ear, sent


def _and_close(deed: Callable[[], None]) -> None:
    try:
        deed()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["ended", "idle", "deactivated"])
def test_an_open_socket_is_closed_when_its_session_ends(
    ending: str, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "LOOK_EVERY_SECONDS", 0.05)
    signed_in(person)

    def deed() -> None:
        if ending == "ended":
            sessions.end_all(User.objects.get(pk=person.user.pk), now=now())
        elif ending == "idle":
            age(person.client, sessions.SEEN, 31 * MINUTE)
        else:
            User.objects.filter(pk=person.user.pk).update(is_active=False)

    ear, sent = run_apart(_socket(store_of(person.client).session_key or "", deed))
    assert ear.user == person.user
    assert sent == [{"type": "websocket.close", "code": sockets.ENDED}]
    assert ear.heard[-1] == {"type": "websocket.disconnect", "code": sockets.ENDED}


@pytest.mark.django_db(transaction=True)
def test_a_socket_of_an_unfinished_sign_in_is_nobodys(person: Person) -> None:
    User.objects.filter(pk=person.user.pk).update(is_demo=False)
    person.password()
    ear, _sent = run_apart(_socket(store_of(person.client).session_key or "", lambda: None))
    assert ear.user.is_anonymous
