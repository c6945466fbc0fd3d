"""Pages and filing over HTTP: against a constant view, a view with one INSERT, and django-helpdesk, in one run.

The product and django-helpdesk have a gunicorn with two workers each on the same PostgreSQL; one is idle while the
other is asked. The load generator is benchmarks/wire.py: eight kept-alive connections in this process.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from django.conf import settings
from django.db import connection

from benchmarks import helpdesk, people, world
from benchmarks.portal_urls import CONSTANT, INSERT, TABLE
from benchmarks.report import RUNS, figure
from benchmarks.web import gunicorn
from benchmarks.wire import CONNECTIONS, get, paced, post, rate
from insurers.models import Branch

NAME = "portal"
#: Whom to call: the page itself, and the phones of one insurer in one region.
CALL, PHONES = "/call/", "/call/?region=76&insurer=sogaz-med"
#: How long each measure asks, three times in turn.
SECONDS = {"small": 0.5, "full": 8.0}
#: So many appeals a second at most are prepared for.
MOST_FILED = 500
#: Appeals at a steady pace: a second, and for how long.
PACE, PACED_SECONDS = 20, {"small": 4, "full": 60}
#: Appeals before the first measure, and how long they may take at most.
WARM, WARM_SECONDS = 2 * MOST_FILED, 2.0
#: What the crowded database holds when the pace is kept again.
CROWD = {"small": (10_000, 100_000), "full": (1_000_000, 5_000_000)}
FOUND, MOVED = 200, 302

# Policies of nobody: their digests are of no number, so that nobody is ever found among them.
_POLICIES = """
INSERT INTO insurers_policy (kind, number_blind, birth_on_blind, surname_key, holder, branch_id, digest)
SELECT 'enp', sha256(('number ' || i)::bytea), sha256(('birth ' || i %% 30000)::bytea),
    'фамилия' || i %% 200000, %(sealed)s, (%(branches)s::bigint[])[1 + i %% cardinality(%(branches)s::bigint[])],
    sha256(('record ' || i)::bytea)
FROM generate_series(1, %(count)s) AS i
"""


@dataclass(frozen=True, slots=True)
class Sides:
    """Ports of the two servers, and what django-helpdesk's side needs to be asked."""

    ours: int
    theirs: int
    rival: dict[str, Any]


