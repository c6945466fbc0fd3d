"""The workplace: its pages at two sizes, beside django-helpdesk's list and ticket page, and a hundred hands at once.

Pages are asked of a gunicorn with two workers, as in benchmarks/portal.py; what a size costs is the middle of requests
one after another in this process, because a ratio of two sizes should not hang on how eight connections fall. The two
sizes are two databases of one server that take turns: a machine that becomes slower meanwhile is no cost of size.
"""

import itertools
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from benchmarks import helpdesk, load, people, world
from benchmarks.deployment import deployment
from benchmarks.portal_urls import CONSTANT
from benchmarks.report import RUNS, figure
from benchmarks.sockets import Crowd, listening
from benchmarks.staff import administrator, busiest, client_of, head, signed_in, worker
from benchmarks.web import gunicorn
from benchmarks.wire import Wire, get, post, rate
from complaints.escalation import daily_counts
from complaints.models import Complaint
from complaints.reports.staff import lists
from complaints.services import search_filling
from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives.profiles import profile_of
from representatives.roles import Tier

NAME = "queue"
SIZES = {"small": (1_000, 10_000), "full": (10_000, 1_000_000)}
#: django-helpdesk's list reads every ticket: it is asked with as many as we have, up to so many.
TICKETS = {"small": 10_000, "full": 1_000_000}
SECONDS = {"small": 1.0, "full": 8.0}
REQUESTS = {"small": 5, "full": 10}
SEEKERS = 8
#: How many hands reach for how many cases.
HANDS, CASES = 100, 60
#: Open sockets, over how many branches, and how many of those people press something every PAUSE seconds.
SOCKETS, BRANCHES, OPERATORS, PAUSE = {"small": 150, "full": 500}, 25, 50, 3.0
SOCKET_SECONDS, SOCKET_COMING = {"small": 8, "full": 60}, {"small": 4, "full": load.COMING}
#: Of the insurer whose administrator looks at all of it.
WIDE = 80
QUEUE, ALL, DASHBOARD, PEOPLE, FIND, TAKE = (
    reverse(f"staff:{name}") for name in ("queue", "all", "dashboard", "people", "find", "take")
)
#: The crowd tells one story: its words are in every case, its surnames in an eighth.
SEARCHES = {"surname": "Воробьёв", "words": "записаться приёма"}
TOKEN = people.TOKEN


def run(scale: str) -> None:
    world.add_branches(30)
    world.add_branches_of(Branch.objects.of_insurers().earliest("pk").insurer, WIDE)
    first, last = SIZES[scale]
    _grow(first)
    smaller = world.copied("smaller")
    told = helpdesk.start("listing.py", TICKETS[scale], people.MESSAGES)  # while our crowd grows
    _grow(last - first)
    rival = told()
    _sizes({first: smaller, last: connection.settings_dict["NAME"]}, REQUESTS[scale])
    _beside(rival, scale)
    _hands()
    _sockets(scale)


def _grow(count: int) -> None:
    world.add_crowd(count)
    _keep_up()


