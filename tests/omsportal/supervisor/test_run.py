"""`make run` with everything real, on a directory of its own."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from omsportal.supervisor.freshness import Stamp
from tests.processes import command_line, descendants, eventually, is_alive
from tests.running import RunningPortal

# A word of each process's command line.
PROCESSES = {
    "web": "uvicorn",
    "worker": "-A omsportal worker",
    "beat": "-A omsportal beat",
    "escalator": "manage.py escalator",
    "valkey": "valkey-server",
    "postgres": "bin/postgres -D",
}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """Started on an empty directory, without demo data."""
    # Names people really give to directories.
    with RunningPortal(tmp_path_factory.mktemp("мои данные"), DEMO="0") as portal:
        yield portal


@pytest.fixture
def running(started: RunningPortal) -> RunningPortal:
    """The same, started again if the test before has stopped it."""
    assert started.process is not None
    if started.process.poll() is not None:
        started.start()
        started.wait_until_ready()
    return started


def supervisor(portal: RunningPortal) -> int:
    assert portal.process is not None
    return portal.process.pid


def find(portal: RunningPortal, word: str) -> int:
    """The process with this word that the supervisor itself started; 0 when there is none."""
    pids = [pid for pid in descendants(supervisor(portal))[1:] if word in command_line(pid)]
    return pids[0] if pids else 0


def test_it_brings_up_every_process(running: RunningPortal) -> None:
    assert [name for name, word in PROCESSES.items() if not find(running, word)] == []


def test_it_says_where_the_portal_is_once_it_is_ready(running: RunningPortal) -> None:
    assert eventually(lambda: f"Портал работает: {running.url}/" in running.said())
    assert "Остановить: Ctrl-C" in running.said()


def test_it_serves_static_files_without_debug(running: RunningPortal) -> None:
    with urlopen(f"{running.url}/static/css/base.css") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/css")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_it_keeps_secrets_to_its_owner(running: RunningPortal) -> None:
    for name in ("keys.env", "environment"):
        assert (running.data_dir / name).stat().st_mode & 0o077 == 0, name
    for name in ("logs", "files", "mail", "postgres", "valkey"):
        assert (running.data_dir / name).stat().st_mode & 0o077 == 0, name


def test_it_refuses_a_second_start_on_the_same_directory(running: RunningPortal, tmp_path: Path) -> None:
    second = RunningPortal(tmp_path)
    second.data_dir = running.data_dir
    assert second.fails()
    assert f"Портал уже запущен на этом каталоге данных (процесс {supervisor(running)}" in second.said()


def test_it_refuses_a_taken_port(running: RunningPortal, tmp_path: Path) -> None:
    second = RunningPortal(tmp_path)
    second.port = running.port
    assert second.fails()
    assert f"Порт {running.port} уже занят" in second.said()
    assert f"PORT={running.port + 1} make run" in second.said()
    assert not (second.data_dir / "postgres").exists()


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_it_starts_a_killed_process_again(running: RunningPortal, name: str) -> None:
    before = find(running, PROCESSES[name])
    assert before, name
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: find(running, PROCESSES[name]) not in {0, before})
    assert "сигнал SIGKILL), запускаю снова" in running.said()
    running.wait_until_ready(60)


def test_it_keeps_the_data_and_starts_quickly_the_second_time(running: RunningPortal) -> None:
    running.query("CREATE TABLE platform_kept (word text); INSERT INTO platform_kept VALUES ('сохранено')")
    assert running.stop() == 0
    prepared = running.data_dir / "postgres" / "prepared"
    assert prepared.exists()
    Stamp(prepared).write(datetime.now(UTC))  # a day may have begun since, or the code have changed
    running.start()
    running.wait_until_ready(60)
    assert running.query("SELECT word FROM platform_kept") == [("сохранено",)]
    running.query("DROP TABLE platform_kept")
    assert "База и справочники уже готовы" in running.said()


def test_it_leaves_nothing_when_it_is_killed(running: RunningPortal) -> None:
    everything = descendants(supervisor(running))
    running.stop(signal.SIGKILL)
    assert eventually(lambda: not any(is_alive(pid) for pid in everything))


@pytest.mark.parametrize(
    "by", [signal.SIGTERM, signal.SIGINT, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)]
)
def test_it_leaves_nothing_when_it_is_asked_to_stop(running: RunningPortal, by: int) -> None:
    everything = descendants(supervisor(running))
    assert len(everything) > len(PROCESSES)
    assert running.stop(by) == 0
    assert [command_line(pid) for pid in everything if is_alive(pid)] == []
    assert not (running.data_dir / "environment").exists()
    assert "Портал остановлен." in running.said()


@pytest.mark.slow
def test_it_stops_at_once_while_it_still_starts(tmp_path: Path) -> None:
    portal = RunningPortal(tmp_path)
    portal.start()
    assert eventually(lambda: "Обновляю таблицы" in portal.said())
    everything = descendants(supervisor(portal))
    assert portal.stop() == 0
    assert [command_line(pid) for pid in everything if is_alive(pid)] == []
