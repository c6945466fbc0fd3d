"""django-helpdesk as a second baseline: its environment is its own, the database server is the same."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection

from omsportal.supervisor import side_environment

ROOT = Path(__file__).resolve().parent.parent
SIDE = Path(__file__).with_name("rival")
HOME = ROOT / ".local" / "helpdesk"
PYTHON = HOME / "bin" / "python"
DATABASE = "helpdesk"


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians of one case."""

    seconds: float
    statements: float


def measure(*, count: int, runs: dict[int, int]) -> dict[int, Measured]:
    """How long django-helpdesk takes with `count` open tickets, by how many of them are due; `runs` says how
    often each is measured. Installs it at the first call."""
    if not runs:
        return {}
    told = ask("escalating.py", count, *(number for pair in runs.items() for number in pair))
    assert [case["escalated"] for case in told["cases"]] == list(runs), told
    return {
        due: Measured(median(case["seconds"]), median(case["statements"]))
        for due, case in zip(runs, told["cases"], strict=True)
    }


def ask(script: str, *numbers: int) -> dict[str, Any]:
    """What a script of benchmarks/rival says, run by django-helpdesk's own Python on this server."""
    return start(script, *numbers)()


def start(script: str, *numbers: int) -> Callable[[], dict[str, Any]]:
    """The same while we do something else; what it says is there once the answer is called."""
    side_environment.install(HOME.name)
    _create_database()
    words = [str(PYTHON), "-W", "ignore", str(SIDE / script), *(str(number) for number in numbers)]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )

    def answer() -> dict[str, Any]:
        said, wrong = process.communicate()
        if process.returncode:
            raise RuntimeError(f"django-helpdesk did not run:\n{wrong[-2000:]}")
        told: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
        return told

    return answer


def environment() -> dict[str, str]:
    """Its settings, and where its database is."""
    here: dict[str, Any] = settings.DATABASES["default"]
    where = {name: here[name] for name in ("HOST", "PORT", "USER", "PASSWORD")} | {"NAME": DATABASE}
    return {
        **os.environ, "DJANGO_SETTINGS_MODULE": "helpdesk_settings", "HELPDESK_DATABASE": json.dumps(where),
    }  # fmt: skip


def _create_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
