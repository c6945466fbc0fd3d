"""Nobody reaches anything by a password alone."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from omsportal.platform.models import Outbox
from representatives.middleware import SETTING_UP
from representatives.models import User
from representatives.urls import OPEN
from tests.factories import make_staff
from tests.representatives import signing_in
from tests.representatives.signing_in import Person, code_of, give_app, has_app, make_real

pytestmark = pytest.mark.django_db
SET_UP = "/accounts/2fa/"


@pytest.fixture
def newcomer() -> Person:
    """A new account: a password and nothing else."""
    return Person(make_real())


@pytest.fixture
def person() -> Person:
    user = make_real()
    return Person(user, give_app(user))


def addresses(patterns: Any, prefix: str = "/") -> list[str]:
    """Every address without parameters, of pages and administration."""
    found: list[str] = []
    for entry in patterns:
        part = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += addresses(entry.url_patterns, part)
        elif isinstance(entry, URLPattern) and not any(sign in part for sign in "<(^?$"):
            found.append(part)
    return found


def test_a_newcomer_is_led_to_the_second_step_from_every_page(newcomer: Person) -> None:
    newcomer.password()
    everywhere = set(addresses(get_resolver().url_patterns))
    reachable = {reverse(name) for name in SETTING_UP}
    closed = {
        address for address in everywhere - reachable if not address.startswith(("/api/", "/accounts/"))
    }
    assert {"/staff/", "/staff/alarms/", "/admin/", "/staff/find/", "/call/"} <= closed
    for address in sorted(closed):
        for answer in (newcomer.client.get(address), newcomer.client.post(address)):
            assert (answer.status_code, answer.get("Location")) == (302, SET_UP), address


def test_a_part_of_a_page_sends_the_whole_page_there(newcomer: Person) -> None:
    newcomer.password()
    assert newcomer.client.get("/staff/", headers={"HX-Request": "true"})["HX-Redirect"] == SET_UP


def test_to_the_api_a_newcomer_is_nobody(newcomer: Person) -> None:
    newcomer.password()
    answer = newcomer.client.get("/api/v1/queue/")
    assert answer.status_code in {401, 403}
    assert answer.json()["status"] == answer.status_code


def test_an_administrator_without_it_does_not_get_into_the_administration() -> None:
    admin = Person(make_real("root", is_staff=True, is_superuser=True))
    admin.password()
    assert admin.client.get("/admin/")["Location"] == SET_UP


@pytest.mark.django_db(transaction=True)
def test_setting_it_up_opens_the_work(newcomer: Person) -> None:
    newcomer.password()
    page = newcomer.client.get("/accounts/2fa/totp/activate/")
    code = code_of(page.context["form"].secret)
    answer = newcomer.client.post("/accounts/2fa/totp/activate/", {"code": code})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    assert newcomer.is_in()


def test_afterwards_the_password_alone_signs_nobody_in(person: Person) -> None:
    assert person.password()["Location"] == "/accounts/2fa/authenticate/"
    assert person.client.get("/staff/")["Location"].startswith("/accounts/login/")
    assert person.code("000000").status_code == 200
    assert not person.is_in()


def test_password_and_code_do(person: Person) -> None:
    assert person.comes_in().is_in()


def test_a_code_works_once_even_for_the_neighbour_in_the_same_half_minute(person: Person) -> None:
    code = code_of(person.secret)
    person.password()
    person.code(code)
    other = person.another_browser()
    other.password()
    assert "Location" not in other.code(code)
    assert not other.is_in()


def test_the_code_of_the_set_up_signs_nobody_in(newcomer: Person) -> None:
    newcomer.password()
    secret = newcomer.client.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = code_of(secret)
    newcomer.client.post("/accounts/2fa/totp/activate/", {"code": code})
    other = newcomer.another_browser()
    other.password()
    assert "Location" not in other.code(code)


def test_the_code_before_and_after_work_but_no_older_one(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that stands: a half minute may end between two of its looks."""
    now = time.time()
    for looks in (auth, signing_in):
        monkeypatch.setattr(looks, "time", SimpleNamespace(time=lambda: now))
    for steps, works in ((-1, True), (1, True), (-3, False), (3, False)):
        browser = person.another_browser()
        browser.password()
        assert ("Location" in browser.code(code_of(person.secret, steps))) is works, steps


def test_a_spare_code_works_once(person: Person) -> None:
    spare = RecoveryCodes.activate(person.user).generate_codes()[0]
    for works in (True, False):
        browser = person.another_browser()
        browser.password()
        assert ("Location" in browser.code(spare)) is works


