"""django-helpdesk's own escalation as a second baseline: its environment is its own, the server is the same."""

import hashlib
import json
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
    _install()
    _create_database()
    where: dict[str, Any] = settings.DATABASES["default"]
    server = [where["HOST"], where["PORT"], where["USER"], where["PASSWORD"]]
    # -P: a module of ours here has the name of theirs
    words = [str(PYTHON), "-P", "-W", "ignore", str(Path(__file__).with_name("helpdesk_side.py"))]
    numbers = [str(number) for number in (count, due, runs)]
    done = subprocess.run([*words, *server, DATABASE, *numbers], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"django-helpdesk did not run:\n{done.stderr[-2000:]}")
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["escalated"] == due, told
    return Measured(median(told["seconds"]), median(told["statements"]))


def _install() -> None:
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
