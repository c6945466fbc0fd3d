"""The drill of a lost machine: backup and keys go two ways to an empty server; the portal lives on there."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from omsportal.supervisor.data_directory import read_variables
from omsportal.supervisor.postgres import CARELESS, EmbeddedPostgres
from omsportal.supervisor.processes import ROOT
from tests.complaints.documents import heavy, pdf
from tests.faults.test_full_disk import ask, file_an_appeal, send_file
from tests.processes import eventually
from tests.running import RunningPortal, clean_environment

pytestmark = pytest.mark.slow

KEYS = ("SEALING_KEYS", "DIGEST_KEY")
_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relpersistence = 'p'
"""


def manage(environment: Mapping[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    """A command of the portal with these variables and no others of ours."""
    command = [sys.executable, "manage.py", *map(str, words)]
    return subprocess.run(
        command, cwd=ROOT, env=clean_environment(**environment), capture_output=True, text=True, check=False
    )


def rows_of(url: str) -> dict[str, int]:
    """Counted by ourselves, not by the command that is tried."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(_TABLES)
        names = [name for (name,) in cursor.fetchall()]
        counted = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            counted[name] = cursor.fetchone()[0]
        return counted


def head_of(url: str) -> dict[str, Any]:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, encode(link, 'hex') FROM platform_seal ORDER BY id DESC LIMIT 1")
        newest = cursor.fetchone()
        assert newest is not None
        return {"seal": newest[0], "link": newest[1]}


@pytest.fixture
def machines() -> Iterator[Path]:
    """A directory for both; other test runs on this machine tidy up theirs, not this one."""
    directory = Path(tempfile.mkdtemp(prefix="restore-drill-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def empty_server(machines: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL of its own, on the machine that takes over; nothing but an empty database in it."""
    postgres = EmbeddedPostgres(
        machines / "postgres-of-second", log=machines / "second.log", settings=CARELESS
    )
    postgres.start()
    try:
        postgres.create_database()
        yield postgres
    finally:
        postgres.stop()


def lived(directory: Path, backup: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """A portal takes an appeal with a file, is backed up and gone: the receipt, and the keys kept apart."""
    directory.mkdir()
    with RunningPortal(directory, DEMO="0") as portal:
        status, _headers, said = file_an_appeal(portal)
        assert status == 201, said
        receipt: dict[str, Any] = json.loads(said)
        assert send_file(portal, receipt, pdf(heavy))[0] == 201
        sealed = "SELECT count(*) FROM platform_seal WHERE source = 'complaints_history'"
        assert eventually(lambda: portal.query(sealed) != [(0,)], within=150)
        environment = read_variables(portal.data_dir / "environment")
        done = manage(environment, "backup", backup)
        assert done.returncode == 0, done.stderr
    shutil.rmtree(directory)
    return receipt, {name: environment[name] for name in KEYS}


def test_a_portal_lives_on_from_backup_and_keys_on_an_empty_server(
    machines: Path, empty_server: EmbeddedPostgres
) -> None:
    backup, second, url = machines / "backup", machines / "second", empty_server.url()
    receipt, keys = lived(machines / "first", backup)
    told = json.loads((backup / "manifest.json").read_text())
    second.mkdir()
    place = {"DATABASE_URL": url, "DATA_DIR": str(second / "data"), "SECRET_KEY": "x" * 50}
    without = manage({**place, "SEALING_KEYS": "", "DIGEST_KEY": "y" * 50}, "restore", backup)
    assert without.returncode == 1
    assert rows_of(url) == {}
    done = manage({**place, **keys}, "restore", backup)
    assert done.returncode == 0, done.stderr
    assert (rows_of(url), head_of(url)) == (told["rows"], told["head"])
    verified = manage({**place, **keys}, "verify_history", "--heads", backup / "seals")
    assert verified.returncode == 0, verified.stdout
    with RunningPortal(second, DATABASE_URL=url, DEMO="0", **keys) as portal:
        the_old_case_goes_on(portal, receipt)
        assert file_an_appeal(portal)[0] == 201
        checked = manage(read_variables(portal.data_dir / "environment"), "check_files")
        assert checked.returncode == 0, checked.stdout


def the_old_case_goes_on(portal: RunningPortal, receipt: dict[str, Any]) -> None:
    """By the number and code that its patient holds: it is read, written to, and takes another file."""
    code = {"X-Access-Code": receipt["access_code"]}
    address = f"{portal.url}/api/v1/complaints/{receipt['number']}/"
    status, _headers, said = ask(address, None, **code)
    assert status == 200, said
    assert json.loads(said)["number"] == receipt["number"]
    kind = {"Content-Type": "application/json", "Idempotency-Key": "after the move"}
    posted = ask(f"{address}messages/", json.dumps({"text": "Вы ещё здесь?"}).encode(), **code, **kind)
    assert posted[0] == 201, posted[2]
    assert send_file(portal, receipt, pdf(heavy))[0] == 201
    assert ask(address, None, **{"X-Access-Code": "0000 0000 0000 0000"})[0] == 404
