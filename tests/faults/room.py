"""The engine room: PostgreSQL that survives crashes, Valkey, and the bells as processes that can be killed.

with EngineRoom(directory) as room:            # reference data and CASES open cases, once
    engine = room.engine()                     # a database of its own, nothing runs
    cases = engine.make_due(50)
    engine.start("escalator")
    assert engine.all_moved(cases) and engine.wrongs(cases) == []
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg2
import redis
from psycopg2.extensions import connection as Connection

from omsportal.supervisor.postgres import EmbeddedPostgres
from omsportal.supervisor.processes import kill_session, spawn, tail
from omsportal.supervisor.valkey import EmbeddedValkey
from tests.faults.stage import Deed, Stage
from tests.processes import eventually
from tests.running import clean_environment
from tests.template import DATABASE as MIGRATED
from tests.template import Template

CASES = 4000
TEMPLATE = "furnished"
BRAKE = 4711
_OWN_KEYS = ("SECRET_KEY", "SEALING_KEYS", "DIGEST_KEY")
_MANAGE = [sys.executable, "manage.py"]
_CELERY = [sys.executable, "-m", "celery", "-A", "omsportal"]
# Tier 1 and 2 only: those have a next tier; none that moved before. Spread evenly, the smallest id first.
_MAKE_DUE = """
WITH chosen AS (
    SELECT id, row_number() OVER (ORDER BY id) AS place FROM complaints_complaint
    WHERE tier < 3 AND hop = 0 AND status IN ('new', 'in_work') AND escalate_at > now() + interval '1 minute'
    ORDER BY id LIMIT %(count)s
)
UPDATE complaints_complaint c SET due_at = moment, escalate_at = moment, warn_at = moment
FROM chosen CROSS JOIN LATERAL (
    SELECT now() + (%(after)s + %(spread)s * (place - 1) / %(count)s) * interval '1 second'
) AS given (moment)
WHERE c.id = chosen.id RETURNING c.id, c.hop
"""
_FAKE_CLOCK = """
CREATE SCHEMA fake;
CREATE TABLE fake.clock (by interval NOT NULL);
INSERT INTO fake.clock VALUES ('0');
CREATE FUNCTION fake.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT pg_catalog.now() + by FROM fake.clock';
"""
# The move of one case waits in the middle of its batch for as long as somebody keeps the lock.
_BRAKE = """
CREATE FUNCTION brake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock_shared({lock}); RETURN NEW; END $$;
CREATE TRIGGER brake BEFORE INSERT ON complaints_history FOR EACH ROW
    WHEN (NEW.event = '{event}' AND NEW.complaint_id = {case}) EXECUTE FUNCTION brake();
