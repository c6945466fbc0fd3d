"""The sweep: against bare SQL on the same tables, against django-helpdesk, idle, many at once, and how late it is."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from benchmarks import bare, helpdesk, recounting, world
from benchmarks.report import RUNS, figure, medians
from complaints.escalation import moves
from complaints.escalation.sweep import BATCH, Floor, sweep
from omsportal.platform.clock import database_now

NAME = "escalation"
OPEN = {"small": (1_000, 10_000), "full": (10_000, 100_000, 1_000_000)}
BRANCHES = {"small": 30, "full": 300}
SHARES = (0.0, 0.01, 1.0)
#: django-helpdesk is measured with the same shares up to so many open tickets; with all of them due up to the
#: second number, because it moves some 300 a second, and once only with more due than the third.
HELPDESK_MOST = {"small": (10_000, 1_000, 500), "full": (100_000, 100_000, 20_000)}
IDLE_TICKS = 50
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
SWEEPERS = (1, 2, 4)
#: Pages asked before the recount, for the baseline of what pages feel.
REQUESTS = {"small": 60, "full": 120}
#: At this size the rest is measured: sweepers at once, an old snapshot, the lag, a recount.
CROWDED = 100_000
#: Cases falling due each second, and for how long.
PACE, LAG_SECONDS = 100, {"small": 5, "full": 60}
MANAGE = Path(__file__).resolve().parent.parent / "manage.py"


def run(scale: str) -> None:
    # Its tables and first tickets are made meanwhile; nothing is measured before both sides are there.
    prepared = helpdesk.start("escalating.py", OPEN[scale][0])
    world.add_branches(BRANCHES[scale])
    loaded, idle = 0, 0.0
    for count in OPEN[scale]:
        world.add_crowd(count - loaded)
        if not loaded:
            prepared()
        loaded = count
        idle = _idle(count, first=idle)
        rival = helpdesk.measure(count=count, runs=_helpdesk_runs(count, scale))
        for share in SHARES:
            due = int(count * share)
            _sweeps(count, due, rival.get(due))
        _memory(count)
        if count == min(OPEN[scale][-1], CROWDED):
            _sweepers(count)
            _idle_under_a_snapshot(count)
            _lag(LAG_SECONDS[scale])
            recounting.run(REQUESTS[scale])


def _helpdesk_runs(count: int, scale: str) -> dict[int, int]:
    """How often each number of due tickets is measured with so many open ones."""
    some, all_due, often = HELPDESK_MOST[scale]
    shares = [int(count * share) for share in SHARES]
    return {due: 1 if due > often else RUNS for due in shares if count <= (all_due if due == count else some)}


def _sweeps(count: int, due: int, rival: helpdesk.Measured | None) -> None:
    statements: list[int] = []

    def product() -> float:
        world.make_due(due)
        moves.move_due(
            now=LONG_AGO, batch=BATCH
        )  # the analyze threw the plan away; a living escalator has one
        began = time.perf_counter()
        swept = sweep(now=database_now())
        seconds = time.perf_counter() - began
        assert swept.escalated == due, swept
        statements.append(swept.statements)
        return seconds

    def limit() -> float:
        world.make_due(due)
        began = time.perf_counter()
        moved = bare.sweep()
        seconds = time.perf_counter() - began
        assert moved == due, moved
        return seconds

    ours, bound = medians(product, limit)
    about = {"open": count, "due": due}
    spent = median(statements)
    figure(NAME, "statements per sweep", spent, "statements", **about)
    if due:
        figure(
            NAME, "rows per second, baseline bare SQL", due / ours, "rows/s", baseline=due / bound, **about
        )
    if rival:
        _against_helpdesk(count, due, ours, spent, rival)


def _against_helpdesk(count: int, due: int, ours: float, spent: float, rival: helpdesk.Measured) -> None:
    """The same shares; with nothing due there are no rows, so the time of a whole sweep is compared."""
    about = {"open": count, "due": due}
    if due:
        figure(NAME, "rows per second, baseline django-helpdesk", due / ours, "rows/s",
               baseline=due / rival.seconds, **about)  # fmt: skip
    else:
        figure(NAME, "sweep with nothing due, baseline django-helpdesk", ours * 1000, "ms",
               baseline=rival.seconds * 1000, **about)  # fmt: skip
    figure(NAME, "statements, baseline django-helpdesk", spent, "statements",
           baseline=rival.statements, **about)  # fmt: skip


def _idle(count: int, *, first: float) -> float:
    """A sweep with nothing due, heartbeat included; the baseline is the smallest table's."""
    world.make_due(0)
    ticks = [_tick(None) for _ in range(IDLE_TICKS)]
    value = median(ticks)
    figure(NAME, "idle tick, baseline the smallest table", value, "ms", baseline=first or value, open=count)
    return first or value