def _keep_up() -> None:
    """What rounds do in a living portal: words to search, figures of days."""
    now = database_now()
    search_filling.fill_due(now=now, budget=float("inf"))
    daily_counts.rebuild(now)
    daily_counts.stock(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _sizes(databases: dict[int, str], requests: int) -> None:
    """The median and p95 of each page at each size, in RUNS turns; the baseline is the first size."""
    pages, spent = {}, defaultdict[tuple[str, int], list[float]](list)
    for _run in range(RUNS):
        for size, database in databases.items():
            with world.on(database):
                pages[size] = pages.get(size) or _pages()
                for name, ask in pages[size].items():
                    spent[name, size] += _spent(ask, requests)
    smallest = min(databases)
    for (name, size), times in spent.items():
        figure(NAME, f"{name}, baseline the smaller table", median(times), "ms",
               baseline=None if size == smallest else median(spent[name, smallest]),
               p95=round(quantiles(times, n=20)[18], 2), complaints=size)  # fmt: skip


def _pages() -> dict[str, Callable[[], int]]:
    """What people of the busiest branch ask for, and the administrator of an insurer with WIDE branches."""
    # One person may not search as fast as this: eight take turns.
    seekers = itertools.cycle(
        [client_of(worker(f"seeker{place}", Tier.CONTACT_CENTRE)) for place in range(SEEKERS)]
    )
    operator = worker("bench", Tier.CONTACT_CENTRE)
    client, chief, wide = client_of(operator), client_of(head()), client_of(administrator())
    further = lists.listing(
        lists.Tab.QUEUE, profile_of(operator, now=database_now()), {}, ""
    ).page.next_cursor
    case = Complaint.objects.filter(branch=busiest(), tier=1).latest("pk")
    return {
        "queue": lambda: client.get(QUEUE).status_code,
        "second page of the queue": lambda: client.get(QUEUE, {"cursor": further}).status_code,
        "queue narrowed to a channel": lambda: client.get(QUEUE, {"channel": "site"}).status_code,
        "queue narrowed to what nobody has": lambda: client.get(QUEUE, {"channel": "phone"}).status_code,
        "case": lambda: client.get(reverse("staff:case", args=[case.number])).status_code,
        "dashboard": lambda: chief.get(DASHBOARD).status_code,
        "take next": lambda: client.post(TAKE, follow=False).status_code,
        **{f"search by {what}": partial(_search, seekers, typed) for what, typed in SEARCHES.items()},
        f"queue of {WIDE} branches": lambda: wide.get(QUEUE).status_code,
        f"all open cases of {WIDE} branches": lambda: wide.get(ALL).status_code,
        f"dashboard of {WIDE} branches": lambda: wide.get(DASHBOARD).status_code,
        f"people of {WIDE} branches": lambda: wide.get(PEOPLE).status_code,
    }  # fmt: skip


def _search(seekers: Iterator[Client], typed: str) -> int:
    """What the box of the bar does: POST, then the page that it leads to."""
    return next(seekers).post(FIND, {"query": typed}, follow=True).status_code


def _spent(ask: Callable[[], int], requests: int) -> list[float]:
    """Milliseconds of each request after two that warm up."""
    spent = []
    for _request in range(requests + 2):
        began = time.perf_counter()
        status = ask()
        assert status in (200, 302), status
        spent.append((time.perf_counter() - began) * 1000)
    return spent[2:]


def _beside(rival: dict[str, Any], scale: str) -> None:
    """Pages a second, ours and django-helpdesk's, in turn."""
    session = signed_in(worker("bench", Tier.CONTACT_CENTRE))
    case = Complaint.objects.filter(branch=busiest(), tier=1).latest("pk")
    pages = {"queue": (QUEUE, "list"), "case": (reverse("staff:case", args=[case.number]), "ticket")}
    with _ours() as ours, _theirs(rival["list"][0]) as theirs:
        for name, (page, their) in pages.items():
            mine, other = [], []
            for _run in range(RUNS):
                mine.append(_rate(ours, [get(page, **session)], SECONDS[scale]))
                parts = [get(part, sessionid=rival["session"]) for part in rival[their]]
                other.append(_rate(theirs, parts, SECONDS[scale]))
            figure(NAME, f"{name} page, baseline django-helpdesk's {their}", median(mine), "1/s",
                   baseline=median(other), its_statements=rival["statements"][their],
                   complaints=SIZES[scale][-1], tickets=TICKETS[scale])  # fmt: skip


def _rate(port: int, parts: list[bytes], seconds: float) -> float:
    """Whole pages a second: a page that a browser fetches in parts is one when all of them came."""
    return rate(port, itertools.cycle(parts), 200, seconds).a_second / len(parts)


def _hands() -> None:
    """So many people press "take next" at once; each case has one holder in the end, and nobody an error."""
    people_of_it = [worker(f"hand{place}", Tier.CONTACT_CENTRE) for place in range(HANDS)]
    sessions = [signed_in(each) for each in people_of_it]
    queue = Complaint.objects.in_queue_of(profile_of(people_of_it[0], now=database_now()))
    Complaint.objects.filter(pk__in=list(queue.values_list("pk", flat=True)[CASES:])).update(
        tier=Tier.EXPERTS
    )
    assert queue.count() == CASES
    statuses, gate = [0] * HANDS, threading.Barrier(HANDS)
    with _ours() as port:

        def press(place: int) -> None:
            request = post(TAKE, {"csrfmiddlewaretoken": TOKEN}, csrftoken=TOKEN, **sessions[place])
            wire = Wire(port)
            gate.wait()
            statuses[place] = wire.ask(request).status
            wire.close()

        began = time.perf_counter()
        threads = [threading.Thread(target=press, args=[place]) for place in range(HANDS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - began
    holders = list(
        Complaint.objects.filter(assignee__username__startswith="hand").values_list("assignee", flat=True)
    )
    assert set(statuses) == {302}, statuses
    assert len(holders) == len(set(holders)) == CASES, (len(holders), len(set(holders)))
    figure(NAME, "winners of take next, baseline the cases there were", len(holders), "people", baseline=CASES,
           hands=HANDS, seconds=round(seconds, 3))  # fmt: skip


def _sockets(scale: str) -> None:
    """Everybody's list is open; those who work fetch it again at each "changed", as a page does."""
    world.make_due(0)  # no timer takes a case out of somebody's hands
    seconds, coming = SOCKET_SECONDS[scale], SOCKET_COMING[scale]
    sessions = load.operators(SOCKETS[scale], BRANCHES)
    plan = load.written(operators=sessions[:OPERATORS], pause=PAUSE)
    with deployment() as portal:
        crowd = Crowd(
            sockets=portal.sockets, pages=portal.pages, path=QUEUE, sessions=sessions, working=OPERATORS
        )
        with listening(crowd) as heard:
            told = load.ask(portal, plan, seconds, everybody=OPERATORS, coming=coming, kinds=["Operator"])
    about = {"sockets": heard.open, "operators": OPERATORS, "seconds": seconds, "pause": PAUSE}
    wrong = sum(page["num_failures"] for page in told) + len(heard.wrong) + heard.closed
    figure(NAME, "p95 of pages beside open sockets", load.percentile(told, 0.95), "ms",
           asked=sum(page["num_requests"] for page in told), errors=wrong, **about)  # fmt: skip
    figure(NAME, "p95 of lists fetched again by themselves", quantiles(heard.fetches, n=20)[18], "ms",
           fetched=len(heard.fetches), heard=heard.changed, **about)  # fmt: skip


@contextmanager
def _ours() -> Iterator[int]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.portal_settings", "LOG_LEVEL": "INFO"}
    with gunicorn(
        "omsportal.wsgi:application", log=Path(settings.DATA_DIR) / "ours.log", ready=CONSTANT,
        environment=environment,
    ) as port:  # fmt: skip
        yield port


@contextmanager
def _theirs(ready: str) -> Iterator[int]:
    with gunicorn(
        "helpdesk_wsgi:application", log=Path(settings.DATA_DIR) / "theirs.log", ready=ready,
        python=str(helpdesk.PYTHON), environment=helpdesk.environment(), directory=helpdesk.SIDE,
    ) as port:  # fmt: skip
        yield port
