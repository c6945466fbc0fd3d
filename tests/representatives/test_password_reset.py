"""A forgotten password, and the mails about changes of sign-in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from omsportal.platform import delivery
from omsportal.platform.clock import database_now
from omsportal.platform.models import Outbox
from representatives import api_keys, notices
from representatives.models import User
from tests.factories import PASSWORD, make_branch, make_staff
from tests.representatives.signing_in import Person, give_app, make_real

NEW_PASSWORD = "четыре-синих-кита-7"
EMAIL = "operator@example.org"


@pytest.fixture
def person(db: None) -> Person:
    user = make_real(email=EMAIL)
    return Person(user, give_app(user))


def ask(client: Client, email: str) -> Any:
    return client.post("/accounts/password/reset/", {"email": email})


def mailed(row: Outbox) -> str:
    """What the worker would send."""
    build = notices.reset_code_mail if row.kind == notices.RESET_CODE else notices.changed_mail
    message: Any = build(row)
    return f"{message.to} {message.subject}\n{message.body}"


@pytest.mark.django_db(transaction=True)
def test_the_code_from_the_mail_gives_a_new_password(person: Person, smtp_server: Any, settings: Any) -> None:
    smtp_server.use(settings)
    ask(person.client, EMAIL.upper())
    delivery.deliver(database_now())
    [mail] = smtp_server.messages
    body = mail.get_content()
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", body)
    assert code, body
    assert "http" not in body
    answer = person.client.post("/accounts/password/reset/confirm/", {"code": code[0]})
    assert answer["Location"] == "/accounts/password/reset/complete/"
    typed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert person.client.post("/accounts/password/reset/complete/", typed).status_code == 302
    assert person.password(PASSWORD).status_code == 200
    assert person.password(NEW_PASSWORD)["Location"] == "/accounts/2fa/authenticate/"
    assert not person.is_in()
    delivery.deliver(database_now())
    assert "изменён пароль по коду из письма" in smtp_server.messages[-1].get_content()


def test_the_outbox_holds_neither_code_nor_address(person: Person) -> None:
    ask(person.client, EMAIL)
    row = Outbox.objects.get()
    code = person.client.session["account_password_reset_verification"]["code"]
    assert code in mailed(row)
    assert code not in str(row.payload)
    assert EMAIL not in str(row.payload)


def test_an_unknown_address_looks_the_same_and_gets_no_mail(person: Person) -> None:
    pages = []
    for email in (EMAIL, "nobody@example.org"):
        client = Client()
        answer = client.post("/accounts/password/reset/", {"email": email}, follow=True)
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
        pages.append((answer.redirect_chain, page.replace(email, "")))
        wrong = client.post("/accounts/password/reset/confirm/", {"code": "ABCD-EFGH"})
        assert wrong.status_code == 200
    assert pages[0] == pages[1]
    assert Outbox.objects.count() == 1


def test_three_wrong_codes_end_it(person: Person) -> None:
    ask(person.client, EMAIL)
    answers = [person.client.post("/accounts/password/reset/confirm/", {"code": "x"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 302]


def test_asking_is_limited_for_an_address_known_or_not(person: Person) -> None:
    for email in (EMAIL, "nobody@example.org"):
        codes = [ask(Client(), email).status_code for _ in range(4)]
        assert codes == [302, 302, 302, 429], email
    answer = ask(Client(), EMAIL)
    assert int(answer["Retry-After"]) > 0


def test_a_code_that_waited_too_long_is_not_sent(person: Person) -> None:
    ask(person.client, EMAIL)
    row = Outbox.objects.get()
    late = row.created_at + timedelta(minutes=16)
    row.leased_until = late + delivery.LEASE
    assert notices.reset_code_mail(row) is None


def test_a_system_that_works_by_keys_gets_no_password(db: None) -> None:
    user = api_keys.service_representative(branch=make_branch(), name="телефония", tier=1)
    User.objects.filter(pk=user.pk).update(email=EMAIL)
    ask(Client(), EMAIL)
    assert not Outbox.objects.exists()


def test_wrong_passwords_are_counted_alike_for_known_and_unknown_people(person: Person) -> None:
    texts = []
    for name in (person.user.username, "nobody"):
        typed = {"login": name, "password": "wrong"}
        answers = [Client().post("/accounts/login/", typed).content.decode() for _ in range(6)]
        texts.append(["Слишком много" in text for text in answers])
    assert texts[0] == texts[1] == [False] * 5 + [True]
    assert person.password().status_code == 200, "the right password does not help either"


def test_an_address_that_tries_many_logins_is_stopped(db: None) -> None:
    typed = [{"login": f"user{number}", "password": "wrong"} for number in range(25)]
    answers = [Client().post("/accounts/login/", one).content.decode() for one in typed]
    assert "Слишком много" not in answers[10]
    assert "Слишком много" in answers[-1]


def test_tries_are_counted_in_the_database(person: Person) -> None:
    with CaptureQueriesContext(connection) as queries:
        Client().post("/accounts/login/", {"login": "x", "password": "wrong"})
    assert any("platform_sharedvalue" in query["sql"] for query in queries)


def test_a_changed_password_is_told(person: Person) -> None:
    client = Client()
    client.force_login(make_staff("other", 1, make_branch(), email="other@example.org"))
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/accounts/password/change/", typed)
    row = Outbox.objects.get(kind="account_changed")
    assert row.payload == {"change": "password_changed"}
    text = mailed(row)
    assert "other@example.org" in text
    assert "изменён пароль" in text


def test_a_removed_app_is_told(person: Person) -> None:
    person.comes_in()
    person.client.post("/accounts/2fa/totp/deactivate/")
    assert "отключено приложение" in mailed(Outbox.objects.get())


def test_nobody_without_an_address_is_written_to(db: None) -> None:
    client = Client()
    client.force_login(make_staff("other", 1, make_branch()))
    typed = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/accounts/password/change/", typed)
    assert not Outbox.objects.exists()
