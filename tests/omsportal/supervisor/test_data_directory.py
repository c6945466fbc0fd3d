"""DATA_DIR."""

import base64
from pathlib import Path

import pytest

from omsportal.supervisor.data_directory import LOG_LIMIT_BYTES, DataDirectory, read_variables
from omsportal.supervisor.trouble import Trouble


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    made = DataDirectory(tmp_path / "data")
    made.make()
    return made


def test_it_makes_keys_once_and_for_the_owner_only(directory: DataDirectory) -> None:
    first = directory.keys()
    assert directory.keys() == first
    assert directory.keys_file.stat().st_mode & 0o777 == 0o600
    assert set(first) == {"SECRET_KEY", "SEALING_KEYS", "DIGEST_KEY"}
    name, _, key = first["SEALING_KEYS"].partition(":")
    assert name
    assert len(base64.b64decode(key)) == 32


def test_it_lets_only_one_supervisor_work(directory: DataDirectory) -> None:
    with (
        directory.locked("http://127.0.0.1:1"),
        pytest.raises(Trouble, match=r"уже запущен .*http://127\.0\.0\.1:1"),
        directory.locked("http://127.0.0.1:2"),
    ):
        raise AssertionError("two got in")


def test_it_lets_the_next_one_work_after_the_first(directory: DataDirectory) -> None:
    for _ in range(2):
        with directory.locked("here"):
            assert (directory.path / "run.lock").read_text().endswith("here")


def test_it_says_when_the_path_is_a_file(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.touch()
    with pytest.raises(Trouble, match="недоступен для записи"):
        DataDirectory(taken).make()


def test_it_publishes_variables_that_a_shell_would_read_back(directory: DataDirectory) -> None:
    variables = {"A": "plain", "B": "with 'quotes' and $signs", "C": ""}
    directory.publish_environment(variables)
    assert read_variables(directory.environment_file) == variables
    assert directory.environment_file.stat().st_mode & 0o777 == 0o600


def test_it_puts_a_long_log_aside(directory: DataDirectory) -> None:
    long, short = directory.log("long"), directory.log("short")
    long.write_bytes(b"x" * (LOG_LIMIT_BYTES + 1))
    short.write_text("x")
    directory.rotate_logs()
    assert not long.exists()
    assert long.with_suffix(".log.1").stat().st_size == LOG_LIMIT_BYTES + 1
    assert short.exists()
