"""What a deployment runs, on this machine: pages by gunicorn, sockets by uvicorn, two of each bell, and Valkey."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from benchmarks.portal_urls import CONSTANT
from benchmarks.web import gunicorn, wait_for
from omsportal.supervisor.children import commands
from omsportal.supervisor.processes import spawn, stop
from omsportal.supervisor.valkey import EmbeddedValkey, free_port

#: How many of each bell: any of them may die.
BELLS = {"worker": 2, "beat": 2, "escalator": 2}


@dataclass(slots=True)
class Deployment:
    """Where pages and sockets are answered, and the processes by name."""

    pages: int
    sockets: int
    processes: dict[str, int] = field(default_factory=dict)

    def memory(self) -> dict[str, float]:
        """MB of each process and of what it started."""
        return {name: memory_of(top) for name, top in self.processes.items()}


@contextmanager
def deployment() -> Iterator[Deployment]:
    """Everything runs while inside; PostgreSQL is the one of the benchmark."""
    data = Path(settings.DATA_DIR)
    with ExitStack() as stack:
        valkey = EmbeddedValkey(data / "valkey", log=data / "valkey.log")
        stack.callback(valkey.stop)
        valkey.start()
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "benchmarks.portal_settings",
            "REDIS_URL": valkey.url,
            "LOG_LEVEL": "WARNING",
        }
        sockets = free_port()
        running = Deployment(pages=0, sockets=sockets)
        for name, command in _commands(sockets, data):
            log = data / f"{name}.log"
            process = spawn(command, log=log, environment=environment)
            stack.callback(stop, process, within=30)
            running.processes[name] = process.pid
        before = _children_of(os.getpid())
        running.pages = stack.enter_context(
            gunicorn(
                "omsportal.wsgi:application", log=data / "pages.log", ready=CONSTANT, environment=environment
            )
        )
        (running.processes["pages"],) = _children_of(os.getpid()) - before
        wait_for(sockets, "/healthz", data / "web.log")
        yield running


def _commands(port: int, data: Path) -> Iterator[tuple[str, list[str]]]:
    for place in range(max(BELLS.values())):
        told = commands(port, data / f"beat-{place}")
        if place == 0:
            yield "sockets", told["web"]
        for name, many in BELLS.items():
            if place < many:
                named = ["--hostname", f"worker{place}@%h"] if name == "worker" else []
                yield f"{name}-{place}", [*told[name], *named]


def memory_of(top: int) -> float:
    """MB of a process and of all that it started, shared pages divided among those that share them."""
    return sum(_proportional(pid) for pid in _family(top))


def _family(pid: int) -> set[int]:
    """The process and all that it started."""
    found, new = {pid}, {pid}
    while new:
        new = {child for parent in new for child in _children_of(parent)} - found
        found |= new
    return found


def _children_of(pid: int) -> set[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return {int(child) for task in tasks for child in (task / "children").read_text().split()}
    except OSError:  # it has just ended
        return set()


def _proportional(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def errors_of(data: Path, names: Mapping[str, int]) -> list[str]:
    """Lines of the processes' logs that tell of an error."""
    logs = [data / f"{name}.log" for name in names]
    lines = [line for log in logs if log.exists() for line in log.read_text(errors="replace").splitlines()]
    return [line for line in lines if "ERROR" in line or "Traceback" in line or "CRITICAL" in line]
