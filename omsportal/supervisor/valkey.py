"""Embedded Valkey: broker and live updates only, so it keeps nothing on disk."""

import secrets
import signal
import socket
import subprocess
import time
from pathlib import Path

from omsportal.supervisor.processes import spawn, stop, tail
from omsportal.supervisor.programs import valkey_program
from omsportal.supervisor.trouble import Trouble


class EmbeddedValkey:
    """A server on a free loopback port with a password made for this run."""

    def __init__(self, directory: Path, *, log: Path) -> None:
        self.directory = directory
        self.log = log
        self.port = free_port()
        self.password = secrets.token_hex(24)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Starts the server and waits until it answers; raises Trouble with the reason."""
        self.launch()
        self.wait_until_ready()

    def launch(self) -> subprocess.Popen[bytes]:
        """Starts the server process without waiting. The port stays the same over restarts."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = self.directory / "valkey.conf"
        settings.touch(mode=0o600)
        # In a file, not on the command line: other users can read command lines.
        settings.write_text(
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave ""\nappendonly no\n'
        )
        self.process = spawn([valkey_program(), settings], log=self.log, directory=self.directory)
        return self.process

    def wait_until_ready(self, within: float = 20) -> None:
        until = time.monotonic() + within
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                break
            if accepts(self.port):
                return
            time.sleep(0.05)
        raise Trouble(
            f"Valkey не запустился. Последние строки журнала {self.log}:\n{tail(self.log)}\n"
            "Исправьте причину и повторите make run."
        )

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, by=signal.SIGTERM)


def free_port() -> int:
    """A loopback port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    """True when something accepts connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
