"""django-helpdesk as a second baseline: its environment is its own, the database server is the same."""

import hashlib
import json
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection

from benchmarks.report import RUNS

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "helpdesk.txt"
SIDE = Path(__file__).with_name("rival")
HOME = ROOT / ".local" / "helpdesk"
PYTHON = HOME / "bin" / "python"
DATABASE = "helpdesk"


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians of one case."""

    seconds: float
    statements: float


def measure(*, count: int, due: int, runs: int = RUNS) -> Measured:
    """How long django-helpdesk takes for `due` of `count` open tickets. Installs it at the first call."""
    told = ask("escalating.py", count, due, runs)
    assert told["escalated"] == due, told
    return Measured(median(told["seconds"]), median(told["statements"]))


def ask(script: str, *numbers: int) -> dict[str, Any]:
    """What a script of benchmarks/rival says, run by django-helpdesk's own Python on this server."""
    install()
    _create_database()
    words = [str(PYTHON), "-W", "ignore", str(SIDE / script), *(str(number) for number in numbers)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment())
    if done.returncode:
        raise RuntimeError(f"django-helpdesk did not run:\n{done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def environment() -> dict[str, str]:
    """Its settings, and where its database is."""
    here: dict[str, Any] = settings.DATABASES["default"]
    where = {name: here[name] for name in ("HOST", "PORT", "USER", "PASSWORD")} | {"NAME": DATABASE}
    return {
        **os.environ, "DJANGO_SETTINGS_MODULE": "helpdesk_settings", "HELPDESK_DATABASE": json.dumps(where),
    }  # fmt: skip


def install() -> None:
    stamp, lock = HOME / ".installed", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == lock:
        return
    print("installing django-helpdesk into an environment of its own …", file=sys.stderr)
    venv.create(HOME, clear=True, with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
    stamp.write_text(lock)


def _create_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
