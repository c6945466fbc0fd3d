"""Kept pages: the state of what is public, and the shelf."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from django.db import connection, transaction
from psycopg2.extensions import connection as Connection

from insurers.models import Region
from omsportal.platform import public_pages
from omsportal.platform.models import Heartbeat
from omsportal.platform.public_pages import TOKEN, Page, Shelf, Stamp, look

STAMP = Stamp(state=7, minute=datetime(2026, 3, 18, 9, 0, tzinfo=UTC), banner=None)


def state() -> int | None:
    return look()[1].state


def rename(name: str) -> None:
    Region.objects.update_or_create(code="76", defaults={"name": name, "time_zone": "Europe/Moscow"})


# --- the state ---


@pytest.mark.django_db
class TestState:
    def test_it_changes_with_every_statement_on_a_watched_table(self) -> None:
        states = [state()]
        rename("Ярославская область")
        states.append(state())
        rename("Ярославская обл.")
        states.append(state())
        Region.objects.all().delete()
        states.append(state())
        assert len(set(states)) == 4

    def test_it_changes_when_a_table_is_emptied_at_one_go(self) -> None:
        before = state()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE insurers_office")
        assert state() != before

    def test_it_stays_when_something_else_changes(self) -> None:
        before = state()
        Heartbeat.objects.create(name="somebody", beat_at=datetime.now(UTC))
        assert state() == before

    def test_it_comes_back_when_the_change_is_rolled_back(self) -> None:
        before = state()
        with transaction.atomic():
            rename("Ярославская область")
            transaction.set_rollback(True)
        assert state() == before

    def test_a_transaction_has_one_row_however_much_it_changes(self) -> None:
        rename("Ярославская область")
        rename("Ярославская обл.")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM platform_publicchange"
                " WHERE transaction_id = pg_current_xact_id()::text::bigint"
            )
            assert cursor.fetchone() == (1,)

    def test_every_watched_table_is_there_and_tells_once(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s", [public_pages.TRIGGER]
            )
            assert sorted(name for (name,) in cursor.fetchall()) == public_pages.watched()

    def test_installing_again_adds_no_trigger_and_makes_a_new_state(self) -> None:
        before = state()
        public_pages.install()
        assert state() != before

    def test_old_changes_are_forgotten_but_never_the_newest(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM platform_publicchange")
            cursor.execute(
                "INSERT INTO platform_publicchange (transaction_id, begun_at)"
                " SELECT n, now() - interval '2 hours' FROM generate_series(1, 3) AS n"
            )
        now, _stamp = look()
        assert public_pages.purge(now) == 2
        assert public_pages.purge(now) == 0
        assert state() is not None


@pytest.fixture
def connect() -> Callable[[], Connection]:
    return lambda: psycopg2.connect(**connection.get_connection_params())


@pytest.mark.django_db(transaction=True)
def test_whoever_commits_last_is_seen_although_he_began_first(connect: Callable[[], Connection]) -> None:
    rename("Ярославская область")
    first, second = connect(), connect()
    try:
        for one, code in ((first, "01"), (second, "02")):
            one.cursor().execute(
                "INSERT INTO insurers_region (code, okato, name, time_zone) VALUES (%s, '', %s, 'UTC')",
                [code, code],
            )
        states = [state()]
        second.commit()
        states.append(state())
        first.commit()
        states.append(state())
        assert len(set(states)) == 3
    finally:
        first.close()
        second.close()


# --- the shelf ---


def page(text: str = "страница") -> Page:
    return Page(text.encode(), "text/html; charset=utf-8")


def test_it_gives_a_page_only_with_the_stamp_it_was_kept_with() -> None:
    shelf = Shelf()
    shelf.keep("/", STAMP, page())
    assert shelf.get("/", STAMP) == page()
    assert shelf.get("/call/", STAMP) is None
    assert shelf.get("/", replace(STAMP, state=8)) is None
    assert shelf.get("/", replace(STAMP, minute=STAMP.minute + timedelta(minutes=1))) is None


def test_it_keeps_nothing_while_nobody_watches() -> None:
    shelf, unwatched = Shelf(), replace(STAMP, state=None)
    shelf.keep("/", unwatched, page())
    assert shelf.get("/", unwatched) is None


def test_it_drops_what_was_not_asked_for_longest_when_it_is_full() -> None:
    shelf = Shelf(most_bytes=25)
    for key in ("a", "b"):
        shelf.keep(key, STAMP, page("0123456789"))
    shelf.get("a", STAMP)
    shelf.keep("c", STAMP, page("0123456789"))
    assert [key for key in "abc" if shelf.get(key, STAMP)] == ["a", "c"]


def test_it_counts_a_page_once_that_is_kept_again() -> None:
    shelf = Shelf(most_bytes=25)
    for _time in range(5):
        shelf.keep("a", STAMP, page("0123456789"))
    shelf.keep("b", STAMP, page("0123456789"))
    assert [key for key in "ab" if shelf.get(key, STAMP)] == ["a", "b"]


def test_it_does_not_empty_itself_for_a_page_that_cannot_fit() -> None:
    shelf = Shelf(most_bytes=25)
    shelf.keep("a", STAMP, page("0123456789"))
    shelf.keep("b", STAMP, page("0123456789" * 3))
    assert [key for key in "ab" if shelf.get(key, STAMP)] == ["a"]


def test_it_forgets_all_of_it() -> None:
    shelf = Shelf(most_bytes=10)
    shelf.keep("a", STAMP, page("0123456789"))
    shelf.forget()
    assert shelf.get("a", STAMP) is None
    shelf.keep("b", STAMP, page("0123456789"))
    assert shelf.get("b", STAMP) is not None


def test_a_form_gets_the_token_of_whoever_sees_it() -> None:
    kept = page(f'<input value="{TOKEN}">')
    assert kept.asks_for_token
    assert kept.for_visitor("mine") == b'<input value="mine">'
    assert not page().asks_for_token
