"""Registries of policies: the first load beside bare SQL, the second of the same file, memory all the while, pages
that people ask for meanwhile, and one look-up in a small and a large registry.

The limit is what PostgreSQL does with the same columns and indexes: COPY of lines that need no judging into a
staging table, and one INSERT from there, nothing sealed, nothing digested.
"""

import itertools
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from django.db import connection

from benchmarks.deployment import memory_of
from benchmarks.people import TOKEN
from benchmarks.portal_urls import CONSTANT
from benchmarks.report import RUNS, figure, medians
from benchmarks.web import gunicorn
from benchmarks.wire import Wire, get, post
from insurers.models import Branch, Policy
from insurers.policy_numbers import Sex, check_policy_number, enp_for
from insurers.services.policies import LOCAL_REGISTRY, Holder, PolicyRecord, create_policies
from omsportal.supervisor.processes import ROOT

NAME = "import"
LINES = {"small": 100_000, "full": 5_000_000}
FEW = 10_000
#: Birth dates in the registry: the first ten digits of a number may be asked for ten times an hour.
DAYS = 20_000
#: Each page is asked so often a second; so many seconds until every process knows it, so many before the load.
PACE, WARM, BEFORE = 10, 2, 6
MEMORY_EVERY = 0.25
SURNAMES = [
    f"{root}{end}"
    for root in ("Сокол", "Кузнец", "Попл", "Морозц", "Ёлк", "Петр")
    for end in ("ова", "ина", "енко")
]
HEADER = "ЕНП;Фамилия;Имя;Отчество;Дата рождения;Пол;СНИЛС;Телефон;Адрес;Действует с\n"
_BARE_STAGE = """
CREATE TEMPORARY TABLE bare_stage (kind varchar(10), number_blind bytea, birth_on_blind bytea, snils_blind bytea,
    surname_key varchar(100), holder bytea, branch_id bigint, valid_from date, valid_to date, digest bytea)
"""
_BARE_INSERT = """
INSERT INTO insurers_policy (kind, number_blind, birth_on_blind, snils_blind, surname_key, holder, branch_id,
    valid_from, valid_to, digest)
SELECT kind, number_blind, birth_on_blind, snils_blind, surname_key, holder, branch_id, valid_from, valid_to, digest
FROM bare_stage
"""


def run(scale: str) -> None:
    branch = Branch.objects.of_insurers().earliest("pk")
    lines, data = LINES[scale], Path(os.environ["DATA_DIR"])
    registry, ready = data / "registry.csv", data / "bare.tsv"
    _write(registry, lines)
    _write_bare(ready, lines, branch)
    runs = RUNS if scale == "small" else 1
    bare, first = medians(
        lambda: _bare(ready, lines), lambda: lines / _first(registry, branch, lines).seconds, runs=runs
    )
    ready.unlink()
    figure(NAME, f"first load of {lines:,} lines", first, "rows/s", baseline=bare, wanted=">= 0.15")
    _again(registry, branch, lines)
    _pages(registry, branch, lines)
    _looking_up(branch, lines)
    registry.unlink()