def _idle_under_a_snapshot(count: int) -> None:
    """The same while another session holds a snapshot from before a tenth of the table moved."""
    world.make_due(count // 10)
    with _old_snapshot():
        floor = Floor()
        floor.since()
        now = database_now()
        swept = sweep(now=now)
        assert swept.escalated == count // 10, swept
        floor.swept(swept, now)
        ticks = [_tick(floor) for _ in range(IDLE_TICKS)]
        whole = _tick(None)
    figure(NAME, "idle tick under an old snapshot", median(ticks), "ms", open=count, moved=count // 10)
    figure(
        NAME, "whole probe under an old snapshot, once a minute", whole, "ms", open=count, moved=count // 10
    )


def _tick(floor: Floor | None) -> float:
    """Database time of one sweep that finds nothing, ms."""
    spent = 0.0

    def clocked(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal spent
        began = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent += time.perf_counter() - began

    now = database_now()
    with connection.execute_wrapper(clocked):
        swept = sweep(now=now, since=floor.since() if floor else None)
    if floor:
        floor.swept(swept, now)
    return spent * 1000


@contextmanager
def _old_snapshot() -> Iterator[None]:
    where: dict[str, Any] = settings.DATABASES["default"]
    other = psycopg2.connect(
        host=where["HOST"],
        port=where["PORT"],
        user=where["USER"],
        password=where["PASSWORD"],
        dbname=where["NAME"],
    )
    other.set_isolation_level(ISOLATION_LEVEL_REPEATABLE_READ)
    try:
        other.cursor().execute("SELECT count(*) FROM insurers_region")
        yield
    finally:
        other.close()


def _memory(count: int) -> None:
    """Of a process that sweeps everything, started for it: `manage.py escalate_due`."""
    world.make_due(count)
    process = subprocess.Popen([sys.executable, str(MANAGE), "escalate_due"], stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _peak_of(process.pid))
        time.sleep(0.02)
    assert process.returncode == 0
    figure(NAME, "peak memory of a sweeping process", peak / 1024, "MB", open=count)


def _peak_of(pid: int) -> int:
    """kB, of the program itself: what wait4 tells counts the process that started it too."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def _sweepers(count: int) -> None:
    """Several at once over one backlog; each on its own connection."""
    rates: dict[int, list[float]] = {many: [] for many in SWEEPERS}
    for _run in range(RUNS):
        for many in SWEEPERS:
            world.make_due(count)
            rates[many].append(count / _together(many, count))
    one = median(rates[1])
    for many in SWEEPERS[1:]:
        value = median(rates[many])
        figure(NAME, f"{many} sweepers at once, baseline one", value, "rows/s", baseline=one, due=count)


def _together(many: int, due: int) -> float:
    moved: list[int] = []
    gate = threading.Barrier(many + 1)

    def work() -> None:
        connection.ensure_connection()
        gate.wait()
        moved.append(sweep(now=database_now()).escalated)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(many)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT complaint_id) FROM complaints_history WHERE event = 'escalated'"
        )
        assert (sum(moved), *cursor.fetchone()) == (due, due, due), moved
    return seconds


def _lag(seconds: int) -> None:
    """A real escalator, cases falling due all the time: from the due moment to the commit of the hop."""
    world.make_due(0)
    count = PACE * seconds
    begins = database_now() + timedelta(seconds=3)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE complaints_complaint AS c SET due_at = moment, escalate_at = moment FROM ("
            " SELECT id, %s::timestamptz + row_number() OVER (ORDER BY id) * interval '1 second' / %s AS moment"
            " FROM complaints_complaint ORDER BY id LIMIT %s) AS chosen WHERE c.id = chosen.id",
            [begins, PACE, count],
        )
    with _escalator():
        until = time.monotonic() + seconds + 30
        while _hops() < count and time.monotonic() < until:
            time.sleep(0.5)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin) - due_before)::float FROM complaints_history"
            " WHERE event = 'escalated'"
        )
        lags = [row[0] for row in cursor.fetchall()]
    assert len(lags) == count, len(lags)
    p99 = quantiles(lags, n=100)[98]
    figure(NAME, "lag from due moment to hop, p99, baseline the tick", p99, "s",
           baseline=float(settings.TICK_SECONDS), pace=PACE, seconds=seconds)  # fmt: skip


def _hops() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM complaints_history WHERE event = 'escalated'")
        return int(cursor.fetchone()[0])


@contextmanager
def _escalator() -> Iterator[None]:
    quiet = {**os.environ, "LOG_LEVEL": "ERROR"}
    process = subprocess.Popen([sys.executable, str(MANAGE), "escalator"], env=quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)
