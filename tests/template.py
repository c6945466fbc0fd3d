"""A stopped cluster with the migrated database, kept under .local for servers of this run and of the next.

Making the cluster and migrating takes a quarter of a minute of processor, copying it a moment. It is named by
a digest of what the database is made from: after a changed migration, model or package another one is made,
once, by a process of its own, and whoever needs it waits for that.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from omsportal.supervisor.postgres import CARELESS, EmbeddedPostgres
from omsportal.supervisor.processes import ROOT

#: The database in the cluster; test databases are made from it.
DATABASE = "migrated"
KEPT = ROOT / ".local" / "tests"
_NEWEST = 2
_LOCK = "lock"
_SOURCES = (
    "omsportal/*.py", "omsportal/platform/**/*.py", "omsportal/supervisor/postgres.py", "requirements/*.txt",
    *(f"{app}/{part}" for app in ("insurers", "representatives", "complaints")
      for part in ("apps.py", "migrations/*.py", "models/**/*.py")),
    "tests/template.py",
)  # fmt: skip


def digest() -> str:
    """Of the boot too: the files are not forced to disk, so they are worth nothing after a loss of power."""
    found = hashlib.sha256(Path("/proc/sys/kernel/random/boot_id").read_bytes())
    for path in sorted({path for pattern in _SOURCES for path in ROOT.glob(pattern)}):
        found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:20]


class Template:
    """What is kept for this code, for a server in `directory`, which has not been made yet."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.name = digest()
        self.taken = False
        self._making: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Lets it be made meanwhile, if there is none; `end` waits for it."""
        if not (KEPT / self.name).exists():
            self._making = subprocess.Popen(_MAKE, cwd=ROOT, start_new_session=True)

    def end(self) -> None:
        if self._making is not None:
            self._making.wait()

    def take(self) -> None:
        """Gives the server the kept cluster, if there is one."""
        self.taken = _copied(KEPT / self.name, self.directory)
        if not self.taken:
            shutil.rmtree(self.directory, ignore_errors=True)

    def wait_and_take(self) -> None:
        """The same, once it has been made; there is none if the code has changed meanwhile."""
        if not (KEPT / self.name).exists():
            subprocess.run(_MAKE, cwd=ROOT, check=True)
        self.take()


_MAKE = (sys.executable, "-m", "tests.template")


def main() -> None:
    """Makes the kept cluster, unless somebody has made it or is making it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        name = digest()
        if (KEPT / name).exists():
            return
        with _migrated() as cluster:
            made = KEPT / f"{name}.{os.getpid()}"
            if _copied(cluster, made) and name == digest():
                made.rename(KEPT / name)
            shutil.rmtree(made, ignore_errors=True)
        _forget_old()


@contextmanager
def _migrated() -> Iterator[Path]:
    """The directory of a stopped cluster with the migrated database and, for a portal, a copy of it."""
    with tempfile.TemporaryDirectory(prefix="omsportal-template-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        postgres = EmbeddedPostgres(directory / "postgres", log=directory / "postgres.log", settings=CARELESS)
        try:
            postgres.start()
            postgres.create_database(DATABASE)
            _migrate(postgres.url(DATABASE))
            postgres.create_database(template=DATABASE)
        finally:
            postgres.stop()
        yield postgres.directory


def _migrate(url: str) -> None:
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "omsportal.settings", "DEMO": "1"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connections

    connections.close_all()


def _copied(source: Path, target: Path) -> bool:
    """With owners and rights; False when there is no source, or it vanished meanwhile."""
    return subprocess.run(["cp", "-a", source, target], stderr=subprocess.DEVNULL).returncode == 0


def _forget_old() -> None:
    kept = [path for path in KEPT.iterdir() if path.is_dir()]
    for old in sorted(kept, key=lambda path: path.stat().st_mtime, reverse=True)[_NEWEST:]:
        shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    main()
