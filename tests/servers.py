"""A pytest plugin (`-p tests.servers`): servers and environment exist before Django reads its settings.

Without DATABASE_URL and REDIS_URL it starts an embedded PostgreSQL and Valkey in a temporary directory;
they end with the test run even when that is killed.
"""

import base64
import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from omsportal.platform.catalog import compile_text
from omsportal.supervisor.postgres import CARELESS, EmbeddedPostgres
from omsportal.supervisor.processes import ROOT
from omsportal.supervisor.programs import postgres_program
from omsportal.supervisor.valkey import EmbeddedValkey
from tests.template import Template

_stack = ExitStack()
#: Of the server that this process has started.
template: Template | None = None
#: A hundred people at once, each on a connection of their own.
CROWDED = {"max_connections": "160"}
#: The variables that a test run has set by itself.
_OURS = "TEST_SERVERS_STARTED"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """A wrapper, so that it comes before pytest-django, which loads the settings in this very hook."""
    directory = Path(tempfile.mkdtemp(prefix="omsportal-tests-"))
    directory.chmod(0o755)
    _stack.callback(shutil.rmtree, directory, ignore_errors=True)
    _set_environment(directory)
    _compile_translations()
    _start_servers(directory)
    return (yield)


def pytest_unconfigure() -> None:
    _stack.close()


def _set_environment(directory: Path) -> None:
    os.environ["DATA_DIR"] = str(directory)
    os.environ["DEMO"] = "1"
    os.environ["DEBUG"] = "0"
    os.environ["SECRET_KEY"] = secrets.token_hex(32)
    os.environ["SEALING_KEYS"] = "test:" + base64.b64encode(secrets.token_bytes(32)).decode()
    os.environ["DIGEST_KEY"] = secrets.token_hex(32)
    os.environ.setdefault("POSTGRES_PROGRAMS", str(postgres_program("pg_dump").parent))
    os.environ.setdefault("LOG_LEVEL", "WARNING")


def _compile_translations() -> None:
    """A fresh clone has the Russian texts, not yet in the form that is read at run time."""
    source = ROOT / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    compiled = source.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        compiled.write_bytes(compile_text(source.read_text(encoding="utf-8")))


def _start_servers(directory: Path) -> None:
    global template
    if os.environ.get(_OURS) and "PYTEST_XDIST_WORKER" in os.environ:
        # One of several processes of a run: servers of its own, not those that the first process started.
        for name in os.environ[_OURS].split():
            del os.environ[name]
    ours = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    os.environ[_OURS] = " ".join(ours)
    if not os.environ.get("DATABASE_URL"):
        postgres = EmbeddedPostgres(
            directory / "postgres", log=directory / "logs" / "postgres.log", settings=CARELESS | CROWDED
        )
        _stack.callback(postgres.stop)
        template = Template(postgres)
        template.take()
        postgres.start()
        os.environ["DATABASE_URL"] = postgres.url()
    if not os.environ.get("REDIS_URL"):
        valkey = EmbeddedValkey(directory / "valkey", log=directory / "logs" / "valkey.log")
        _stack.callback(valkey.stop)
        valkey.start()
        os.environ["REDIS_URL"] = valkey.url
