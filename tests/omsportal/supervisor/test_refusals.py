"""What `make run` refuses: one clear sentence, a failing exit code, nothing left running."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from omsportal.supervisor.postgres import CARELESS, EmbeddedPostgres
from tests.processes import descendants, is_alive
from tests.running import RunningPortal


def refusal(portal: RunningPortal) -> str:
    """Starts it, expects it to give up by itself, and returns the sentence."""
    portal.start()
    assert portal.process is not None
    below = descendants(portal.process.pid)
    assert portal.process.wait(60) == 1
    assert not any(is_alive(pid) for pid in below)
    said = portal.said()
    assert "Traceback" not in said
    sentences = re.findall(r"^✗ (.+)", said, flags=re.MULTILINE)
    assert len(sentences) == 1, said
    return str(sentences[0])


@pytest.fixture
def portal(tmp_path: Path) -> RunningPortal:
    return RunningPortal(tmp_path)


@pytest.fixture
def cluster(portal: RunningPortal) -> Path:
    """The data directory of a stopped PostgreSQL in the portal's DATA_DIR."""
    server = EmbeddedPostgres(
        portal.data_dir / "postgres", log=portal.data_dir / "logs" / "postgres.log", settings=CARELESS
    )
    server.start()
    server.stop()
    return server.data


def test_it_refuses_a_directory_it_cannot_write(portal: RunningPortal) -> None:
    portal.data_dir = Path("/proc/omsportal")
    assert "Каталог данных /proc/omsportal недоступен для записи" in refusal(portal)


def test_it_refuses_a_port_that_is_none(portal: RunningPortal) -> None:
    portal.port = 70000
    assert refusal(portal).startswith("PORT должен быть числом от 1 до 65535")


@pytest.mark.parametrize("content", ["", "not a version\n", "\0\xff"])
def test_it_refuses_a_damaged_data_directory(portal: RunningPortal, cluster: Path, content: str) -> None:
    (cluster / "PG_VERSION").write_text(content)
    assert "повреждён: файл PG_VERSION не читается" in refusal(portal)


def test_it_refuses_the_data_of_an_older_version(portal: RunningPortal, cluster: Path) -> None:
    (cluster / "PG_VERSION").write_text("15\n")
    assert "принадлежат PostgreSQL 15, а нужен 18" in refusal(portal)


def test_it_refuses_a_data_directory_that_lost_files(portal: RunningPortal, cluster: Path) -> None:
    (cluster / "global" / "pg_control").unlink()
    said = refusal(portal)
    assert "PostgreSQL не запустился" in said
    assert "повреждены" in said


def test_it_starts_over_the_pid_file_of_a_dead_server(portal: RunningPortal, cluster: Path) -> None:
    """After a power cut the number in it may belong to anybody: here to this very test."""
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n1\n5432\n\n\n\n")
    server = EmbeddedPostgres(portal.data_dir / "postgres", log=portal.data_dir / "logs" / "again.log")
    assert server.start() is False
    server.stop()


def test_it_refuses_a_database_that_does_not_answer(portal: RunningPortal) -> None:
    portal.environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/omsportal"
    said = refusal(portal)
    assert "База данных недоступна" in said
    assert "DATABASE_URL" in said


def test_it_refuses_a_database_that_is_not_postgresql(portal: RunningPortal) -> None:
    portal.environment["DATABASE_URL"] = "sqlite:///db.sqlite3"
    assert "только с PostgreSQL" in refusal(portal)


@pytest.fixture
def foreign_database() -> Iterator[str]:
    """A database with somebody else's table."""
    url = urlsplit(os.environ["DATABASE_URL"])
    _run(url._replace(path="/postgres").geturl(), "DROP DATABASE IF EXISTS foreign_data")
    _run(url._replace(path="/postgres").geturl(), "CREATE DATABASE foreign_data")
    own = url._replace(path="/foreign_data").geturl()
    _run(own, "CREATE TABLE warehouse (id int)")
    yield own
    _run(url._replace(path="/postgres").geturl(), "DROP DATABASE foreign_data")


def _run(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def test_it_refuses_a_database_with_foreign_data(portal: RunningPortal, foreign_database: str) -> None:
    portal.environment["DATABASE_URL"] = foreign_database
    assert "чужие данные (warehouse)" in refusal(portal)
    assert not (portal.data_dir / "postgres").exists()