def test_a_spare_code_is_used_up_for_good(person: Person) -> None:
    """Not only for the minutes in which used codes are remembered."""
    first, second = RecoveryCodes.activate(person.user).generate_codes()[:2]
    for code, works in ((first, True), (first, False), (second, True), (second, False), (first, False)):
        cache.clear()
        browser = person.another_browser()
        browser.password()
        assert ("Location" in browser.code(code)) is works
    assert len(RecoveryCodes.activate(person.user).get_unused_codes()) == 8


def test_a_spare_code_that_let_somebody_in_is_no_proof_afterwards(person: Person) -> None:
    spare = RecoveryCodes.activate(person.user).generate_codes()[0]
    person.password()
    person.code(spare)
    for forgotten in (False, True):
        if forgotten:
            cache.clear()
        assert "Location" not in person.client.post("/accounts/2fa/reauthenticate/", {"code": spare})


def test_secrets_are_sealed(person: Person) -> None:
    RecoveryCodes.activate(person.user)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert person.secret not in stored
    assert RecoveryCodes.activate(person.user).generate_codes()[0] not in stored


def test_a_demo_account_does_without_in_a_demo_only(settings: Any) -> None:
    demo = Person(make_staff("demo-operator", is_demo=True))
    demo.password()
    assert demo.is_in()
    settings.DEMO = False
    assert not demo.is_in()


def test_a_real_account_does_not_do_without_in_a_demo(newcomer: Person) -> None:
    newcomer.password()
    assert not newcomer.is_in()


def test_without_the_last_factor_the_way_leads_to_a_new_one(person: Person) -> None:
    person.comes_in()
    assert person.client.post("/accounts/2fa/totp/deactivate/")["Location"] == SET_UP
    assert not has_app(person.user)
    assert person.client.get("/staff/")["Location"] == SET_UP


def test_pages_of_allauth_that_nobody_uses_answer_nothing(person: Person) -> None:
    person.comes_in()
    names = allauth_names(get_resolver("allauth.urls").url_patterns)
    assert names > OPEN, "a name of ours that allauth does not know"
    for name, keywords in names_to_try(names - OPEN):
        for client in (Client(), person.client):
            answer = client.get(reverse(name, kwargs=keywords))
            assert answer.status_code == 404, name
            assert client.post(reverse(name, kwargs=keywords)).status_code == 404, name


def allauth_names(patterns: Any) -> set[str]:
    inner = [allauth_names(entry.url_patterns) for entry in patterns if isinstance(entry, URLResolver)]
    return {str(entry.name) for entry in patterns if isinstance(entry, URLPattern)}.union(*inner)


def names_to_try(names: set[str]) -> list[tuple[str, dict[str, Any]]]:
    parameters = {"account_confirm_email": {"key": "x"}}
    return [(name, parameters.get(name, {})) for name in sorted(names)]


def test_the_administration_does_not_show_tables_of_sign_in() -> None:
    user = make_staff("root", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    assert client.get("/admin/mfa/authenticator/").status_code == 404
    assert client.get("/admin/usersessions/usersession/").status_code == 404


def test_whoever_guesses_codes_is_stopped_and_the_person_hears_of_it(person: Person) -> None:
    User.objects.filter(pk=person.user.pk).update(email="operator@example.org")
    person.password()
    answers = [person.code(f"{guess:06}").content.decode() for guess in range(7)]
    assert "Слишком много" in answers[-1]
    person.code(code_of(person.secret))
    assert not person.is_in()
    told = Outbox.objects.filter(receiver_id=person.user.pk).values_list("payload__change", flat=True)
    assert list(told) == ["codes_tried"]


def test_an_administrator_takes_a_lost_factor_away(person: Person) -> None:
    User.objects.filter(pk=person.user.pk).update(email="operator@example.org")
    person.comes_in()
    admin = Client()
    admin.force_login(make_staff("root", is_staff=True, is_superuser=True))
    address = reverse("admin:representatives_user_reset_factor", args=[person.user.pk])
    assert person.user.username in admin.get(address).content.decode()
    admin.post(address)
    assert not has_app(person.user)
    assert not person.is_in()
    history = admin.get(reverse("admin:representatives_user_history", args=[person.user.pk]))
    assert "Второй шаг" in history.content.decode()
    assert Outbox.objects.get(receiver_id=person.user.pk).payload == {"change": "factor_reset"}
    person.password()
    assert person.client.get("/staff/")["Location"] == SET_UP


def test_nobody_else_takes_it_away(person: Person) -> None:
    head = Client()
    head.force_login(make_staff("head"))
    head.post(reverse("admin:representatives_user_reset_factor", args=[person.user.pk]))
    assert has_app(person.user)


def test_the_last_administrator_gets_help_on_the_server(person: Person) -> None:
    person.comes_in()
    call_command("take_second_factor", person.user.username)
    assert not has_app(person.user)
    assert not person.is_in()
    for login in (person.user.username, "nobody"):
        with pytest.raises(CommandError):
            call_command("take_second_factor", login)
