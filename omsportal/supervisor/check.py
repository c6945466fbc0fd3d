"""`make check`: what can be judged without running the portal. All steps run, then it says which failed."""

import base64
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from omsportal.supervisor import say
from omsportal.supervisor.postgres import CARELESS, EmbeddedPostgres
from omsportal.supervisor.processes import ROOT
from omsportal.supervisor.trouble import Trouble

PACKAGES = ("omsportal", "insurers", "representatives", "complaints")


@dataclass(frozen=True)
class Step:
    """What is judged, and the command that judges it."""

    title: str
    command: tuple[str, ...]


def steps() -> tuple[Step, ...]:
    """Static ones first: they fail fastest."""
    beside = Path(sys.executable).parent
    return (
        Step("format", (str(beside / "ruff"), "format", "--check", ".")),
        Step("lint", (str(beside / "ruff"), "check", ".")),
        Step("types", (str(beside / "mypy"), *PACKAGES)),
        Step("import contracts", (str(beside / "lint-imports"), "--no-cache")),
        _manage("migrations in sync", "makemigrations", "--check", "--dry-run"),
        _manage("translations complete", "messages", "--check"),
        _manage("sealed fields table in sync", "sealed_fields", "--check"),
        _manage("states diagram in sync", "states_diagram", "--check"),
        _manage(
            "deployment settings", "check", "--deploy", "--fail-level", "WARNING", "--database", "default"
        ),
    )


def _manage(title: str, *arguments: str) -> Step:
    return Step(title, (sys.executable, "manage.py", *arguments))


def deployment_environment(database_url: str) -> dict[str, str]:
    """What a real installation sets, with keys of no value."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "DEMO": "0",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SEALING_KEYS": "check:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "DIGEST_KEY": secrets.token_urlsafe(50),
        "SITE_URL": "https://portal.example.org",
        "ALLOWED_HOSTS": "portal.example.org",
        "TRUSTED_PROXIES": "10.0.0.0/8",
    }


@contextmanager
def database() -> Iterator[str]:
    """The given DATABASE_URL, or an embedded server for these minutes."""
    given = os.environ.get("DATABASE_URL", "").strip()
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="omsportal-check-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        server = EmbeddedPostgres(directory / "postgres", log=directory / "postgres.log", settings=CARELESS)
        try:
            server.start()
            server.create_database()
            yield server.url()
        finally:
            server.stop()


@dataclass(frozen=True)
class Judged:
    """How a step ended: one line when it passed, all of its output when it did not."""

    title: str
    passed: bool
    said: str


def judge(step: Step, environment: dict[str, str]) -> Judged:
    begun = time.monotonic()
    done = subprocess.run(step.command, cwd=ROOT, env=environment, capture_output=True, text=True)
    took = time.monotonic() - begun
    passed = done.returncode == 0
    said = f"{'ok    ' if passed else 'FAILED'}  {step.title} ({took:.1f} s)"
    if not passed:
        said += "\n" + ((done.stdout + done.stderr).strip() or "(no output)")
    return Judged(step.title, passed, said)


def run(environment: dict[str, str]) -> list[str]:
    """Judges all, as many at once as there are processors, and tells them in their order; which failed."""
    failed: list[str] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for judged in pool.map(partial(judge, environment=environment), steps()):
            say.plain(judged.said)
            failed += [] if judged.passed else [judged.title]
    return failed


def main() -> int:
    say.prepare_output()
    try:
        with database() as database_url:
            environment = {**os.environ, **deployment_environment(database_url)}
            failed = run(environment)
    except Trouble as trouble:
        say.trouble(str(trouble))
        return 1
    if failed:
        say.trouble(f"make check: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
