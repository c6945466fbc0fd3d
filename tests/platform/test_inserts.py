"""Several new rows in one statement."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from omsportal.platform import inserts
from omsportal.platform.models import IdempotencyKey, Outbox


def key(name: str, now: datetime) -> IdempotencyKey:
    return IdempotencyKey(
        key_hash=name, scope="test", body_digest=b"\x01\xff" * 16, created_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip


def notice(kind: str, now: datetime, **more: Any) -> Outbox:
    return Outbox(
        channel="portal", kind=kind, subject_kind="test", subject_id=1, payload={"имя": "100 % ё"},
        created_at=now, available_at=now, **more,
    )  # fmt: skip


def written() -> list[Any]:
    return list(Outbox.objects.filter(subject_kind="test").order_by("kind").values_list("kind", "payload"))


@pytest.mark.django_db
def test_it_writes_all_rows_with_one_statement(now: datetime) -> None:
    rows = [key("a", now), notice("x", now), notice("y", now)]
    with CaptureQueriesContext(connection) as queries:
        assert inserts.together(rows, unless_taken="key_hash")
    assert len(queries) == 1
    stored = IdempotencyKey.objects.get(key_hash="a")
    assert (bytes(stored.body_digest), stored.status, stored.created_at) == (b"\x01\xff" * 16, None, now)
    assert written() == [("x", {"имя": "100 % ё"}), ("y", {"имя": "100 % ё"})]
    assert not any(row._state.adding for row in rows)


@pytest.mark.django_db
def test_it_writes_nothing_when_the_value_is_taken(now: datetime) -> None:
    inserts.together([key("a", now)], unless_taken="key_hash")
    late = [key("a", now), notice("x", now)]
    assert not inserts.together(late, unless_taken="key_hash")
    assert written() == []
    assert all(row._state.adding for row in late)


@pytest.mark.django_db
def test_it_writes_nothing_when_a_later_row_breaks_a_rule(now: datetime) -> None:
    with pytest.raises(IntegrityError, match="outbox_channel_known"), transaction.atomic():
        inserts.together([key("a", now), notice("x", now, copies=0), _wrong(now)], unless_taken="key_hash")
    assert not IdempotencyKey.objects.exists()
    assert written() == []


def _wrong(now: datetime) -> Outbox:
    row = notice("y", now)
    row.channel = "pigeon"
    return row


@pytest.fixture
def listener(transactional_db: None) -> Iterator[Any]:
    """A second connection that hears the bells."""
    other = psycopg2.connect(**connection.get_connection_params())
    other.autocommit = True
    with other.cursor() as cursor:
        cursor.execute("LISTEN omsportal")
    yield other
    other.close()


def heard(listener: Any) -> list[str]:
    with listener.cursor() as cursor:
        cursor.execute("SELECT 1")  # what was rung before has arrived by now
    listener.poll()
    rung = [bell.payload for bell in listener.notifies]
    listener.notifies.clear()
    return sorted(rung)


def test_it_rings_with_the_commit_and_not_for_what_was_not_written(listener: Any, now: datetime) -> None:
    with transaction.atomic():
        inserts.together([key("a", now)], unless_taken="key_hash", bells=["changed", "outbox"])
        assert heard(listener) == []
    assert heard(listener) == ["changed", "outbox"]
    assert not inserts.together([key("a", now)], unless_taken="key_hash", bells=["changed"])
    assert heard(listener) == []
