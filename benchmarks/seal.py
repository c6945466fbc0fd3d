"""The chain over append-only tables: how fast it is made and verified, and what a round costs when idle."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import connection

from benchmarks.report import RUNS, figure, medians
from benchmarks.world import empty
from omsportal.platform import chain, chain_check
from omsportal.platform.clock import database_now

ROWS = {"small": 200_000, "full": 5_000_000}
_FILL = """
INSERT INTO platform_readlog (reader_kind, reader_id, subject_kind, subject_id, what, at)
SELECT 'user', n %% 500, 'complaint', n, 'content', now() + n * interval '1 millisecond'
FROM generate_series(1, %s) n
"""
_BARE = "SELECT count(*), max(at), sum(subject_id) FROM platform_readlog"


def run(scale: str) -> None:
    """Rows a second, against a bare reading of the same rows."""
    count = ROWS[scale]
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [count])
        cursor.execute("VACUUM ANALYZE platform_readlog")
    bare, sealing, verifying = medians(
        lambda: _seconds(_read), lambda: _seconds(_seal), lambda: _seconds(_verify), runs=RUNS
    )
    for metric, seconds in (("sealed", sealing), ("verified", verifying)):
        figure("seal", metric, count / seconds, "rows/s", baseline=count / bare, rows=count)
    now = database_now()
    (idle,) = medians(lambda: _seconds(lambda: chain.seal(now)))
    figure("seal", "round_with_nothing_new", idle * 1000, "ms")


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _read() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BARE)


def _seal() -> None:
    """From nothing: what an earlier run sealed is thrown away."""
    with connection.cursor() as cursor:
        empty(cursor, "platform_seal")
    now = database_now()
    while chain.seal(now):
        now += timedelta(minutes=1)


def _verify() -> None:
    assert not list(chain_check.verify())
