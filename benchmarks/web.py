"""gunicorn with two workers, as compose starts it, on a free port."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.wire import Wire, get
from omsportal.supervisor.processes import ROOT, spawn, stop
from omsportal.supervisor.valkey import free_port

WORKERS, THREADS = 2, 4
#: The same for both sides, and what compose says; no logger of ours, which the other side does not have.
_OPTIONS = [f"--workers={WORKERS}", "--worker-class=gthread", f"--threads={THREADS}", "--worker-tmp-dir=/dev/shm",
            "--no-control-socket", "--keep-alive=5", "--log-level=warning"]  # fmt: skip
_LONGEST_START = 60.0


@contextmanager
def gunicorn(
    application: str, *, log: Path, python: str = sys.executable, environment: Mapping[str, str] = os.environ,
    directory: Path = ROOT, ready: str,
) -> Iterator[int]:  # fmt: skip
    """Serves while inside; the port. Ready once `ready` answers, whatever it answers."""
    port = free_port()
    command = [
        python,
        "-m",
        "gunicorn",
        application,
        f"--bind=127.0.0.1:{port}",
        f"--chdir={directory}",
        *_OPTIONS,
    ]
    process = spawn(command, log=log, environment=environment)
    try:
        wait_for(port, ready, log)
        yield port
    finally:
        stop(process, within=30)


def wait_for(port: int, path: str, log: Path) -> None:
    """Until it answers, whatever it answers."""
    until = time.monotonic() + _LONGEST_START
    while time.monotonic() < until:
        with suppress(OSError):
            wire = Wire(port)
            wire.ask(get(path))
            wire.close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")