def run(scale: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    told = helpdesk.start("showing.py", people.MESSAGES)
    world.add_branches(30)
    writer = people.writer(Branch.objects.by_codes("sogaz-med", "76"))
    with _sides(told()) as sides:
        _warm(sides.ours, writer)
        calm = _paced(sides.ours, writer, scale)
        rates = _rates(sides, writer, SECONDS[scale])
        _tell(sides, rates)
        _fill(*CROWD[scale])
        crowded = _paced(sides.ours, writer, scale)
    complaints, policies = CROWD[scale]
    figure(NAME, "p95 of filing at a steady pace, baseline the empty database", crowded, "ms", baseline=calm,
           a_second=PACE, complaints=complaints, policies=policies)  # fmt: skip


@contextmanager
def _sides(rival: dict[str, Any]) -> Iterator[Sides]:
    data = Path(settings.DATA_DIR)
    ours = gunicorn(
        "omsportal.wsgi:application", log=data / "ours.log", ready=CONSTANT,
        environment={**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.portal_settings", "LOG_LEVEL": "INFO"},
    )  # fmt: skip
    theirs = gunicorn(
        "helpdesk_wsgi:application", log=data / "theirs.log", ready=rival["public"], python=str(helpdesk.PYTHON),
        environment=helpdesk.environment(), directory=helpdesk.SIDE,
    )  # fmt: skip
    with ours as our_port, theirs as their_port:
        yield Sides(our_port, their_port, rival)


def _rates(sides: Sides, writer: people.Writer, seconds: float) -> dict[str, float]:
    """The median rate of each measure; they take turns, so that a slow minute of the machine hits all of them."""
    measures = _measures(sides, writer, seconds)
    results: dict[str, list[float]] = {name: [] for name in measures}
    for _run in range(RUNS):
        for name, measure in measures.items():
            results[name].append(measure())
    return {name: median(values) for name, values in results.items()}


def _measures(sides: Sides, writer: people.Writer, seconds: float) -> dict[str, Callable[[], float]]:
    def asked(port: int, request: bytes, expected: int = FOUND) -> Callable[[], float]:
        return lambda: rate(port, itertools.cycle([request]), expected, seconds).a_second

    rival, token = sides.rival, people.TOKEN
    alone = {"draft": "nobody"}  # whoever has a draft gets a page made for them, not the kept one
    form = {name: str(value) for name, value in rival["form"].items()} | {"csrfmiddlewaretoken": token}
    insert = {"text": "x" * 60, "csrfmiddlewaretoken": token}
    return {
        "constant": asked(sides.ours, get(CONSTANT)),
        "insert": asked(sides.ours, post(INSERT, insert, csrftoken=token), MOVED),
        "home": asked(sides.ours, get("/")),
        "home made anew": asked(sides.ours, get("/", **alone)),
        "call": asked(sides.ours, get(CALL)),
        "call made anew": asked(sides.ours, get(CALL, **alone)),
        "phones": asked(sides.ours, get(PHONES)),
        "phones made anew": asked(sides.ours, get(PHONES, **alone)),
        "filing": lambda: _filing(sides.ours, writer, seconds),
        "case": asked(sides.ours, get("/status/case/", patient=people.reader())),
        "their form": asked(sides.theirs, post("/tickets/submit/", form, csrftoken=token), MOVED),
        "their public page": asked(sides.theirs, get(rival["public"])),
        "their staff page": asked(sides.theirs, get(rival["staff"], sessionid=rival["session"])),
    }


def _filing(port: int, writer: people.Writer, seconds: float) -> float:
    """The last button; every answer is an appeal, or nothing was measured."""
    requests = writer.requests(int(MOST_FILED * seconds) + CONNECTIONS)
    last = people.last_filed()
    done = rate(port, iter(requests), MOVED, seconds)
    assert people.filed_since(last) == done.answers + CONNECTIONS, (people.filed_since(last), done)
    return done.a_second


def _tell(sides: Sides, rates: dict[str, float]) -> None:
    told = sides.rival["statements"]
    pages = [name + how for name in ("home", "call", "phones") for how in ("", " made anew")]
    for name, against in [*((page, "constant") for page in [*pages, "insert"]), ("filing", "insert")]:
        figure(NAME, f"{name}, baseline {against}", rates[name], "1/s", baseline=rates[against])
    figure(NAME, "filing, baseline django-helpdesk's public form", rates["filing"], "1/s",
           baseline=rates["their form"], its_statements=told["form"])  # fmt: skip
    for page in ("public", "staff"):
        figure(NAME, f"case page, baseline django-helpdesk's {page} ticket page", rates["case"], "1/s",
               baseline=rates[f"their {page} page"], its_statements=told[page])  # fmt: skip


def _warm(port: int, writer: people.Writer) -> None:
    """Every thread of the server has filed before the clock starts: first requests load what later ones keep."""
    rate(port, iter(writer.requests(WARM + CONNECTIONS)), MOVED, WARM_SECONDS)


def _paced(port: int, writer: people.Writer, scale: str) -> float:
    """p95 of the last button of filing, ms."""
    requests, last = writer.requests(PACE * PACED_SECONDS[scale]), people.last_filed()
    seconds = paced(port, requests, MOVED, PACE)
    assert people.filed_since(last) == len(requests), people.filed_since(last)
    return quantiles(seconds, n=20)[18] * 1000


def _fill(complaints: int, policies: int) -> None:
    world.add_crowd(complaints)
    branches = list(Branch.objects.of_insurers().values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_POLICIES, {"count": policies, "branches": branches, "sealed": b"\x01" * 120})
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
