import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from omsportal.platform import alarms, idempotency
from omsportal.platform.idempotency import Answer, KeyMalformed, KeyReused
from omsportal.platform.models import Alarm, IdempotencyKey

ANSWER = Answer(201, {"number": "76-26-0000001-1", "access_code": "1234 5678 1234 5678"})


def never() -> Answer:
    raise AssertionError("produced twice")


def once(now: datetime, produce: Callable[[], Answer] = lambda: ANSWER, **other: Any) -> Answer:
    request = {"raw_key": "7d3f", "scope": "file", "body": b'{"story": "\xd0\xb6"}'} | other
    return idempotency.once(**request, produce=produce, now=now)


@pytest.mark.django_db
def test_it_answers_a_repeat_the_same_without_doing_it_again(now: datetime):
    first = once(now)
    again = once(now + timedelta(hours=23), produce=never)
    assert (first.replayed, again.replayed) == (False, True)
    assert (again.status, again.content) == (ANSWER.status, ANSWER.content)


@pytest.mark.django_db
def test_it_refuses_another_body(now: datetime):
    once(now)
    with pytest.raises(KeyReused):
        once(now, produce=never, body=b"other")


@pytest.mark.django_db
def test_it_keeps_scopes_apart(now: datetime):
    once(now)
    assert not once(now, scope="file:branch 7").replayed


@pytest.mark.django_db
def test_it_forgets_after_a_day(now: datetime):
    once(now)
    assert not once(now + timedelta(hours=24), body=b"other").replayed
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db
def test_it_frees_the_key_when_the_work_fails(now: datetime):
    with pytest.raises(AssertionError):
        once(now, produce=never)
    assert not once(now).replayed


@pytest.mark.django_db
@pytest.mark.parametrize("raw_key", ["", "  ", "x" * 256])
def test_it_refuses_a_malformed_key(now: datetime, raw_key: str):
    with pytest.raises(KeyMalformed):
        once(now, produce=never, raw_key=raw_key)


@pytest.mark.django_db
def test_it_keeps_neither_the_key_nor_the_code(now: datetime):
    once(now, raw_key="a-key-of-the-patient")
    row = IdempotencyKey.objects.get()
    everything = bytes(row.sealed_response) + bytes(row.body_digest) + row.key_hash.encode()
    assert b"a-key-of-the-patient" not in everything
    assert b"1234" not in bytes(row.sealed_response)


@pytest.mark.django_db
def test_it_purges_what_has_expired(now: datetime):
    once(now)
    assert idempotency.purge(now + timedelta(hours=23)) == 0
    assert idempotency.purge(now + timedelta(hours=24)) == 1


def test_forty_simultaneous_calls_do_it_once(at_once: Callable[..., list[Any]], now: datetime):
    def produce() -> Answer:
        number = Alarm.objects.count() + 1
        alarms.raise_once(kind="filed", subject_kind="case", subject_id=number, now=now)
        time.sleep(0.2)
        return Answer(201, {"number": number})

    answers = at_once(40, lambda: once(now, produce=produce))
    assert [answer.content for answer in answers] == [{"number": 1}] * 40
    assert sum(not answer.replayed for answer in answers) == 1
    assert Alarm.objects.count() == 1


def test_a_waiting_call_does_it_when_the_first_one_fails(at_once: Callable[..., list[Any]], now: datetime):
    first = threading.Event()

    def produce() -> Answer:
        if not first.is_set():
            first.set()
            time.sleep(0.2)
            raise ConnectionError
        return ANSWER

    answers = at_once(2, lambda: once(now, produce=produce))
    failed = [answer for answer in answers if isinstance(answer, ConnectionError)]
    assert len(failed) == 1
    assert [answer.content for answer in answers if answer not in failed] == [ANSWER.content]


def test_forty_simultaneous_calls_prepare_once(at_once: Callable[..., list[Any]], now: datetime):
    prepared: list[int] = []

    def prepare() -> int:
        prepared.append(1)
        time.sleep(0.1)
        return len(prepared)

    def call() -> Answer:
        return idempotency.once_prepared(
            raw_key="7d3f", scope="file", body=b"{}", prepare=prepare,
            produce=lambda number: Answer(201, {"number": number}), now=now,
        )  # fmt: skip

    answers = at_once(40, call)
    assert [answer.content for answer in answers] == [{"number": 1}] * 40
    assert prepared == [1]
