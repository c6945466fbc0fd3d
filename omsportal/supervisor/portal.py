"""The second stage of `make run`: servers, tables, processes, watching over them, stopping."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from omsportal.supervisor import banner, children, database, options, readiness, say
from omsportal.supervisor.accounts import before_exec
from omsportal.supervisor.data_directory import DataDirectory
from omsportal.supervisor.freshness import Stamp
from omsportal.supervisor.options import Options
from omsportal.supervisor.postgres import EmbeddedPostgres
from omsportal.supervisor.processes import ROOT, kill_session, tail
from omsportal.supervisor.programs import postgres_programs
from omsportal.supervisor.signals import ignore_signals
from omsportal.supervisor.trouble import Trouble
from omsportal.supervisor.valkey import EmbeddedValkey
from omsportal.supervisor.watch import Watched

LOOK_EVERY_SECONDS = 0.2
# Of the preparation's output: its steps, its details, and migrate's progress.
_SHOWN = ("•", "    ", "  Applying ")


def run(environment: Mapping[str, str]) -> None:
    """Runs until a signal raises Stopped or Trouble ends it; nothing that was started is left."""
    chosen = options.read(environment)
    directory = DataDirectory(chosen.data_dir)
    directory.make()
    with directory.locked(chosen.address):
        readiness.check_port(chosen.port)
        directory.rotate_logs()
        with ExitStack() as stack:
            portal = Portal(chosen, directory, stack, environment)
            try:
                portal.run()
            except BaseException:
                # From here on only stopping: a second Ctrl-C must not tear it.
                ignore_signals()
                if portal.watched:
                    say.plain("\nОстанавливаю портал…")
                raise


class Portal:
    """One run. What must be undone at the end is pushed on the stack the moment it is started."""

    def __init__(
        self, chosen: Options, directory: DataDirectory, stack: ExitStack, environment: Mapping[str, str]
    ) -> None:
        self.options = chosen
        self.directory = directory
        self.stack = stack
        self.given = environment
        self.watched: list[Watched] = []
        self.stamp: Stamp | None = None

    def run(self) -> None:
        database_url = self._database()
        contents = database.inspect(database_url, given=bool(self.options.database_url))
        redis_url = self._broker()
        demo = self.wants_demo
        variables = self._variables(database_url, redis_url, demo=demo)
        environment = {**self.given, **variables}
        self._prepare(environment, load_demo=demo and not contents.in_use)
        self.directory.publish_environment(variables)
        self.stack.callback(self.directory.environment_file.unlink, missing_ok=True)
        self._start_processes(environment)
        readiness.wait(self.options.port, self._look)
        say.plain(banner.text(self.options, self.directory, demo=demo))
        while True:
            time.sleep(LOOK_EVERY_SECONDS)
            self._look()

    def _database(self) -> str:
        if self.options.database_url:
            return self.options.database_url
        postgres = EmbeddedPostgres(self.directory.postgres, log=self.directory.log("postgres"))
        say.step("Запускаю PostgreSQL" if postgres.exists else "Создаю базу данных PostgreSQL")
        self.stack.callback(postgres.stop)
        postgres.start()
        postgres.create_database()
        self.stamp = Stamp(self.directory.postgres / "prepared")
        self.watched.append(
            Watched("postgres", "PostgreSQL", postgres.log, postgres.launch, process=postgres.process)
        )
        return postgres.url()

    def _broker(self) -> str:
        if self.options.redis_url:
            return self.options.redis_url
        valkey = EmbeddedValkey(self.directory.valkey, log=self.directory.log("valkey"))
        say.step("Запускаю Valkey")
        self.stack.callback(valkey.stop)
        valkey.start()
        self.watched.append(Watched("valkey", "Valkey", valkey.log, valkey.launch, process=valkey.process))
        return valkey.url

    @property
    def wants_demo(self) -> bool:
        """Unasked, demo data go only into a database of our own making: the embedded one."""
        return not self.options.database_url if self.options.demo is None else self.options.demo

    def _variables(self, database_url: str, redis_url: str, *, demo: bool) -> dict[str, str]:
        keys = {name: self.given.get(name, "") or value for name, value in self.directory.keys().items()}
        return {
            **keys,
            "DJANGO_SETTINGS_MODULE": "omsportal.settings",
            "DATA_DIR": str(self.directory.path),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DEMO": "1" if demo else "0",
            "SITE_URL": self.given.get("SITE_URL", "") or self.options.address,
            "SERVE_STATIC": "1",
            "POSTGRES_PROGRAMS": self.given.get("POSTGRES_PROGRAMS", "") or postgres_programs(),
        }

    def _prepare(self, environment: Mapping[str, str], *, load_demo: bool) -> None:
        now = datetime.now(UTC)
        if self.stamp is not None and not load_demo and self.stamp.matches(now):
            say.step("База и справочники уже готовы")
            return
        if self.stamp is not None:
            self.stamp.forget()
        self._run_preparation(environment, ["--demo"] if load_demo else [])
        if self.stamp is not None:
            self.stamp.write(now)

    def _run_preparation(self, environment: Mapping[str, str], arguments: list[str]) -> None:
        """Its progress is shown, its errors go to the log and end in one sentence."""
        log = self.directory.log("prepare")
        command = [sys.executable, "-m", "omsportal.supervisor.prepare", *arguments]
        with log.open("ab") as errors, subprocess.Popen(
            command, cwd=ROOT, env=dict(environment), stdout=subprocess.PIPE, stderr=errors, text=True,
            start_new_session=True, preexec_fn=before_exec(None, signal.SIGKILL),
        ) as process:  # fmt: skip
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    if line.startswith(_SHOWN):
                        say.plain(line.rstrip())
            except BaseException:
                kill_session(process)
                raise
        if process.returncode != 0:
            raise Trouble(
                f"Не удалось подготовить базу: {_last_words(log)}\n"
                f"Подробности в {log}. Исправьте причину и повторите make run."
            )

    def _start_processes(self, environment: Mapping[str, str]) -> None:
        say.step("Запускаю портал: веб-сервер, обработчик задач, будильник, таймер передачи обращений")
        own = children.watched(self.directory, self.options.port, environment)
        self.stack.callback(_stop_together, own)
        for each in own:
            each.process = each.launch()
        self.watched += own

    def _look(self) -> None:
        now = time.monotonic()
        for each in self.watched:
            each.look(now)


def _stop_together(processes: list[Watched]) -> None:
    for each in processes:
        each.ask_to_stop()
    for each in processes:
        each.stop()


def _last_words(log: Path) -> str:
    """The message of the exception at the end of a log, without the name of its class."""
    return re.sub(r"^[\w.]+(Error|Exception): ", "", tail(log, 1)) or "причина неизвестна"
