"""Figures for monitoring, in Prometheus' text format. Upper layers register their own collectors."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min

from omsportal.platform import heartbeats
from omsportal.platform.kinds import Channel, JobState
from omsportal.platform.models import Alarm, Job, Outbox

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Sample:
    """One figure: omsportal_<name><suffix>{labels} value."""

    name: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)
    help: str = ""
    type: str = "gauge"
    suffix: str = ""

    def __post_init__(self) -> None:
        if not all(_NAME.fullmatch(word) for word in (self.name + self.suffix, *self.labels)):
            raise ValueError(f"{self.name}: names of metrics and labels are small letters, digits and _.")


Collector = Callable[[datetime], Iterable[Sample]]
_collectors: list[Collector] = []


def register(collector: Collector) -> Collector:
    """Add a collector; it gets `now` and must be cheap: it runs at each scrape. Also a decorator."""
    if collector not in _collectors:
        _collectors.append(collector)
    return collector


def exposition(now: datetime) -> str:
    """All figures as text; figures of one name stand together, under one HELP and TYPE."""
    families: dict[str, list[Sample]] = {}
    for collector in _collectors:
        for sample in collector(now):
            families.setdefault(sample.name, []).append(sample)
    return "".join(_family(name, samples) for name, samples in sorted(families.items()))


def _family(name: str, samples: list[Sample]) -> str:
    text = next((sample.help for sample in samples if sample.help), name.replace("_", " "))
    lines = [f"# HELP omsportal_{name} {text}", f"# TYPE omsportal_{name} {samples[0].type}"]
    lines += [f"omsportal_{name}{one.suffix}{_labels(one.labels)} {one.value:.10g}" for one in samples]
    return "\n".join(lines) + "\n"


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


@register
def _outbox(now: datetime) -> Iterable[Sample]:
    # A receiver that is switched off or away is told about by its own alarm.
    ours = Outbox.objects.overdue(now).exclude(channel=Channel.WEBHOOK)
    pending = ours.aggregate(count=Count("id"), oldest=Min("created_at"))
    wait = (now - pending["oldest"]).total_seconds() if pending["oldest"] else 0
    yield Sample(
        "outbox_pending", pending["count"], help="Notices whose moment has come and that are not sent."
    )
    yield Sample("outbox_oldest_seconds", max(wait, 0), help="Age of the oldest of them.")
    yield Sample("outbox_dead", Outbox.objects.dead().count(), help="Notices that were given up.")
    states = {
        "due": Outbox.objects.overdue(now),
        "later": Outbox.objects.pending().filter(available_at__gt=now),
        "given_up": Outbox.objects.dead(),
        "doubtful": Outbox.objects.doubtful(),
    }
    for state, rows in states.items():
        for channel, count in rows.order_by().values_list("channel").annotate(Count("id")):
            labels = {"channel": channel, "state": state}
            yield Sample("outbox_rows", count, labels, help="Notices by channel that are not over.")


@register
def _heartbeats(now: datetime) -> Iterable[Sample]:
    for name, age in sorted(heartbeats.ages(now).items()):
        text = "Time since the last sign of life."
        yield Sample("heartbeat_age_seconds", age.total_seconds(), {"name": name}, help=text)


@register
def _jobs(now: datetime) -> Iterable[Sample]:  # noqa: ARG001  collectors all have one form
    unfinished = Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).order_by()
    counts = dict(unfinished.values_list("state").annotate(Count("id")))
    yield Sample("jobs_queued", counts.get(JobState.QUEUED, 0), help="Jobs that wait for a worker.")
    yield Sample("jobs_running", counts.get(JobState.RUNNING, 0), help="Jobs that a worker does now.")


@register
def _alarms(now: datetime) -> Iterable[Sample]:  # noqa: ARG001  collectors all have one form
    open_ones = Alarm.objects.open().order_by().values("severity").annotate(count=Count("id"))
    for row in open_ones:
        yield Sample("alarms_open", row["count"], {"severity": row["severity"]}, help="Alarms that are open.")


# Both are views of the server's memory, not tables.
_CONNECTIONS = """
SELECT coalesce(state, 'background'), count(*), current_setting('max_connections')::int,
    coalesce(extract(epoch FROM max(now() - xact_start)), 0)
FROM pg_stat_activity WHERE datname = current_database() GROUP BY state ORDER BY 1
"""


@register
def _database(now: datetime) -> Iterable[Sample]:  # noqa: ARG001  collectors all have one form
    """Connections of the whole portal, and what holds old rows alive."""
    with connection.cursor() as cursor:
        cursor.execute(_CONNECTIONS)
        rows = cursor.fetchall()
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    for state, count, _most, _oldest in rows:
        labels = {"state": state.replace(" ", "_")}
        yield Sample("database_connections", count, labels, help="Connections to the database by state.")
    yield Sample("database_connections_max", rows[0][2], help="How many the server allows in all.")
    oldest = max(float(row[3]) for row in rows)
    yield Sample("database_oldest_transaction_seconds", oldest, help="Age of the oldest open transaction.")
    yield Sample("database_bytes", size, help="Size of the database.")


@register
def _storage(now: datetime) -> Iterable[Sample]:  # noqa: ARG001  collectors all have one form
    """Room for files of patients, on the disk of the process that is asked."""
    folder = existing(settings.FILES_DIR)
    usage = shutil.disk_usage(folder)
    yield Sample("files_free_bytes", usage.free, help="Free room where files of patients lie.")
    yield Sample("files_total_bytes", usage.total, help="All room there.")


def existing(folder: Path) -> Path:
    """The directory itself, or the nearest one above it that is there already."""
    while not folder.exists():
        folder = folder.parent
    return folder
