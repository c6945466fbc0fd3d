"""The cache that all processes share: what Django promises of a cache, and that only one can be first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from omsportal.platform import shared_cache
from omsportal.platform.clock import database_now

pytestmark = pytest.mark.django_db


def test_it_keeps_replaces_and_forgets() -> None:
    assert cache.get("key", "nothing") == "nothing"
    cache.set("key", [1.5, "two"])
    assert cache.get("key") == [1.5, "two"]
    cache.set("key", None)
    assert cache.get("key", "nothing") is None
    assert cache.delete("key")
    assert not cache.delete("key")
    cache.set("key", 1)
    cache.clear()
    assert cache.get("key") is None


def test_it_adds_only_where_nothing_is() -> None:
    assert cache.add("key", 1)
    assert not cache.add("key", 2)
    assert cache.get("key") == 1


def test_what_is_over_is_not_there() -> None:
    cache.set("key", 1, timeout=0)
    assert cache.get("key") is None
    assert not cache.touch("key")
    assert cache.add("key", 2)
    assert cache.touch("key", 0)
    assert cache.get("key") is None


def test_it_stores_no_key_in_clear() -> None:
    cache.set("login:ivanova", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM platform_sharedvalue")
        assert "ivanova" not in cursor.fetchone()[0]


def test_it_purges_what_is_over() -> None:
    cache.clear()
    cache.set("old", 1, timeout=60)
    cache.set("new", 1, timeout=3600)
    assert shared_cache.purge(database_now() + timedelta(minutes=2)) == 1
    assert cache.get("new") == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_one_is_first() -> None:
    def first(number: int) -> bool:
        try:
            return bool(cache.add("code", number))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(first, range(8)))
    assert answers.count(True) == 1
