"""What /readyz looks at besides the database: a probe names what is degraded, or says nothing.

A degraded portal keeps taking complaints, so probes never make it "not ready".
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from omsportal.platform import heartbeats
from omsportal.platform.models import Outbox

SWEEP = "sweep"  # the heartbeat of the escalation sweeps
SILENT_AFTER = {
    SWEEP: timedelta(minutes=1),
    "escalator": timedelta(minutes=1),
    "deliver": timedelta(minutes=5),
}
UNSENT_AFTER = timedelta(minutes=15)
DISK_BYTES = 500 * 1024 * 1024

Probe = Callable[[datetime], str | None]
_probes: dict[str, Probe] = {}


def register(name: str, probe: Probe) -> None:
    """Add a probe: it gets `now` and returns a short reason when its part is degraded, else None."""
    _probes[name] = probe


def degraded(now: datetime) -> dict[str, str]:
    """Which parts work badly, and why; empty when all is well."""
    answers = {name: probe(now) for name, probe in _probes.items()}
    return {name: answer for name, answer in answers.items() if answer}


def swept(now: datetime) -> bool:
    """Whether any sweep has ever run on this database."""
    return heartbeats.age(SWEEP, now) is not None


def _silence(name: str) -> Probe:
    def probe(now: datetime) -> str | None:
        age = heartbeats.age(name, now)
        if age is not None and age <= SILENT_AFTER[name]:
            return None
        return "never seen" if age is None else f"silent for {age.total_seconds():.0f} s"

    return probe


def _unsent(now: datetime) -> str | None:
    late = Outbox.objects.overdue(now - UNSENT_AFTER).count()
    return f"{late} notices wait" if late else None


def _given_up(now: datetime) -> str | None:  # noqa: ARG001  probes all have one form
    lost = Outbox.objects.for_a_person().count()
    return f"{lost} notices wait for a decision" if lost else None


def _disk(now: datetime) -> str | None:  # noqa: ARG001  probes all have one form
    folder = settings.FILES_DIR
    while not folder.exists():
        folder = folder.parent
    return "little room for files" if shutil.disk_usage(folder).free < DISK_BYTES else None


for _name in SILENT_AFTER:
    register(_name, _silence(_name))
register("outbox", _unsent)
register("outbox_dead", _given_up)
register("disk", _disk)
