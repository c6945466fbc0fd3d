"""Embedded PostgreSQL 18: its cluster, its start and its stop. Reached by a socket with a password only."""

import hashlib
import os
import secrets
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from omsportal.supervisor import accounts
from omsportal.supervisor.processes import spawn, stop, tail
from omsportal.supervisor.programs import postgres_program
from omsportal.supervisor.trouble import Trouble

MAJOR = "18"
DATABASE = "omsportal"
# The kernel allows 107 for the directory and "/.s.PGSQL.5432"; a comma separates addresses.
_SOCKET_DIRECTORY_BYTES = 90
# A refused row or statement stands in the server's log otherwise, with the surname in it.
DISCREET = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
# For tests: a crash of the machine may lose their data.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """A cluster in `directory`; `start` makes it when missing and waits until it answers."""

    def __init__(self, directory: Path, *, log: Path, settings: dict[str, str] | None = None) -> None:
        self.directory = directory
        self.log = log
        self.settings = settings or {}
        self.account = accounts.for_directory(directory)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def exists(self) -> bool:
        return self.data.exists() and any(self.data.iterdir())

    @property
    def socket_directory(self) -> Path:
        """Beside the data, or under the temporary directory when a socket's address cannot hold that path."""
        beside = self.directory / "socket"
        if len(os.fsencode(beside)) <= _SOCKET_DIRECTORY_BYTES and "," not in str(beside):
            return beside
        name = hashlib.sha256(str(self.directory.resolve()).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"omsportal-{os.geteuid()}-{name}"

    def url(self, database: str = DATABASE) -> str:
        password = (self.directory / "password").read_text().strip()
        return f"postgresql://postgres:{password}@/{database}?host={quote(str(self.socket_directory))}"

    def start(self) -> bool:
        """Starts the server; True when the cluster was made just now. Raises Trouble with the reason."""
        accounts.hand_over(self.directory, self.account)
        made = not self.exists
        if made:
            self._initialise()
        self._check_version()
        self._wait_for_leftover()
        accounts.hand_over(self.socket_directory, self.account)
        self.launch()
        self.wait_until_ready()
        return made

    def launch(self) -> subprocess.Popen[bytes]:
        """Starts the server process without waiting."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.socket_directory}"',
            "timezone": "UTC",
            "log_timezone": "UTC",
            **DISCREET,
            **self.settings,
        }
        command: list[str | Path] = [postgres_program("postgres"), "-D", self.data]
        command += [f"--{name}={value}" for name, value in options.items()]
        self.process = spawn(
            command, log=self.log, account=self.account, death_signal=signal.SIGINT, directory=self.directory
        )
        return self.process

    def wait_until_ready(self, within: float = 60) -> None:
        """Returns once a connection works; raises Trouble when the server ends or stays silent."""
        until = time.monotonic() + within
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                break
            if answers(self.url("postgres")):
                return
            time.sleep(0.05)
        raise Trouble(
            f"PostgreSQL не запустился на каталоге {self.directory}: вероятно, данные повреждены. "
            f"Верните каталог из копии или удалите его, и make run создаст новую базу. "
            f"Последние строки журнала {self.log}:\n{tail(self.log)}"
        )

    def create_database(self, name: str = DATABASE, *, template: str = "template1") -> bool:
        """Creates the database when it is missing, as a copy of `template`; True when it was."""
        import psycopg2

        connection = psycopg2.connect(self.url("postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
                if cursor.fetchone():
                    return False
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
                return True
        finally:
            connection.close()

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed stays."""
        if self.process is not None:
            stop(self.process, by=signal.SIGINT, within=30)
        if self.socket_directory.parent != self.directory:
            with suppress(OSError):
                self.socket_directory.rmdir()

    def _initialise(self) -> None:
        """C.UTF-8 and not C: under C pg_trgm silently finds no trigram in Cyrillic."""
        password_file = self.directory / "password"
        password_file.write_text(secrets.token_hex(24))
        password_file.chmod(0o600)
        if self.account is not None:
            os.chown(password_file, self.account.user_id, self.account.group_id)
        command: list[str | Path] = [postgres_program("initdb"), "-D", self.data, "-U", "postgres"]
        command += ["--auth=scram-sha-256"]
        command += [f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--no-sync"] if self.settings.get("fsync") == "off" else []
        process = spawn(command, log=self.log, account=self.account, directory=self.directory)
        if process.wait() != 0:
            raise Trouble(
                f"Не удалось создать базу данных в каталоге {self.directory}: проверьте, что на диске есть "
                f"место и права на запись. Последние строки журнала {self.log}:\n{tail(self.log)}"
            )

    def _check_version(self) -> None:
        version_file = self.data / "PG_VERSION"
        version = version_file.read_text(errors="replace").strip() if version_file.is_file() else ""
        if version == MAJOR:
            return
        if version.isdecimal():
            raise Trouble(
                f"Данные в {self.directory} принадлежат PostgreSQL {version}, а нужен {MAJOR}. Выгрузите их "
                "той версией (pg_dump) и загрузите сюда или укажите другой каталог: DATA_DIR=… make run."
            )
        raise Trouble(
            f"Каталог данных {self.directory} повреждён: файл PG_VERSION не читается. Верните каталог "
            "из копии или удалите его, и make run создаст новую базу."
        )

    def _wait_for_leftover(self, within: float = 30) -> None:
        """A server left by a killed supervisor is still stopping: two on one directory would destroy it."""
        pid_file = self.data / "postmaster.pid"
        until = time.monotonic() + within
        while (pid := _serving(pid_file, self.data)) and time.monotonic() < until:
            os.kill(pid, signal.SIGINT)
            time.sleep(0.2)
        if _serving(pid_file, self.data):
            raise Trouble(
                f"На каталоге {self.directory} уже работает PostgreSQL (процесс {pid}) и не останавливается. "
                "Остановите его и повторите make run."
            )
        pid_file.unlink(missing_ok=True)


def answers(url: str) -> bool:
    """True when the server accepts a connection now."""
    import psycopg2

    try:
        psycopg2.connect(url, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True


def _serving(pid_file: Path, data: Path) -> int:
    """The process of a live server on this data directory, or 0: the file may be older than a reboot."""
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        working_directory = Path(f"/proc/{pid}/cwd").readlink()
    except (OSError, ValueError):
        return 0
    return pid if working_directory == data.resolve() else 0
