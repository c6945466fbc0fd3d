"""The embedded PostgreSQL."""

import os
from urllib.parse import urlsplit

import psycopg2


def ask(statement: str) -> object:
    connection = psycopg2.connect(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl())
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    connection.close()
    assert row is not None
    return row[0]


def test_it_compares_cyrillic_without_regard_to_case() -> None:
    assert ask("SELECT 'ПРИЁМ ВРАЧА' ILIKE '%приём%'") is True


def test_it_keeps_its_session_in_utc() -> None:
    assert ask("SHOW timezone") == "UTC"
