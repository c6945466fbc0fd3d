from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from omsportal.platform import limiter
from omsportal.platform.limiter import LimitReached
from omsportal.platform.models import Limit

KEY = "policy-check:address:192.0.2.1"


@pytest.mark.django_db
def test_it_allows_as_many_as_the_limit_says(now: datetime):
    left = [limiter.hit(KEY, 3, 60, now).remaining for _ in range(3)]
    assert left == [2, 1, 0]
    with pytest.raises(LimitReached) as caught:
        limiter.hit(KEY, 3, 60, now + timedelta(seconds=20))
    assert caught.value.retry_after == 40


@pytest.mark.django_db
def test_it_starts_a_new_window_after_the_old_one(now: datetime):
    limiter.hit(KEY, 1, 60, now)
    assert limiter.hit(KEY, 1, 60, now + timedelta(seconds=60)).remaining == 0


@pytest.mark.django_db
def test_it_does_not_prolong_the_window_for_refused_attempts(now: datetime):
    limiter.hit(KEY, 1, 60, now)
    with pytest.raises(LimitReached) as caught:
        limiter.hit(KEY, 1, 60, now + timedelta(seconds=59))
    assert caught.value.retry_after == 1


@pytest.mark.django_db
def test_it_counts_keys_apart(now: datetime):
    limiter.hit(KEY, 1, 60, now)
    assert limiter.hit("policy-check:address:192.0.2.2", 1, 60, now).remaining == 0


@pytest.mark.django_db
def test_it_stores_no_address(now: datetime):
    limiter.hit(KEY, 1, 60, now)
    assert "192.0.2.1" not in Limit.objects.get().key


@pytest.mark.django_db
def test_it_forgets_on_request_and_purges_what_is_over(now: datetime):
    limiter.hit(KEY, 1, 60, now)
    limiter.forget(KEY)
    assert limiter.hit(KEY, 1, 60, now).remaining == 0
    assert limiter.purge(now + timedelta(seconds=59)) == 0
    assert limiter.purge(now + timedelta(seconds=60)) == 1


@pytest.mark.django_db
def test_it_takes_back_one_attempt_and_no_more(now: datetime):
    limiter.hit(KEY, 2, 60, now)
    limiter.refund(KEY)
    limiter.refund(KEY)
    assert limiter.hit(KEY, 2, 60, now).remaining == 1


@pytest.mark.django_db
def test_its_table_is_unlogged():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'platform_limit'")
        assert cursor.fetchone() == ("u",)


def test_it_loses_no_simultaneous_hit(at_once: Callable[..., list[Any]], now: datetime):
    outcomes = at_once(20, lambda: limiter.hit(KEY, 12, 60, now))
    allowed = [outcome for outcome in outcomes if isinstance(outcome, limiter.Allowed)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, LimitReached)]
    assert (len(allowed), len(refused)) == (12, 8)
    assert sorted(outcome.remaining for outcome in allowed) == list(range(12))
    assert Limit.objects.get().hits == 20


def test_a_key_of_everybody_makes_nobody_wait(at_once: Callable[..., list[Any]], now: datetime):
    outcomes = at_once(20, lambda: limiter.hit_spread("everybody", 1000, 60, 16, now))
    assert all(isinstance(outcome, limiter.Allowed) for outcome in outcomes)
    assert limiter.hit_spread("everybody", 1000, 60, 16, now).remaining == 1000 - 21
    assert Limit.objects.count() > 1


@pytest.mark.django_db
def test_a_spread_key_is_limited_and_begins_anew_with_the_next_window(now: datetime):
    start = now.replace(second=10)
    for _ in range(30):
        limiter.hit_spread("everybody", 30, 60, 4, start)
    with pytest.raises(LimitReached) as caught:
        limiter.hit_spread("everybody", 30, 60, 4, start)
    assert caught.value.retry_after == 50
    assert limiter.hit_spread("everybody", 30, 60, 4, start + timedelta(seconds=50)).remaining == 29


@pytest.mark.django_db
def test_what_repeats_counts_as_one_attempt(now: datetime):
    counted = [limiter.hit_first(f"draft:{draft}", 3600, KEY, 60, now) for draft in "aabba"]
    assert counted == [1, 1, 2, 2, 2]


@pytest.mark.django_db
def test_what_repeats_after_both_windows_counts_anew(now: datetime):
    limiter.hit_first("draft:a", 3600, KEY, 60, now)
    assert limiter.hit_first("draft:a", 3600, KEY, 60, now + timedelta(seconds=61)) == 0
    assert limiter.hit_first("draft:a", 3600, KEY, 60, now + timedelta(seconds=3601)) == 1


def test_of_simultaneous_repeats_one_is_counted(at_once: Callable[..., list[Any]], now: datetime):
    assert set(at_once(20, lambda: limiter.hit_first("draft:a", 3600, KEY, 60, now))) <= {0, 1}
    assert limiter.used(KEY, now) == 1
