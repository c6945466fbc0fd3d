"""Registries of policies: the first load beside bare SQL, the second of the same file, memory, pages meanwhile,
and one look-up in a small and a large registry.

The limit is what PostgreSQL does with the same columns and indexes: COPY of lines that need no judging into a
staging table, and one INSERT from there, nothing sealed, nothing digested.
"""

import io
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path

from django.db import connection

from benchmarks.report import RUNS, figure, medians
from insurers.models import Branch, Policy
from insurers.policy_numbers import Sex, check_policy_number, enp_for
from insurers.services.policies import LOCAL_REGISTRY, Holder, PolicyRecord, create_policies
from omsportal.supervisor.processes import ROOT

LINES = {"small": 100_000, "full": 5_000_000}
FEW = 10_000
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
    lines, registry = LINES[scale], Path(os.environ["DATA_DIR"]) / "registry.csv"
    _write(registry, lines)
    runs = RUNS if scale == "small" else 1
    first, bare = medians(lambda: _first(registry, branch, lines), lambda: _bare(lines, branch), runs=runs)
    figure("import", f"first load of {lines:,} lines", first, "rows/s", baseline=bare, wanted=">= 0.15")
    _empty()
    _load(registry, branch)
    again = _load(registry, branch)
    figure(
        "import",
        f"the same file again, {lines:,} lines",
        lines / again.seconds,
        "rows/s",
        wanted="nothing written",
    )
    figure("import", "peak memory of one process of the command", again.megabytes, "MB", wanted="< 500")
    _pages(registry, branch)
    _looking_up(branch, lines)
    registry.unlink()


class _Run:
    """One run of the command: seconds, and the most that the largest of its processes took."""

    def __init__(self, seconds: float, megabytes: float) -> None:
        self.seconds, self.megabytes = seconds, megabytes


def _load(registry: Path, branch: Branch) -> _Run:
    assert branch.insurer is not None
    name = f"{branch.insurer.code}-{branch.region.code}"
    command = [sys.executable, "manage.py", "import_policies", str(registry), "--branch", name, "--yes"]
    began = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.monotonic() - began
    return _Run(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def _first(registry: Path, branch: Branch, lines: int) -> float:
    _empty()
    seconds = _load(registry, branch).seconds
    assert Policy.objects.count() == lines
    return lines / seconds


def _bare(lines: int, branch: Branch) -> float:
    """The same number of rows of the same widths; making them is not measured."""
    _empty()
    content = io.BytesIO()
    for number in range(lines):
        surname = SURNAMES[number % len(SURNAMES)].lower()
        cells = (
            "enp",
            _bytes(32),
            _bytes(32),
            r"\N",
            surname,
            _bytes(300),
            str(branch.pk),
            "2020-01-01",
            r"\N",
            _bytes(32),
        )
        content.write(("\t".join(cells) + "\n").encode())
    content.seek(0)
    with connection.cursor() as cursor:
        began = time.monotonic()
        cursor.execute(_BARE_STAGE)
        cursor.copy_expert("COPY bare_stage FROM STDIN", content)
        cursor.execute(_BARE_INSERT)
        seconds = time.monotonic() - began
        cursor.execute("DROP TABLE bare_stage")
    return lines / seconds


def _pages(registry: Path, branch: Branch) -> None:
    """p95 of a public page, mostly kept in memory, asked in this process before and while the file is loaded."""
    from django.test import Client

    client = Client(headers={"host": "localhost"})

    def ask() -> float:
        began = time.monotonic()
        assert client.get("/insurers/?region=76").status_code == 200
        return (time.monotonic() - began) * 1000

    before = _p95([ask() for _ in range(60)])
    _empty()
    loading = threading.Thread(target=_load, args=(registry, branch))
    loading.start()
    times = []
    while loading.is_alive():
        times.append(ask())
        time.sleep(0.05)
    figure("import", "p95 of a page while a file is loaded", _p95(times), "ms", baseline=before)


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
    figure("import", f"look-up among {lines:,}, beside {FEW:,}", large, "ms", baseline=small, wanted="flat")


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
    return enp_for("76", _birth(serial), Sex.FEMALE, serial % 100_000)


def _birth(serial: int) -> date:
    return date(1940, 1, 1) + timedelta(days=serial // 100_000)


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE insurers_policy CASCADE")


def _bytes(size: int) -> str:
    return "\\\\x" + os.urandom(size).hex()


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
