"""When demo data are wanted: never unasked in somebody's database."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from omsportal.supervisor import banner, options
from omsportal.supervisor.data_directory import DataDirectory
from omsportal.supervisor.portal import Portal
from tests.running import RunningPortal

GIVEN = "postgresql://somebody@127.0.0.1/theirs"


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, True),
        ({"DEMO": "0"}, False),
        ({"DATABASE_URL": GIVEN}, False),
        ({"DATABASE_URL": GIVEN, "DEMO": "1"}, True),
    ],
)
def test_it_asks_before_it_fills_a_database_it_did_not_make(
    environment: dict[str, str], wanted: bool, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        portal = Portal(options.read(environment), DataDirectory(tmp_path), stack, os.environ)
        assert portal.wants_demo is wanted


def test_it_shows_the_demo_accounts_only_with_the_demo(tmp_path: Path) -> None:
    chosen, directory = options.read({"PORT": "8123"}), DataDirectory(tmp_path)
    shown = banner.text(chosen, directory, demo=True)
    assert all(login in shown for login, _ in banner.ACCOUNTS)
    assert "http://127.0.0.1:8123/accounts/login/" in shown
    assert "Вымышленные данные" not in shown
    directory.samples_file.write_text("Полис 7656410834000120")
    assert "  Полис 7656410834000120" in banner.text(chosen, directory, demo=True)
    hidden = banner.text(chosen, directory, demo=False)
    assert "пароль" not in hidden
    assert "createsuperuser" in hidden


def test_it_makes_the_accounts_it_shows(portal: RunningPortal) -> None:
    made = {name for (name,) in portal.query("SELECT username FROM representatives_user WHERE is_active")}
    assert {login for login, _ in banner.ACCOUNTS} <= made
    assert all(login in portal.said() for login, _ in banner.ACCOUNTS)
    assert "Вымышленные данные для пробы:\n  Полис " in portal.said()
