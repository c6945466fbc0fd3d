"""Where people land after signing in."""

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories import PASSWORD, make_branch, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_tried_before() -> None:
    """Sign-ins of other tests count into the limit of this address too."""
    cache.clear()


def sign_in(client: Client, name: str) -> str:
    response = client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return str(response["Location"])


def test_a_representative_lands_in_the_queue(client: Client) -> None:
    make_staff("operator", 1, make_branch())
    assert sign_in(client, "operator") == "/staff/"


def test_an_administrator_without_a_queue_lands_in_the_administration(client: Client) -> None:
    make_staff("admin", is_staff=True, is_superuser=True)
    assert sign_in(client, "admin") == "/admin/"


def test_signing_in_says_nothing_above_the_queue(client: Client) -> None:
    make_staff("operator", 1, make_branch())
    sign_in(client, "operator")
    assert "operator." not in client.get("/staff/").content.decode()


def test_a_demo_account_cannot_sign_in_outside_the_demo(client: Client, settings) -> None:
    make_staff("operator", 1, make_branch(), is_demo=True)
    settings.DEMO = False
    assert client.post("/accounts/login/", {"login": "operator", "password": PASSWORD}).status_code == 200
    assert client.get("/staff/").status_code == 302
