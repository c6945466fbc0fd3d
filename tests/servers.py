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
from django.conf import settings

from omsportal import env
from omsportal.platform.catalog import compile_text
from omsportal.supervisor.postgres import CARELESS, EmbeddedPostgres
from omsportal.supervisor.processes import ROOT
from omsportal.supervisor.programs import postgres_program
from omsportal.supervisor.valkey import EmbeddedValkey
from tests.template import Template

_stack = ExitStack()
#: The server that this process starts, and what its databases are copied from.
_postgres: EmbeddedPostgres | None = None
template: Template | None = None
#: A hundred people at once, each on a connection of their own.
CROWDED = {"max_connections": "160"}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """A wrapper, so that it comes before pytest-django, which loads the settings in this very hook."""
    directory = Path(tempfile.mkdtemp(prefix="omsportal-tests-"))
    directory.chmod(0o755)
    _stack.callback(shutil.rmtree, directory, ignore_errors=True)
    _set_environment(directory)
    _compile_translations()
    _prepare_servers(directory, begin_only=_only_hands_out(early_config))
    return (yield)


def pytest_collection_finish(session: pytest.Session) -> None:
    """The last moment for the database: what it is copied from was made while tests were collected."""
    if _postgres is None or template is None or session.config.option.collectonly:
        return
    template.wait_and_take()
    _stack.callback(_postgres.stop)
    _postgres.start()
    os.environ["DATABASE_URL"] = _postgres.url()
    settings.DATABASES["default"].update(
        env.database("DATABASE_URL", session_options=settings.SESSION_OPTIONS)
    )


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


def _only_hands_out(config: pytest.Config) -> bool:
    """The first of several processes runs no tests itself."""
    several = getattr(config.known_args_namespace, "numprocesses", None)
    return bool(several) and "PYTEST_XDIST_WORKER" not in os.environ


def _prepare_servers(directory: Path, *, begin_only: bool) -> None:
    """Begins what the database is copied from; servers of this process, unless their addresses are given."""
    global _postgres, template
    if not os.environ.get("DATABASE_URL"):
        begun = Template(directory / "postgres")
        begun.begin()
        _stack.callback(begun.end)
        if not begin_only:
            template = begun
            log = directory / "logs" / "postgres.log"
            _postgres = EmbeddedPostgres(begun.directory, log=log, settings=CARELESS | CROWDED)
    if not os.environ.get("REDIS_URL") and not begin_only:
        valkey = EmbeddedValkey(directory / "valkey", log=directory / "logs" / "valkey.log")
        _stack.callback(valkey.stop)
        valkey.start()
        os.environ["REDIS_URL"] = valkey.url
