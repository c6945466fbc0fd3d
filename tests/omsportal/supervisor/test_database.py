"""Is a database ours?"""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.apps import apps

from omsportal.supervisor import database
from omsportal.supervisor.trouble import Trouble

NAME = "supervisor_inspects"


def run(statement: str, name: str = "postgres") -> None:
    connection = psycopg2.connect(url(name))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def url(name: str) -> str:
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.fixture
def empty() -> Iterator[str]:
    run(f"DROP DATABASE IF EXISTS {NAME}")
    run(f"CREATE DATABASE {NAME}")
    yield url(NAME)
    run(f"DROP DATABASE {NAME}")


def test_it_accepts_an_empty_database(empty: str) -> None:
    assert database.inspect(empty, given=True) == database.Contents(in_use=False)


def test_it_refuses_a_foreign_table(empty: str) -> None:
    run("CREATE TABLE warehouse (id int)", NAME)
    with pytest.raises(Trouble, match=r"чужие данные \(warehouse\)"):
        database.inspect(empty, given=True)


def test_it_refuses_another_django_project(empty: str) -> None:
    run("CREATE TABLE django_migrations (app text); INSERT INTO django_migrations VALUES ('polls')", NAME)
    with pytest.raises(Trouble, match=r"чужие данные \(polls\)"):
        database.inspect(empty, given=True)


def test_it_accepts_our_own_half_migrated_database(empty: str) -> None:
    run("CREATE TABLE django_migrations (app text); INSERT INTO django_migrations VALUES ('auth')", NAME)
    assert not database.inspect(empty, given=True).in_use


def test_it_sees_that_people_work_in_it(empty: str) -> None:
    run("CREATE TABLE representatives_user (id int); INSERT INTO representatives_user VALUES (1)", NAME)
    assert database.inspect(empty, given=True).in_use


def test_it_says_that_nobody_answers() -> None:
    with pytest.raises(Trouble, match=r"База данных недоступна.*Проверьте адрес"):
        database.inspect("postgresql://nobody@127.0.0.1:1/omsportal", given=True)


def test_it_knows_every_table_and_app_of_the_portal() -> None:
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    assert [
        model._meta.db_table
        for model in models
        if not model._meta.db_table.startswith(database.TABLE_PREFIXES)
    ] == []
    assert {model._meta.app_label for model in models} <= set(database.APPS)