"""


class Engine:
    """One database and the processes that work on it."""

    def __init__(self, room: "EngineRoom", database: str) -> None:
        self.room = room
        self.database = database
        self.directory = room.directory / database
        self.processes: list[subprocess.Popen[bytes]] = []
        self.logs: dict[int, Path] = {}

    # --- the database ---

    def connect(self) -> Connection:
        return psycopg2.connect(self.room.postgres.url(self.database))

    def query(self, statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Rows of one statement, committed."""
        connection = self.connect()
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    def value(self, statement: str, parameters: Any = None) -> Any:
        return self.query(statement, parameters)[0][0]

    def give_clock(self) -> None:
        """From the next connection on `now()` can be set by `set_clock`."""
        self.query(_FAKE_CLOCK)
        self.query(f"ALTER DATABASE {self.database} SET search_path = public, fake, pg_catalog")

    def set_clock(self, *, hours: float) -> None:
        """The database's clock, so many hours from the true one."""
        self.query("UPDATE fake.clock SET by = %s * interval '1 hour'", [hours])

    @contextmanager
    def brake(self, case: int, event: str = "escalated") -> Iterator[None]:
        """Whoever writes this event of the case (a batch, a person) stops there until the block is left."""
        self.query(_BRAKE.format(lock=BRAKE, case=case, event=event))
        holder = self.connect()
        try:
            with holder.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [BRAKE])
            holder.commit()
            yield
        finally:
            holder.close()

    def stopped_at_brake(self) -> bool:
        """Somebody is in the middle of the batch now."""
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
        return bool(self.value(waiting, [BRAKE]))

    # --- cases ---

    def make_due(self, count: int, *, after: float = 1, spread: float = 0) -> dict[int, int]:
        """So many cases fall due in `after` seconds, spread over `spread` seconds; their hops until now."""
        return dict(self.query(_MAKE_DUE, {"count": count, "after": after, "spread": spread}))  # type: ignore[arg-type]

    def moved(self, cases: Iterable[int]) -> int:
        """How many of them have a hop more."""
        return int(
            self.value(
                "SELECT count(*) FROM complaints_complaint WHERE id = ANY(%s) AND hop > 0", [list(cases)]
            )
        )

    def all_moved(self, cases: Mapping[int, int], within: float = 30) -> bool:
        return eventually(lambda: self.moved(cases) == len(cases), within=within)

    def wrongs(self, cases: Mapping[int, int], *, hops: int = 1) -> list[str]:
        """What is lost, doubled or out of order among cases that each made `hops` hops; empty is well."""
        given = {"ids": list(cases), "hops": hops}
        return [what for what, statement in _WRONGS.items() if self.value(statement, given)]

    # --- processes ---

    def start(self, name: str, **environment: str) -> subprocess.Popen[bytes]:
        """An escalator, worker or beat; returns when it works."""
        process = self.launch(name, **environment)
        sign = {"escalator": "escalator sweeps", "worker": "ready.", "beat": "beat: Starting"}[name]
        eventually(lambda: sign in self.said(process) or process.poll() is not None, within=60)
        if sign not in self.said(process):
            raise RuntimeError(f"{name} did not start:\n{tail(self.logs[process.pid], 20)}")
        return process

    def launch(self, name: str, **environment: str) -> subprocess.Popen[bytes]:
        """The same without waiting."""
        schedule = self.directory / f"schedule-{len(self.processes)}"
        command = {
            "escalator": [*_MANAGE, "escalator"],
            "worker": [*_CELERY, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"],
            "beat": [*_CELERY, "beat", "--schedule", str(schedule), "--pidfile", "", "--loglevel", "INFO"],
        }[name]
        if name == "worker":
            command += ["--loglevel", "INFO", "--hostname", f"worker{len(self.processes)}@%h"]
        log = self.directory / f"{name}-{len(self.processes)}.log"
        process = spawn(command, log=log, environment={**self.environment(), **environment})
        self.processes.append(process)
        self.logs[process.pid] = log
        return process

    def wrong_clock(self, seconds: int) -> dict[str, str]:
        """Variables for `start`: a process whose own clock is so many seconds ahead."""
        directory = self.directory / f"clock{seconds:+d}"
        directory.mkdir(exist_ok=True)
        (directory / "sitecustomize.py").write_text(
            f"import time\ntrue = time.time\ntime.time = lambda: true() + {seconds}\n"
        )
        return {"PYTHONPATH": str(directory)}

    def said(self, process: subprocess.Popen[bytes]) -> str:
        log = self.logs[process.pid]
        return log.read_text(errors="replace") if log.exists() else ""

    def act(self, what: str, *about: object) -> str:
        """Somebody does it (tests/faults/acts.py), to its end: "done", or the name of the refusal."""
        return self.begin(what, *about).ends()

    def begin(self, what: str, *about: object) -> Deed:
        """Somebody begins to do it; `ends()` tells how it ended."""
        return self.room.stage.begin(self.room.postgres.url(self.database), what, *map(str, about))

    def environment(self) -> dict[str, str]:
        return self.room.environment(DATABASE_URL=self.room.postgres.url(self.database))

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL to it and to the children it forked."""
        kill_session(process)
        process.wait()

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGSTOP)

    def go_on(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGCONT)

    def close(self) -> None:
        for process in self.processes:
            kill_session(process)
            process.wait()


class EngineRoom:
    """Servers for all engines of a test run, and the furnished database they are copied from."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        # Its account must be able to walk there; the settings stay those of a careful server.
        directory.chmod(0o755)
        self.postgres = EmbeddedPostgres(directory / "postgres", log=directory / "postgres.log")
        self.valkey = EmbeddedValkey(directory / "valkey", log=directory / "valkey.log")
        self._stack = ExitStack()
        self._engines = 0

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self.postgres.stop)
            template = Template(self.postgres.directory)
            template.wait_and_take()
            self.postgres.start()
            stack.callback(self.valkey.stop)
            self.valkey.start()
            self._copy_database(MIGRATED if template.taken else "template1", TEMPLATE)
            self.stage = Stage(self.environment(DATABASE_URL=self.postgres.url(TEMPLATE)))
            self._furnish()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        if self.postgres.process is not None:
            # An immediate shutdown: nobody wants on disk what is thrown away now.
            self.postgres.process.send_signal(signal.SIGQUIT)
        self._stack.close()

    def engine(self) -> Engine:
        self._engines += 1
        engine = Engine(self, f"engine_{self._engines}")
        self._copy_database(TEMPLATE, engine.database)
        with redis.Redis.from_url(self.valkey.url) as broker:
            broker.flushall()
        engine.directory.mkdir()
        return engine

    def environment(self, **extra: str) -> dict[str, str]:
        keys = {name: os.environ[name] for name in _OWN_KEYS}
        return clean_environment(
            **keys, DATA_DIR=str(self.directory), REDIS_URL=self.valkey.url, DEMO="1", LOG_LEVEL="INFO",
            LOG_TASKS="1",
            TICK_SECONDS="1", DJANGO_SETTINGS_MODULE="omsportal.settings", **extra,
        )  # fmt: skip

    def crash_postgres(self) -> None:
        """An immediate shutdown, as by loss of power, and the start after it."""
        process = self.postgres.process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait(30)
        self.postgres.launch()
        self.postgres.wait_until_ready(within=300)  # it reads its log again, on a busy disk for minutes

    def crash_valkey(self) -> None:
        assert self.valkey.process is not None
        self.valkey.process.kill()
        self.valkey.process.wait()

    def restart_valkey(self) -> None:
        self.valkey.start()

    def _copy_database(self, source: str, name: str) -> None:
        server = psycopg2.connect(self.postgres.url("postgres"))
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
        server.close()

    def _furnish(self) -> None:
        Engine(self, TEMPLATE).act("furnish", CASES)


