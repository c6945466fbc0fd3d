"""A session alone does not change accounts, keys and rights: the person proves who they are."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from representatives import api_keys, sessions
from representatives.models import ApiKey, User
from tests.factories import PASSWORD, make_branch, make_staff

pytestmark = pytest.mark.django_db
SENSITIVE = [
    "admin:representatives_user_add", "admin:representatives_representative_add",
    "admin:representatives_tierright_add", "admin:representatives_appointment_add",
    "admin:representatives_apikey_add",
]  # fmt: skip
ASKED = "/accounts/reauthenticate/"


@pytest.fixture
def administrator() -> Client:
    """Signed in some time ago."""
    client = Client()
    client.force_login(make_staff("root", is_staff=True, is_superuser=True))
    proven(client, timedelta(minutes=6))
    return client


def proven(client: Client, ago: timedelta) -> None:
    store = SessionStore(client.cookies[settings.SESSION_COOKIE_NAME].value)
    store[sessions.PROVEN] = (now() - ago).timestamp()
    store.save()


@pytest.mark.parametrize("name", SENSITIVE)
def test_it_asks_before_showing_the_form(name: str, administrator: Client) -> None:
    answer = administrator.get(reverse(name))
    assert answer["Location"].startswith(ASKED)
    there = administrator.post(answer["Location"], {"password": PASSWORD})
    assert there["Location"] == reverse(name)
    assert administrator.get(reverse(name)).status_code == 200


def test_a_wrong_password_opens_nothing(administrator: Client) -> None:
    administrator.post(ASKED, {"password": "wrong"})
    assert administrator.get(reverse(SENSITIVE[0]))["Location"].startswith(ASKED)


def test_acts_of_one_account_ask_too(administrator: Client) -> None:
    other = make_staff("operator", 1, make_branch())
    for name in ("user_change", "user_reset_factor"):
        address = reverse(f"admin:representatives_{name}", args=[other.pk])
        assert administrator.get(address)["Location"].startswith(ASKED), name
    address = reverse("admin:auth_user_password_change", args=[other.pk])
    assert administrator.get(address)["Location"].startswith(ASKED)


def test_a_form_that_was_open_for_long_is_still_taken_for_half_an_hour(administrator: Client) -> None:
    other = make_staff("operator", 1, make_branch())
    address = reverse("admin:representatives_user_reset_factor", args=[other.pk])
    assert not administrator.post(address)["Location"].startswith(ASKED)
    proven(administrator, timedelta(minutes=31))
    assert administrator.post(address)["Location"].startswith(ASKED)


def test_no_password_is_kept_while_it_asks(administrator: Client) -> None:
    proven(administrator, timedelta(minutes=31))
    administrator.post(reverse(SENSITIVE[0]), {"username": "new", "password1": "четыре-синих-кита-7"})
    assert "кита" not in str(dict(administrator.session))


def test_lists_are_looked_at_without_it_but_acts_on_them_are_not(administrator: Client) -> None:
    address = reverse("admin:representatives_apikey_changelist")
    assert administrator.get(address).status_code == 200
    proven(administrator, timedelta(minutes=31))
    answer = administrator.post(address, {"action": "revoke", "_selected_action": ["1"]})
    assert answer["Location"].startswith(ASKED)


def test_a_key_is_made_shown_once_and_revoked(administrator: Client) -> None:
    proven(administrator, timedelta())
    branch = make_branch()
    typed = {"name": "Телефония", "branch": branch.pk, "tier": 1, "scopes": ["read"], "days": 30}
    page = administrator.post(reverse("admin:representatives_apikey_add"), typed, follow=True)
    shown = page.content.decode()
    key = ApiKey.objects.get()
    assert f"oms_{key.prefix}_" in shown
    text = shown[shown.index(f"oms_{key.prefix}_") :].split("<")[0].strip()
    assert api_keys.check(text=text, now=now()).pk == key.pk
    assert (key.branch, key.user.has_usable_password()) == (branch, False)
    again = administrator.get(reverse("admin:representatives_apikey_changelist")).content.decode()
    assert text not in again
    chosen = {"action": "revoke", "_selected_action": [key.pk]}
    administrator.post(reverse("admin:representatives_apikey_changelist"), chosen)
    key.refresh_from_db()
    assert key.revoked_at is not None


def test_nobody_changes_or_deletes_a_key(administrator: Client) -> None:
    proven(administrator, timedelta())
    user = make_staff("phone", 1, make_branch())
    key = api_keys.create(
        branch=make_branch(), user=User.objects.get(pk=user.pk), name="x", scopes=["read"],
        lifetime=timedelta(days=1), now=now(),
    ).key  # fmt: skip
    assert administrator.get(reverse("admin:representatives_apikey_delete", args=[key.pk])).status_code == 403
    address = reverse("admin:representatives_apikey_change", args=[key.pk])
    administrator.post(address, {"name": "y"})
    key.refresh_from_db()
    assert key.name == "x"
