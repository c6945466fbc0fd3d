"""The whole portal as a process tree, started by the same supervisor as `make run`."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

import psycopg2

from omsportal.supervisor.data_directory import read_variables
from omsportal.supervisor.processes import ROOT, kill_session
from omsportal.supervisor.valkey import free_port

OWN_VARIABLES = ("DATABASE_URL", "REDIS_URL", "DATA_DIR", "DEMO", "SECRET_KEY", "SEALING_KEYS", "DIGEST_KEY")


def clean_environment(**extra: str) -> dict[str, str]:
    """The test run's environment without what it set for itself: the supervisor must find its own way."""
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    inherited.pop("DJANGO_SETTINGS_MODULE", None)
    inherited.pop("PYTHONWARNINGS", None)
    return {**inherited, **extra}


def hears_hang_up() -> None:
    """A test run under nohup ignores SIGHUP; the portal it starts is one that somebody started by hand."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class RunningPortal:
    """`with RunningPortal(directory) as portal:` — ready when entered, nothing left of it when left."""

    def __init__(self, directory: Path, **environment: str) -> None:
        self.data_dir = directory / "data"
        self.port = free_port()
        self.output = directory / "output.txt"
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None
        self.is_stopping = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_url(self) -> str:
        return read_variables(self.data_dir / "environment")["DATABASE_URL"]

    @property
    def redis_url(self) -> str:
        lines = (self.data_dir / "environment").read_text().splitlines()
        return next(line.partition("=")[2].strip("'") for line in lines if line.startswith("REDIS_URL="))

    def __enter__(self) -> Self:
        self.start()
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self.is_stopping = False
        environment = clean_environment(DATA_DIR=str(self.data_dir), PORT=str(self.port), **self.environment)
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "omsportal.supervisor", "--no-install", "--follow-parent"],
                env=environment,
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=hears_hang_up,
            )

    def wait_until_ready(self, within: float = 240) -> None:
        """Ready is what `make run` calls ready: /readyz answers 200."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                raise RuntimeError(f"The portal ended instead of starting:\n{self.said()}")
            if self._answers("/readyz"):
                return
            time.sleep(0.2)
        raise RuntimeError(f"The portal was not ready in {within:.0f} s:\n{self.said()}")

    def fails(self, within: float = 60) -> bool:
        """Starts it where it must refuse; True when it ended by itself with a failing exit code."""
        self.start()
        assert self.process is not None
        return self.process.wait(within) != 0

    def begin_to_stop(self) -> None:
        """Asks it to stop; `stop` waits until it has."""
        if self.process is not None and self.process.poll() is None and not self.is_stopping:
            self.is_stopping = True
            self.process.send_signal(signal.SIGTERM)

    def stop(self, by: int = signal.SIGTERM) -> int:
        """Stops it and returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            if not self.is_stopping:
                self.process.send_signal(by)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                kill_session(self.process)
        return self.process.wait()

    def said(self) -> str:
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def query(self, statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Rows of one statement against the portal's own database, committed."""
        connection = psycopg2.connect(self.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def _answers(self, path: str) -> bool:
        try:
            with urlopen(f"{self.url}{path}", timeout=5) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False
