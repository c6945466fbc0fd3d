"""A stopped cluster with the migrated database, kept under .local for the next test run.

Making the cluster and migrating takes seconds of processor, copying it a moment. It is named by a digest of
what the database is made from: after a changed migration, model or package a run makes its own.
"""

import hashlib
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from django.db import connection

from omsportal.supervisor.postgres import EmbeddedPostgres
from omsportal.supervisor.processes import ROOT

#: The database in the cluster; test databases are made from it.
DATABASE = "migrated"
KEPT = ROOT / ".local" / "tests"
_NEWEST = 2
_SOURCES = (
    "omsportal/*.py", "omsportal/platform/**/*.py", "omsportal/supervisor/postgres.py", "requirements/*.txt",
    *(f"{app}/{part}" for app in ("insurers", "representatives", "complaints")
      for part in ("apps.py", "migrations/*.py", "models/**/*.py")),
    "tests/servers.py", "tests/template.py",
)  # fmt: skip


def digest() -> str:
    """Of the boot too: the files are not forced to disk, so they are worth nothing after a loss of power."""
    found = hashlib.sha256(Path("/proc/sys/kernel/random/boot_id").read_bytes())
    for path in sorted({path for pattern in _SOURCES for path in ROOT.glob(pattern)}):
        found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:20]


class Template:
    """What is kept for this code, and the server that takes or makes it."""

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        self.postgres = postgres
        self.name = digest()
        self.taken = False

    def take(self) -> None:
        """Gives the server, which has not been made yet, the kept cluster, if there is one."""
        self.taken = _copied(KEPT / self.name, self.postgres.directory)
        if not self.taken:
            shutil.rmtree(self.postgres.directory, ignore_errors=True)

    def keep(self) -> None:
        """Keeps the test database, migrated just now. Nobody may be connected: the server restarts."""
        if self.taken or self.name != digest():
            return
        migrated = connection.settings_dict["NAME"]
        connection.close()
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]  # as Django itself makes it
            cursor.execute(f'CREATE DATABASE {DATABASE} TEMPLATE "{migrated}"')
        self.postgres.stop()
        made = KEPT / f"{self.name}.{os.getpid()}"
        KEPT.mkdir(parents=True, exist_ok=True)
        if _copied(self.postgres.directory, made):
            with suppress(OSError):  # another process of this run was first
                made.rename(KEPT / self.name)
        shutil.rmtree(made, ignore_errors=True)
        _forget_old()
        self.postgres.start()


def _copied(source: Path, target: Path) -> bool:
    """With owners and rights; False when there is no source, or it vanished meanwhile."""
    return subprocess.run(["cp", "-a", source, target], stderr=subprocess.DEVNULL).returncode == 0


def _forget_old() -> None:
    kept = sorted(KEPT.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in kept[_NEWEST:]:
        shutil.rmtree(old, ignore_errors=True)
