"""The portal's own processes: what each is called and how it is started."""

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from omsportal.supervisor.data_directory import DataDirectory
from omsportal.supervisor.processes import spawn
from omsportal.supervisor.watch import Watched


def commands(port: int, beat_schedule: Path) -> dict[str, list[str]]:
    """Every command as docker-compose.yml has it too, but for the server of the pages (docs/adr)."""
    python = sys.executable
    return {
        "web": [
            python, "-m", "uvicorn", "omsportal.asgi:application", "--host", "127.0.0.1", "--port", str(port),
            "--lifespan", "off", "--no-access-log", "--no-server-header", "--no-proxy-headers",
            "--timeout-graceful-shutdown", "5",
        ],
        "worker": [
            python, "-m", "celery", "--quiet", "-A", "omsportal", "worker", "--pool", "prefork",
            "--concurrency", "3", "--without-gossip", "--without-mingle", "--loglevel", "INFO",
        ],
        "beat": [
            python, "-m", "celery", "--quiet", "-A", "omsportal", "beat", "--schedule", str(beat_schedule),
            "--pidfile", "", "--loglevel", "INFO",
        ],
        "escalator": [python, "manage.py", "escalator"],
    }  # fmt: skip


TITLES = {
    "web": "Веб-сервер",
    "worker": "Обработчик задач",
    "beat": "Будильник задач",
    "escalator": "Таймер передачи обращений",
}


def watched(directory: DataDirectory, port: int, environment: Mapping[str, str]) -> list[Watched]:
    """In the order in which they are started; stopping goes all at once."""
    schedule = directory.path / "beat" / "schedule"
    return [
        Watched(
            name=name,
            title=TITLES[name],
            log=directory.log(name),
            launch=partial(spawn, command, log=directory.log(name), environment=environment),
        )
        for name, command in commands(port, schedule).items()
    ]
