"""Figures for monitoring, in Prometheus' text format. Upper layers register their own collectors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Min

from omsportal.platform import heartbeats
from omsportal.platform.kinds import JobState
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
    pending = Outbox.objects.overdue(now).aggregate(count=Count("id"), oldest=Min("created_at"))
    wait = (now - pending["oldest"]).total_seconds() if pending["oldest"] else 0
    yield Sample(
        "outbox_pending", pending["count"], help="Notices whose moment has come and that are not sent."
    )
    yield Sample("outbox_oldest_seconds", max(wait, 0), help="Age of the oldest of them.")
    yield Sample("outbox_dead", Outbox.objects.dead().count(), help="Notices that were given up.")


@register
def _heartbeats(now: datetime) -> Iterable[Sample]:
    for name, age in sorted(heartbeats.ages(now).items()):
        text = "Time since the last sign of life."
        yield Sample("heartbeat_age_seconds", age.total_seconds(), {"name": name}, help=text)


@register
def _jobs(now: datetime) -> Iterable[Sample]:  # noqa: ARG001  collectors all have one form
    queued = Job.objects.filter(state=JobState.QUEUED).count()
    yield Sample("jobs_queued", queued, help="Jobs that wait for a worker.")


@register
def _alarms(now: datetime) -> Iterable[Sample]:  # noqa: ARG001  collectors all have one form
    open_ones = Alarm.objects.open().order_by().values("severity").annotate(count=Count("id"))
    for row in open_ones:
        yield Sample("alarms_open", row["count"], {"severity": row["severity"]}, help="Alarms that are open.")
