"""Counting in memory: how often, and how long. No database and no Django here: logging counts too.

counters.py adds the sums of every process up, so that monitoring reads one figure.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from bisect import bisect_left
from dataclasses import dataclass, field

from omsportal.platform import log_lines

#: How long sums stay in memory, seconds.
ADD_EVERY = 10.0
#: Upper ends of the classes of a duration, seconds; what took longer is counted in the last, open one.
CLASSES = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
HELP = {
    "requests_total": "Requests by route, method and class of status.",
    "request_seconds": "How long requests took, by route and class of status.",
    "tasks_total": "Tasks of the worker by name and how they ended.",
    "task_seconds": "How long tasks took, by name.",
    "sweep_seconds": "How long sweeps of the timer took.",
    "log_errors_total": "Lines of the log at level ERROR and above.",
}

Key = tuple[str, str]


@dataclass(slots=True)
class Sum:
    """How many, how much in all, and how many in each class; counters without a size have no classes."""

    count: int = 0
    total: float = 0.0
    classes: list[int] = field(default_factory=list)

    def add(self, other: Sum) -> None:
        self.count += other.count
        self.total += other.total
        longer, shorter = sorted((self.classes, other.classes), key=len, reverse=True)
        padded = [*shorter, *[0] * (len(longer) - len(shorter))]
        self.classes = [one + two for one, two in zip(longer, padded, strict=True)]


_lock = threading.Lock()
_sums: dict[Key, Sum] = {}
_taken_at = time.monotonic()


def count(name: str, **labels: str) -> None:
    """One more of these."""
    keep({_key(name, labels): Sum(count=1)})


def observe(name: str, seconds: float, **labels: str) -> None:
    """One more of these, which took so long."""
    classes = [0] * (len(CLASSES) + 1)
    classes[bisect_left(CLASSES, seconds)] = 1
    keep({_key(name, labels): Sum(1, seconds, classes)})


def _key(name: str, labels: dict[str, str]) -> Key:
    if name not in HELP:
        raise ValueError(f"{name}: say in HELP what it counts.")
    return name, json.dumps(labels, sort_keys=True)


def keep(sums: dict[Key, Sum]) -> None:
    """Add these to what is here; also what could not be added up elsewhere."""
    with _lock:
        for key, one in sums.items():
            _sums.setdefault(key, Sum()).add(one)


def waiting() -> bool:
    """Whether sums have been here for so long that they should be added up."""
    return bool(_sums) and time.monotonic() - _taken_at >= ADD_EVERY


def take() -> dict[Key, Sum]:
    """All sums, which start anew from nothing."""
    global _sums, _taken_at
    with _lock:
        taken, _sums, _taken_at = _sums, {}, time.monotonic()
    return taken


class CountErrors(logging.Handler):
    """A logging handler: an alert can ask whether anything goes wrong without reading the log."""

    def emit(self, record: logging.LogRecord) -> None:
        count("log_errors_total", process=log_lines.process_name(), logger=record.name.partition(".")[0])