_OF_CASES = "complaint_id = ANY(%(ids)s) AND event = 'escalated'"
_HOP_NOTICES = "subject_kind = 'complaint' AND kind = 'hop' AND subject_id = ANY(%(ids)s)"
_WRONGS = {
    "a case was lost": """
        SELECT EXISTS (SELECT 1 FROM complaints_complaint WHERE id = ANY(%(ids)s)
            AND (hop <> %(hops)s OR escalate_at IS NULL OR blocked_at IS NOT NULL))""",
    "a hop has no line of history, or two": f"""
        SELECT (SELECT count(*) FROM complaints_history WHERE {_OF_CASES}) <> cardinality(%(ids)s) * %(hops)s
            OR EXISTS (SELECT 1 FROM complaints_history WHERE {_OF_CASES}
                GROUP BY complaint_id, hop HAVING count(*) > 1)""",
    "a hop has no notice to the pool, or two": f"""
        SELECT (SELECT count(*) FROM platform_outbox WHERE {_HOP_NOTICES} AND receiver_kind = 'pool')
            <> cardinality(%(ids)s) * %(hops)s""",
    "a receiver has two notices of one hop": f"""
        SELECT EXISTS (SELECT 1 FROM platform_outbox WHERE {_HOP_NOTICES}
            GROUP BY subject_id, hop, channel, receiver_kind, receiver_id HAVING count(*) > 1)""",
    "a holder was not told": f"""
        SELECT EXISTS (SELECT 1 FROM complaints_history h WHERE {_OF_CASES} AND from_assignee_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM platform_outbox o WHERE o.subject_kind = 'complaint'
                AND o.subject_id = h.complaint_id AND o.kind = 'hop' AND o.hop = h.hop
                AND o.receiver_kind = 'user' AND o.receiver_id = h.from_assignee_id))""",
    "a case is due before it came": """
        SELECT EXISTS (SELECT 1 FROM complaints_complaint
            WHERE id = ANY(%(ids)s) AND due_at <= entered_at)""",
}
