"""Which index serves each statement of the engine: EXPLAIN of everything that a tick, a sweep and a round ask."""

import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from textwrap import shorten
from typing import Any

from django.db import connection

from benchmarks import world
from benchmarks.report import figure
from complaints.escalation import rises, rounds
from complaints.escalation.sweep import sweep
from omsportal.platform.clock import database_now

#: Tables that grow with the years.
GROWING = (
    "complaints_complaint",
    "complaints_history",
    "complaints_card",
    "complaints_casewords",
    "complaints_message",
    "complaints_attachment",
    "platform_outbox",
)
#: Every case of a crowd has been read for the search: of an empty table no index is asked.
WORDS = """
INSERT INTO complaints_casewords (complaint_id, lexemes)
SELECT id, '' FROM complaints_complaint ON CONFLICT DO NOTHING
"""
OPEN = {"small": 10_000, "full": 100_000}
UNEXPLAINED = ("EXPLAIN", "PREPARE", "ANALYZE", "VACUUM", "TRUNCATE")
_SCAN = re.compile(r"(?:Index Only Scan|Index Scan(?: Backward)?|Seq Scan|Bitmap Index Scan)\b[^(]*")

_COSTS = re.compile(r"  \(cost=.*\)$")
_SCANNED = re.compile(r"Index (?:Only )?Scan|Bitmap Index Scan|Seq Scan on (?:complaints|platform)_")


class Plans:
    """Scans of growing tables by the function that asked."""

    def __init__(self) -> None:
        self.scans: dict[str, set[str]] = defaultdict(set)
        #: The lines of each plan that name a table, an index or what it is asked for, without costs.
        self.lines: dict[str, list[str]] = defaultdict(list)

    def whole_tables(self) -> dict[str, set[str]]:
        """Who reads one of the growing tables from end to end."""
        found = {
            name: {scan for scan in scans if scan.startswith("Seq Scan")}
            for name, scans in self.scans.items()
        }
        return {name: scans for name, scans in found.items() if scans}

    def _explain(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not isinstance(sql, str):  # put together with quoted names
            sql = sql.as_string(context["cursor"].cursor)
        word = sql.split(maxsplit=1)[0].upper()
        if word == "EXECUTE" or (word not in UNEXPLAINED and any(table in sql for table in GROWING)):
            execute(f"EXPLAIN {sql}", params, many, context)
            lines = [row[0] for row in context["cursor"].fetchall()]
            scans = {scan.strip() for line in lines for scan in _SCAN.findall(line)}
            asker = _asker()
            told = list(_told(lines))
            self.lines[asker] += [line for line in told if line not in self.lines[asker]]
            self.scans[asker] |= {
                scan for scan in scans if any(table in scan for table in GROWING) or "using" in scan
            }
        return execute(sql, params, many, context)


def _told(plan: Iterable[str]) -> Iterator[str]:
    """The scans of a plan, each with what its index is asked for; no costs, no long conditions."""
    scan = ""
    for line in (_COSTS.sub("", row).strip().removeprefix("->").strip() for row in plan):
        if line.startswith("Index Cond: ") and scan:
            yield f"{scan}: {shorten(line.removeprefix('Index Cond: '), 160)}"
            scan = ""
        elif _SCANNED.match(line):
            if scan:
                yield scan
            scan = line
    if scan:
        yield scan


@contextmanager
def explained() -> Iterator[Plans]:
    """Every statement inside is explained before it runs."""
    plans = Plans()
    with connection.execute_wrapper(plans._explain):
        yield plans


def _asker() -> str:
    """The function of the product nearest to the statement."""
    for frame in inspect.stack()[2:]:
        module = frame.frame.f_globals.get("__name__", "")
        ours = module.startswith(("complaints", "insurers", "representatives"))
        if ours and not module.endswith(".prepared") and not frame.function.startswith("_"):
            return f"{module}.{frame.function}"
    return "?"


def engine() -> Plans:
    """A sweep with hops, warnings and calls, an idle one, and all rounds."""
    now = database_now()
    with explained() as plans:
        sweep(now=now)
        sweep(now=now + timedelta(seconds=5))
        rounds.make(now=now)
    return plans


def run(scale: str) -> None:
    world.add_branches(30)
    world.add_crowd(OPEN[scale])
    world.make_due(500)
    with connection.cursor() as cursor:
        cursor.execute(WORDS)
        cursor.execute("ANALYZE complaints_casewords")
    # The newest rows that are looked at, as few beside this crowd as 200,000 are beside years of them.
    rises.WINDOW = OPEN[scale] // 50
    plans = engine()
    for name, scans in sorted(plans.scans.items()):
        whole = len(plans.whole_tables().get(name, ()))
        figure(
            "plans",
            name,
            whole,
            "whole tables read",
            open=OPEN[scale],
            scans=sorted(scans),
            plan=plans.lines[name],
        )
