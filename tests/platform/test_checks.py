from collections.abc import Iterator

import pytest
from django.core.checks import run_checks
from django.core.handlers.asgi import ASGIHandler
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django.fixtures import Settings

from omsportal.platform.checks import cyrillic_works, keys_usable, no_asgi_pages, no_demo

asgi_pages = ASGIHandler()
wsgi_pages = object()


def ids(messages: object) -> list[str]:
    return [message.id for message in messages]


def test_it_says_what_keys_are_missing(settings: Settings):
    assert keys_usable(None) == []
    settings.SEALING_KEYS, settings.DIGEST_KEY = [], ""
    assert ids(keys_usable(None)) == ["platform.E001", "platform.E002"]
    assert "base64" in keys_usable(None)[0].msg


def test_the_timer_does_not_start_without_keys(settings: Settings):
    settings.SEALING_KEYS = []
    with pytest.raises(SystemCheckError, match=r"platform\.E001"):
        call_command("escalator", skip_checks=False)


def test_it_refuses_a_demonstration_in_a_deployment(settings: Settings):
    settings.DEMO = True
    assert ids(no_demo(None)) == ["platform.E003"]
    settings.DEMO = False
    assert no_demo(None) == []


@pytest.mark.parametrize(
    ("application", "max_age", "expected"),
    [("asgi_pages", 60, ["platform.E004"]), ("asgi_pages", 0, []), ("wsgi_pages", 60, [])],
)
def test_it_refuses_asgi_pages_with_persistent_connections(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, application: str, max_age: int, expected: list[str]
):
    settings.ASGI_APPLICATION = f"{__name__}.{application}"
    monkeypatch.setitem(connections["default"].settings_dict, "CONN_MAX_AGE", max_age)
    assert ids(no_asgi_pages(None)) == expected


@pytest.mark.django_db
def test_the_database_in_use_knows_cyrillic():
    assert cyrillic_works(None, databases=["default"]) == []


@pytest.fixture
def c_database(django_db_blocker: object, django_db_setup: None) -> Iterator[BaseDatabaseWrapper]:
    """A real database whose LC_CTYPE is "C"."""
    with django_db_blocker.unblock():
        main = connections["default"]
        other = main.copy(alias="in_c")
        other.settings_dict["NAME"] = f"{main.settings_dict['NAME']}_c"
        name = main.ops.quote_name(other.settings_dict["NAME"])
        with main._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc"
                " LC_COLLATE 'C' LC_CTYPE 'C'"
            )
        connections["in_c"] = other
        yield other
        other.close()
        del connections["in_c"]
        with main._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def test_it_notices_a_database_without_cyrillic(c_database: BaseDatabaseWrapper):
    assert ids(cyrillic_works(None, databases=["in_c"])) == ["platform.E005"]
    with c_database.cursor() as cursor:
        cursor.execute("CREATE EXTENSION pg_trgm")
    assert ids(cyrillic_works(None, databases=["in_c"])) == ["platform.E005", "platform.E006"]


def test_they_are_registered(settings: Settings):
    settings.SEALING_KEYS = []
    assert "platform.E001" in ids(run_checks(tags=["security"]))
