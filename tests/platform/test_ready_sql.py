"""Statements written once are asked again with the values of whoever asks."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any
from weakref import ReferenceType, ref

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import (
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import TruncDate, TruncMonth
from django.db.models.sql import Query
from pytest_django.fixtures import Settings

from omsportal.platform import ready_sql
from omsportal.platform.models import Heartbeat, Outbox
from omsportal.platform.ready_sql import DAY, FAR, ID, MOMENT

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2001, 2, 3, tzinfo=UTC)


@pytest.fixture(params=[True, False], ids=["prepared", "as texts"], autouse=True)
def way(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    settings.PREPARED_STATEMENTS = request.param
    ready_sql._kept.clear()
    yield
    ready_sql._kept.clear()


def notice(receiver_id: int) -> Outbox:
    return Outbox.objects.create(
        channel="portal", kind="filed", receiver_kind="pool", receiver_id=receiver_id,
        subject_kind="complaint", subject_id=receiver_id, created_at=LONG_AGO, available_at=LONG_AGO,
        payload={"tier": receiver_id},
    )  # fmt: skip


def of(*receivers: int) -> list[Outbox]:
    """As many stand-ins as receivers: another number of them is another shape."""
    real = {ID + place: receiver for place, receiver in enumerate(receivers)}
    return ready_sql.objects(
        ("of", len(receivers)),
        real,
        lambda: Outbox.objects.filter(receiver_id__in=sorted(real)).order_by("pk"),
    )


def test_each_asking_gets_its_own_rows() -> None:
    one, two, three = (notice(receiver) for receiver in (1, 2, 3))
    assert (of(1), of(3), of(2, 3), of(4)) == ([one], [three], [two, three], [])


def test_rows_come_as_django_makes_them() -> None:
    notice(7)
    [found] = of(7)
    assert (found.payload, found.created_at, found._state.adding) == ({"tier": 7}, LONG_AGO, False)


def test_columns_are_named_and_converted() -> None:
    notice(7)

    def asked(receiver: int, moment: datetime) -> ready_sql.Answer:
        return ready_sql.fetch(
            "columns", {ID: receiver, MOMENT: moment},
            lambda: (
                Outbox.objects.filter(receiver_id=ID, created_at__lt=MOMENT).annotate(to=F("receiver_id")),
                ("payload", "to"),
            ),
        )  # fmt: skip

    assert asked(7, datetime.now(UTC)) == (("payload", "to"), [({"tier": 7}, 7)])
    assert asked(7, LONG_AGO).rows == asked(8, datetime.now(UTC)).rows == []


def test_what_django_knows_to_be_empty_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert ready_sql.objects("none", {}, Heartbeat.objects.none) == []


def test_a_statement_of_our_own_gets_its_values_by_name() -> None:
    sql = "SELECT %(number)s + 1, %(day)s::date - 1, cardinality(%(many)s::bigint[]), 5 %% 2"
    types = {"many": "bigint[]", "number": "bigint", "day": "date"}
    for number, many in ((1, [1, 2]), (2, [])):
        asked = ready_sql.rows_of(sql, types, number=number, day=DAY, many=many)
        assert asked == [(number + 1, date(9000, 12, 31), len(many), 1)]


def test_a_connection_prepares_only_so_many(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.PREPARED_STATEMENTS = True
    monkeypatch.setattr(ready_sql, "MOST_PREPARED", 2)
    ready_sql._prepared.clear()
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
        for receivers in ((1,), (1, 2), (1, 2, 3), (1,)):
            assert of(*receivers) == []
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'ready%'")
        assert cursor.fetchone() == (2,)


def test_shapes_beyond_the_most_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready_sql, "MOST_KEPT", 2)
    for receivers in ((1,), (1, 2), (1, 2, 3)):
        of(*receivers)
    assert list(ready_sql._kept) == [("of", 2), ("of", 3)]


def test_what_is_kept_holds_no_connection() -> None:
    of(1)
    assert [ready.compiler.connection for ready in ready_sql._kept.values()] == [None]


def test_what_is_kept_lets_go_of_the_query() -> None:
    made: list[ReferenceType[Query]] = []

    def write() -> QuerySet[Outbox]:
        beats = Heartbeat.objects.filter(name=OuterRef("kind"))
        rows = Outbox.objects.filter(receiver_id=ID).annotate(is_known=Exists(beats))
        made.append(ref(rows.query))
        return rows

    notice(1)
    assert [row.is_known for row in ready_sql.objects("let go", {ID: 1}, write)] == [False]  # type: ignore[attr-defined]
    gc.collect()
    assert made[0]() is None


def test_values_of_expressions_are_converted_as_by_django() -> None:
    notice(7)
    columns = {
        "day": TruncDate("created_at"), "month": TruncMonth("created_at"), "what": F("payload__tier"),
        "half": ExpressionWrapper(F("receiver_id") / Value(2.0), output_field=FloatField()),
        "least": Subquery(Outbox.objects.values("created_at")[:1]),
    }  # fmt: skip

    def write() -> QuerySet[Outbox]:
        return Outbox.objects.filter(receiver_id=ID).annotate(**columns)

    answer = ready_sql.fetch("converted", {ID: 7}, lambda: (write(), tuple(columns)))
    assert answer.rows == list(Outbox.objects.annotate(**columns).values_list(*columns))


def test_a_statement_is_known_by_all_that_stands_in_it() -> None:
    def title(receiver: int, tier: int, *stand_ins: int) -> str:
        rows = Outbox.objects.filter(receiver_id=receiver, payload={"tier": tier})
        return ready_sql._written(rows, (), stand_ins).title

    assert title(1, 7) == title(1, 7)
    assert len({title(1, 7), title(1, 8), title(2, 7), title(1, 7, 1)}) == 4


@pytest.mark.parametrize("forgotten", [datetime.now(UTC), FAR, ID])
def test_nothing_of_one_asking_is_kept_for_all(forgotten: Any) -> None:
    field = "receiver_id" if isinstance(forgotten, int) else "created_at"
    with pytest.raises(ValueError, match="kept for everybody"):
        ready_sql.objects("forgotten", {ID + 1: 1}, lambda: Outbox.objects.filter(**{field: forgotten}))


def elsewhere(act: Callable[[], Any]) -> Any:
    """In a thread with a connection of its own and no transaction."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def changing(least: int) -> list[tuple[Any, ...]]:
    return ready_sql.rows_of("SELECT a FROM changing WHERE a > %(least)s", {"least": "int"}, least=least)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_connection_that_was_lost_is_noticed_before_it_is_asked() -> None:
    def lose() -> list[Outbox]:
        of(1)
        connection.connection.close()  # as after a restart of the server
        connection.close_if_unusable_or_obsolete()  # as at the beginning of a request
        return of(1)

    assert elsewhere(lose) == []