class _Run:
    """One run of the command: seconds, and MB of all its processes together all the while."""

    def __init__(self, seconds: float, samples: list[float]) -> None:
        self.seconds, self.samples = seconds, samples

    def quarter(self, number: int) -> float:
        """The middle of the samples of the first, second … quarter of its time."""
        many = len(self.samples)
        return statistics.median(self.samples[many * (number - 1) // 4 : many * number // 4])


def _load(registry: Path, branch: Branch) -> _Run:
    assert branch.insurer is not None
    name = f"{branch.insurer.code}-{branch.region.code}"
    command = [sys.executable, "manage.py", "import_policies", str(registry), "--branch", name, "--yes"]
    samples, began = list[float](), time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        samples.append(memory_of(process.pid))
        time.sleep(MEMORY_EVERY)
    assert process.returncode == 0, process.returncode
    return _Run(time.monotonic() - began, samples)


def _first(registry: Path, branch: Branch, lines: int) -> _Run:
    _empty()
    done = _load(registry, branch)
    assert Policy.objects.count() == lines
    return done


def _again(registry: Path, branch: Branch, lines: int) -> None:
    """To its end: every line is known, no row is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (before,) = cursor.fetchone()
        done = _load(registry, branch)
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE age(xmin) < age(%s::xid8::xid)) FROM insurers_policy",
            [before],
        )
        known, written = cursor.fetchone()
    assert (known, written) == (lines, 0), (known, written)
    figure(NAME, f"the same file again, {lines:,} lines", lines / done.seconds, "rows/s", written=written)
    figure(
        NAME, "memory of all processes of the command at its highest", max(done.samples), "MB", wanted="< 500"
    )
    figure(NAME, "memory in the last quarter, baseline the second", done.quarter(4), "MB",
           baseline=done.quarter(2), wanted="flat")  # fmt: skip


def _write_bare(path: Path, lines: int, branch: Branch) -> None:
    """The same number of rows of the same widths; making them is not measured."""
    with path.open("w") as file:
        for number in range(lines):
            surname = SURNAMES[number % len(SURNAMES)].lower()
            cells = (
                "enp", _bytes(32), _bytes(32), r"\N", surname, _bytes(300), str(branch.pk), "2020-01-01", r"\N",
                _bytes(32),
            )  # fmt: skip
            file.write("\t".join(cells) + "\n")


def _bare(ready: Path, lines: int) -> float:
    """Rows a second."""
    _empty()
    with connection.cursor() as cursor, ready.open("rb") as file:
        began = time.monotonic()
        cursor.execute(_BARE_STAGE)
        cursor.copy_expert("COPY bare_stage FROM STDIN", file)
        cursor.execute(_BARE_INSERT)
        seconds = time.monotonic() - began
        cursor.execute("DROP TABLE bare_stage")
    return lines / seconds


def _pages(registry: Path, branch: Branch, lines: int) -> None:
    """p95 of what people ask of two workers, before and while the file is loaded into an empty registry."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.portal_settings"}
    log = Path(os.environ["DATA_DIR"]) / "pages.log"
    with gunicorn("omsportal.wsgi:application", log=log, ready=CONSTANT, environment=environment) as port:
        requests = {"/": itertools.repeat(get("/")), "/policy/check/": _checks(lines)}
        with _asking(port, requests, {page: [] for page in requests}):
            time.sleep(WARM)
        before = {page: list[float]() for page in requests}
        with _asking(port, requests, before):
            time.sleep(BEFORE)
        _empty()
        meanwhile = {page: list[float]() for page in requests}
        with _asking(port, requests, meanwhile):
            _load(registry, branch)
    for page, times in meanwhile.items():
        figure(NAME, f"p95 of {page} while {lines:,} lines are loaded", _p95(times), "ms",
               baseline=_p95(before[page]), asked=len(times), longest=round(max(times), 1))  # fmt: skip


@contextmanager
def _asking(port: int, requests: dict[str, Iterator[bytes]], times: dict[str, list[float]]) -> Iterator[None]:
    """PACE times a second each page, from the moment it is due: a slow server is not asked less."""
    over, mistakes = threading.Event(), list[BaseException]()

    def ask(page: str) -> None:
        wire, began = Wire(port), time.perf_counter()
        try:
            for place, request in enumerate(requests[page]):
                due = began + place / PACE
                if over.wait(max(0.0, due - time.perf_counter())):
                    return
                answer = wire.ask(request)
                assert answer.status == 200, (page, answer.status)
                times[page].append((time.perf_counter() - due) * 1000)
        except BaseException as mistake:
            mistakes.append(mistake)
        finally:
            wire.close()

    threads = [threading.Thread(target=partial(ask, page)) for page in requests]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if mistakes:
        raise RuntimeError("the pages were not measured") from mistakes[0]


def _checks(lines: int) -> Iterator[bytes]:
    """Each for somebody else, from another address."""
    for place in itertools.count():
        serial, born = place % lines, _birth(place % lines)
        form = {
            "csrfmiddlewaretoken": TOKEN, "number": _number(serial), "surname": SURNAMES[serial % len(SURNAMES)],
            "birth_on": f"{born:%d.%m.%Y}",
        }  # fmt: skip
        address = f"10.{place >> 16 & 255}.{place >> 8 & 255}.{place & 255}"
        yield post("/policy/check/", form, came_from=address, csrftoken=TOKEN)


def _looking_up(branch: Branch, lines: int) -> None:
    """One query, by the blind index: with few policies and with many."""
    large = _look_up_time(lines)
    _empty()
    records = [
        PolicyRecord(
            number=check_policy_number(_number(serial)), branch_id=branch.pk,
            holder=Holder(surname=SURNAMES[serial % len(SURNAMES)], first_name="Анна", birth_on=_birth(serial)),
        )
        for serial in range(FEW)
    ]  # fmt: skip
    create_policies(records)
    small = _look_up_time(FEW)
    figure(NAME, f"look-up among {lines:,}, beside {FEW:,}", large, "ms", baseline=small, wanted="flat")


def _look_up_time(lines: int) -> float:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE insurers_policy")
    times = []
    for serial in range(0, lines, max(1, lines // 500)):
        number = check_policy_number(_number(serial))
        began = time.monotonic()
        found = LOCAL_REGISTRY.find(
            number=number, surname=SURNAMES[serial % len(SURNAMES)], birth_on=_birth(serial)
        )
        times.append((time.monotonic() - began) * 1000)
        assert found is not None
    return statistics.median(times)


def _write(path: Path, lines: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for serial in range(lines):
            born = _birth(serial).strftime("%d.%m.%Y")
            file.write(
                f"{_number(serial)};{SURNAMES[serial % len(SURNAMES)]};Анна;Петровна;{born};Ж;;+7 485 231-38-28;"
                f"Ярославль, ул. Свободы, {serial % 200};01.01.2020\n"
            )


def _number(serial: int) -> str:
    return enp_for("76", _birth(serial), Sex.FEMALE, serial // DAYS)


def _birth(serial: int) -> date:
    return date(1940, 1, 1) + timedelta(days=serial % DAYS)


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE insurers_policy CASCADE")


def _bytes(size: int) -> str:
    return "\\\\x" + os.urandom(size).hex()


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
