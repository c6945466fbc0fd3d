"""DATA_DIR: who works on it, its keys, its logs, how other commands reach what is running."""

import base64
import fcntl
import os
import secrets
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from omsportal.supervisor.trouble import Trouble

LOG_LIMIT_BYTES = 10 * 1024 * 1024


class DataDirectory:
    """Paths inside DATA_DIR and the few files the supervisor itself keeps there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    @property
    def valkey(self) -> Path:
        return self.path / "valkey"

    @property
    def keys_file(self) -> Path:
        return self.path / "keys.env"

    @property
    def environment_file(self) -> Path:
        return self.path / "environment"

    @property
    def samples_file(self) -> Path:
        """What can be typed into the demo: policies, numbers of complaints, access codes."""
        return self.path / "demo.txt"

    def log(self, name: str) -> Path:
        return self.path / "logs" / f"{name}.log"

    def make(self) -> None:
        """Raises Trouble when nothing can be written here."""
        try:
            for directory in (
                self.path,
                self.path / "logs",
                self.path / "files",
                self.path / "mail",
                self.path / "beat",
            ):
                directory.mkdir(parents=True, exist_ok=True, mode=0o755 if directory == self.path else 0o700)
            probe = self.path / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as refused:
            raise Trouble(
                f"Каталог данных {self.path} недоступен для записи ({refused.strerror}): исправьте права или "
                "укажите другой: DATA_DIR=/путь make run."
            ) from refused

    @contextmanager
    def locked(self, note: str) -> Iterator[None]:
        """One supervisor at a time: two on one directory would start two databases on the same files."""
        with (self.path / "run.lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as taken:
                lock.seek(0)
                raise Trouble(
                    f"Портал уже запущен на этом каталоге данных ({lock.read().strip() or self.path}). "
                    "Остановите его (Ctrl-C в том окне) или возьмите другой каталог и порт: "
                    "DATA_DIR=… PORT=… make run."
                ) from taken
            lock.truncate(0)
            lock.write(f"процесс {os.getpid()}, {note}")
            lock.flush()
            yield

    def keys(self) -> dict[str, str]:
        """The secrets of this installation, made once; without them sealed data cannot be opened again."""
        if not self.keys_file.exists():
            _write_private(self.keys_file, _lines(_new_keys()))
        return read_variables(self.keys_file)

    def publish_environment(self, variables: Mapping[str, str]) -> None:
        """For `make manage` and for tests: how to reach what is running."""
        _write_private(self.environment_file, _lines(variables))

    def rotate_logs(self) -> None:
        """Keeps one older log beside the current one."""
        for log in (self.path / "logs").glob("*.log"):
            if log.stat().st_size > LOG_LIMIT_BYTES:
                log.replace(log.with_suffix(".log.1"))


def read_variables(path: Path) -> dict[str, str]:
    """NAME='value' lines, as a shell would read them."""
    words = shlex.split(path.read_text(), comments=True)
    return dict(word.partition("=")[::2] for word in words)


def _new_keys() -> dict[str, str]:
    sealing_key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SEALING_KEYS": f"{secrets.token_hex(4)}:{sealing_key}",
        "DIGEST_KEY": secrets.token_urlsafe(50),
    }


def _lines(variables: Mapping[str, str]) -> str:
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items())


def _write_private(path: Path, text: str) -> None:
    """Complete or not there at all, and never readable by others, not even for a moment."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    partial.replace(path)