def test_statements_that_the_server_has_discarded_are_prepared_anew() -> None:
    def discard() -> list[Outbox]:
        of(1)
        run("DISCARD ALL")
        return of(1)

    assert elsewhere(discard) == []


def test_a_column_may_change_while_a_process_lives() -> None:
    def change() -> tuple[Any, ...]:
        run("CREATE TEMP TABLE changing (a) AS VALUES (1), (2)")
        before = changing(1)
        run("ALTER TABLE changing ALTER a TYPE text USING (a + 1)::text")
        run("ALTER TABLE changing ALTER a TYPE bigint USING a::bigint")
        return before, changing(1)

    assert elsewhere(change) == ([(2,)], [(2,), (3,)])


def test_a_transaction_is_lost_with_a_discarded_statement_and_the_next_asking_is_answered(
    settings: Settings,
) -> None:
    settings.PREPARED_STATEMENTS = True

    def discard() -> list[Outbox]:
        of(1)
        run("DEALLOCATE ALL")
        with pytest.raises(DatabaseError, match="does not exist"), transaction.atomic():
            of(1)
        return of(1)

    assert elsewhere(discard) == []


def test_what_was_prepared_in_a_transaction_outlives_its_end() -> None:
    def undo() -> list[Outbox]:
        with transaction.atomic():
            of(1)
            transaction.set_rollback(True)
        with pytest.raises(DatabaseError), transaction.atomic():
            run("SELECT 1 / 0")
        return of(1)

    assert elsewhere(undo) == []


def test_what_is_asked_all_day_stays_prepared(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.PREPARED_STATEMENTS = True
    monkeypatch.setattr(ready_sql, "MOST_PREPARED", 2)

    def names() -> set[str]:
        [known] = [each for key, each in ready_sql._prepared.items() if key is connection.connection]
        return set(known.values())

    def day() -> bool:
        of(1)
        often = names()
        for rare in ((1, 2), (1, 2, 3), (1, 2, 3, 4)):
            of(*rare)
            of(1)
        return often < names()

    assert elsewhere(day)


def test_who_asks_while_another_is_asking_does_not_change_what_that_one_gets() -> None:
    first, second = notice(1), notice(2)
    assert of(1) == [first]
    [ready] = ready_sql._kept.values()
    one, two = ready.asked({ID: 1}), ready.asked({ID: 2})
    assert [[row[0] for row in asked.results_iter()] for asked in (one, two)] == [[first.pk], [second.pk]]
