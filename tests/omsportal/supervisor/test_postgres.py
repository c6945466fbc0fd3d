"""The embedded PostgreSQL."""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from omsportal.supervisor.postgres import CARELESS, EmbeddedPostgres


def ask(statement: str, url: str = "") -> object:
    connection = psycopg2.connect(
        url or urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()
    )
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


def test_it_works_in_a_directory_that_no_socket_address_can_hold(tmp_path: Path) -> None:
    deep = tmp_path / ("данные, " * 12) / "postgres"
    server = EmbeddedPostgres(deep, log=tmp_path / "postgres.log", settings=CARELESS)
    try:
        assert server.start() is True
        assert server.create_database() is True
        assert server.create_database() is False
        assert ask("SELECT current_database()", server.url()) == "omsportal"
        assert server.socket_directory.parent == Path(tempfile.gettempdir())
    finally:
        server.stop()
    assert not server.socket_directory.exists()
