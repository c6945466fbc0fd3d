"""Sign-in in a real browser: a key, an app, spare codes; pages under axe, on a desk in the long run."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from omsportal.platform import delivery
from omsportal.platform.clock import database_now
from representatives import invitations
from representatives.reach import Place, Reach
from tests.factories import PASSWORD, make_branch, make_staff
from tests.journeys.looking import violations
from tests.representatives.signing_in import code_of, give_app, make_real

pytestmark = pytest.mark.django_db(transaction=True)
FIRST_PASSWORD = "лодка чайник облако"
PHONE, DESK = {"width": 360, "height": 800}, {"width": 1280, "height": 900}


@pytest.fixture(
    params=[pytest.param(PHONE, id="phone"), pytest.param(DESK, id="desk", marks=pytest.mark.slow)]
)
def page(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A browser with a security key in its port, at the one address without https that gives keys."""
    url = live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(locale="ru-RU", base_url=url, viewport=request.param)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if "Security Policy" in said.text else None)
    devices = context.new_cdp_session(opened)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}},
    )
    yield opened
    context.close()
    assert errors == []


def assert_clean(page: Page, what: str) -> None:
    """No fault of accessibility, and nothing to scroll sideways."""
    assert violations(page) == [], what
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide), what


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", password)
    page.get_by_role("button", name="Войти").click()


def test_a_newcomer_adds_a_key_and_signs_in_with_it(page: Page) -> None:
    make_real()
    sign_in(page, "operator")
    page.wait_for_url("**/accounts/2fa/")
    assert_clean(page, "set-up")
    page.get_by_role("link", name="Добавить ключ").click()
    assert_clean(page, "add a key")
    page.get_by_role("button", name="Добавить").click()
    page.wait_for_url("**/recovery-codes/")
    assert page.locator("main code").count() == 10
    assert_clean(page, "spare codes")
    page.get_by_role("link", name="Коды записаны").click()
    page.wait_for_url("**/staff/")
    page.goto("/accounts/2fa/webauthn/")
    assert_clean(page, "my keys")
    page.context.clear_cookies()
    sign_in(page, "operator")
    page.wait_for_url("**/2fa/authenticate/")
    assert_clean(page, "second step")
    page.get_by_role("button", name="Войти с ключом").click()
    page.wait_for_url("**/staff/")


@pytest.mark.slow
def test_the_pages_of_an_account_are_accessible(page: Page) -> None:
    secret = give_app(make_real())
    sign_in(page, "operator")
    page.fill("[name=code]", code_of(secret))
    page.get_by_role("button", name="Войти", exact=True).click()
    page.wait_for_url("**/staff/")
    for address in (
        "2fa/", "2fa/totp/deactivate/", "2fa/recovery-codes/generate/", "2fa/webauthn/add/", "sessions/",
        "password/change/", "reauthenticate/", "2fa/reauthenticate/", "logout/",
    ):  # fmt: skip
        page.goto(f"/accounts/{address}")
        assert "allauth" not in page.content().replace("data-allauth-onload", "").replace('"allauth.', "")
        assert_clean(page, address)


@pytest.mark.slow
def test_the_way_to_a_new_password_is_accessible(page: Page) -> None:
    make_real(email="operator@example.org")
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Забыли пароль?").click()
    assert_clean(page, "forgotten")
    page.fill("[name=email]", "operator@example.org")
    page.get_by_role("button", name="Отправить код").click()
    page.wait_for_url("**/confirm/")
    assert_clean(page, "code")


def test_an_invited_operator_comes_in_for_the_first_time(page: Page, settings: Any) -> None:
    """The link, a password, the sign-in, an app by its secret, and the queue."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    now = database_now()
    branch = make_branch(now=now)
    head = make_staff("head", heads=branch)
    place = Place(tier=1, branch_ids=frozenset({branch.pk}))
    invitations.invite(
        name="Новикова Анна", email="nova@example.org", place=place, by=head, reach=Reach(place.branch_ids),
        now=now,
    )  # fmt: skip
    delivery.deliver(now)
    link = re.search(r"/accounts/invited/\S+", str(mail.outbox[-1].body))
    assert link
    page.goto(link[0])
    assert_clean(page, "invited")
    page.fill("[name=new_password1]", "короткий")
    page.fill("[name=new_password2]", "короткий")
    page.get_by_role("button", name="Сохранить пароль").click()
    assert_clean(page, "a weak password")
    page.fill("[name=new_password1]", FIRST_PASSWORD)
    page.fill("[name=new_password2]", FIRST_PASSWORD)
    page.get_by_role("button", name="Сохранить пароль").click()
    page.wait_for_url("**/accounts/login/")
    sign_in(page, "nova", FIRST_PASSWORD)
    connect_an_app(page)
    page.get_by_role("link", name="Коды записаны").click()
    page.wait_for_url("**/staff/")
    page.goto(link[0])
    page.get_by_role("heading", name="Ссылка не действует").wait_for()
    assert_clean(page, "a used link")


def test_an_app_is_connected_by_its_secret(page: Page) -> None:
    make_real()
    sign_in(page, "operator")
    connect_an_app(page)


def connect_an_app(page: Page) -> None:
    """From the page that asks for a second step to the spare codes."""
    page.get_by_role("link", name="Подключить приложение").click()
    assert_clean(page, "connect an app")
    page.get_by_text("Камера не работает").click()
    secret = page.locator("details code").inner_text()
    page.fill("[name=code]", code_of(secret))
    page.get_by_role("button", name="Подключить").click()
    page.wait_for_url("**/recovery-codes/")
