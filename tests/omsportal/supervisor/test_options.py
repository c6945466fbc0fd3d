"""What the person may choose, and what is said about a choice that cannot be used."""

from pathlib import Path

import pytest

from omsportal.supervisor import options
from omsportal.supervisor.processes import ROOT
from omsportal.supervisor.trouble import Trouble


def test_it_needs_no_choice_at_all() -> None:
    chosen = options.read({})
    assert chosen == options.Options(ROOT / ".local", 8000, "", "", demo=None)
    assert chosen.address == "http://127.0.0.1:8000"


def test_it_takes_a_relative_directory_from_the_project() -> None:
    assert options.read({"DATA_DIR": "elsewhere"}).data_dir == ROOT / "elsewhere"
    assert options.read({"DATA_DIR": "/var/oms"}).data_dir == Path("/var/oms")


@pytest.mark.parametrize("text", ["http", "0", "65536", "-1", "8000.5", "٨٠٠٠"])
def test_it_refuses_a_port_that_is_none(text: str) -> None:
    with pytest.raises(Trouble, match=r"PORT должен быть числом от 1 до 65535"):
        options.read({"PORT": text})


@pytest.mark.parametrize("text", ["sqlite:///db", "mysql://x", "omsportal"])
def test_it_refuses_a_database_that_is_not_postgresql(text: str) -> None:
    with pytest.raises(Trouble, match="только с PostgreSQL"):
        options.read({"DATABASE_URL": text})


@pytest.mark.parametrize(
    ("text", "demo"), [("", None), ("1", True), ("yes", True), ("0", False), ("False", False)]
)
def test_it_tells_no_answer_from_no(text: str, demo: bool | None) -> None:
    assert options.read({"DEMO": text}).demo is demo


def test_it_refuses_an_unclear_demo() -> None:
    with pytest.raises(Trouble, match="DEMO должен быть 1 или 0"):
        options.read({"DEMO": "maybe"})
