from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest
from django.db import connection, transaction

from omsportal.platform import outbox
from omsportal.platform.bells import CHANNEL
from omsportal.platform.models import Outbox
from omsportal.platform.outbox import Notice

HOP = {"kind": "hop", "subject_kind": "case", "subject_id": 7, "hop": 1}


@pytest.mark.django_db
def test_it_queues_a_notice_once(now: datetime):
    assert outbox.enqueue(channel="email", receiver_kind="contact", receiver_id=3, now=now, **HOP)
    assert not outbox.enqueue(channel="email", receiver_kind="contact", receiver_id=3, now=now, **HOP)
    assert Outbox.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"channel": "sms"},
        {"kind": "alarm"},
        {"hop": 2},
        {"receiver_id": 4},
        {"receiver_kind": "user"},
        {"dedup": 9},
    ],
)
def test_it_tells_different_notices_apart(now: datetime, other: dict[str, Any]):
    notice = HOP | {"channel": "email", "receiver_kind": "contact", "receiver_id": 3}
    assert outbox.enqueue_many([Notice(**notice), Notice(**(notice | other))], now) == 2


@pytest.mark.django_db
def test_what_the_portal_shows_is_delivered_at_once(now: datetime):
    outbox.enqueue(channel="portal", receiver_kind="user", receiver_id=5, now=now, **HOP)
    assert Outbox.objects.get().sent_at == now
    assert not Outbox.objects.overdue(now).exists()


@pytest.mark.django_db
def test_it_waits_until_its_moment(now: datetime):
    outbox.enqueue(channel="email", available_at=now + timedelta(hours=1), now=now, **HOP)
    assert not Outbox.objects.overdue(now).exists()
    assert Outbox.objects.overdue(now + timedelta(hours=1)).exists()


@pytest.mark.django_db
def test_it_refuses_an_unknown_channel(now: datetime):
    with pytest.raises(ValueError, match="pigeon"):
        outbox.enqueue(channel="pigeon", now=now, **HOP)


@pytest.mark.django_db
def test_it_revives_what_was_given_up(now: datetime, make_notice: Callable[..., Outbox]):
    dead, pending = make_notice(dead_at=now, attempts=8), make_notice()
    assert outbox.revive([dead.pk, pending.pk], now) == 1
    dead.refresh_from_db()
    assert (dead.dead_at, dead.attempts) == (None, 0)


@pytest.mark.django_db(transaction=True)
def test_it_rings_the_bell_when_the_transaction_commits(now: datetime):
    connection.ensure_connection()
    listener = psycopg2.connect(**connection.get_connection_params())
    listener.autocommit = True
    listener.cursor().execute(f"LISTEN {CHANNEL}")
    with transaction.atomic():
        outbox.enqueue(channel="email", now=now, **HOP)
        listener.poll()
        assert listener.notifies == []
    listener.cursor().execute("SELECT 1")
    assert [bell.payload for bell in listener.notifies] == [outbox.TOPIC]
    listener.close()


@pytest.mark.django_db(transaction=True)
def test_it_queues_nothing_when_the_change_is_rolled_back(now: datetime):
    with transaction.atomic():
        outbox.enqueue(channel="email", now=now, **HOP)
        transaction.set_rollback(True)
    assert not Outbox.objects.exists()


def test_simultaneous_writers_queue_one(at_once: Callable[..., list[Any]], now: datetime):
    answers = at_once(8, lambda: outbox.enqueue(channel="email", now=now, **HOP))
    assert sorted(answers) == [False] * 7 + [True]
