"""Working time of one schedule in memory: forward and back by working hours, to place cases in the past."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Protocol

from insurers.models import WorkingAxis, WorkingSchedule, WorkingSpan
from insurers.services.working_time import AXIS_ORIGIN

MEMORY = timedelta(days=80)
AHEAD = timedelta(days=40)
HOUR = 3600.0


class Line(Protocol):
    """Hours may be working ones or plain ones."""

    def forward(self, moment: datetime, hours: float) -> datetime: ...

    def back(self, moment: datetime, hours: float) -> datetime: ...


class AroundTheClock:
    """Plain hours: the urgent lane."""

    def forward(self, moment: datetime, hours: float) -> datetime:
        return moment + timedelta(hours=hours)

    def back(self, moment: datetime, hours: float) -> datetime:
        return moment - timedelta(hours=hours)


class WorkingLine:
    """Working hours of the spans given, in order."""

    def __init__(self, spans: Sequence[tuple[datetime, datetime]]) -> None:
        self._starts = [start for start, _end in spans]
        lengths = [(end - start).total_seconds() for start, end in spans]
        self._lengths = lengths
        self._before = [0.0, *accumulate(lengths)]

    def forward(self, moment: datetime, hours: float) -> datetime:
        return self._moment(self._worked(moment) + hours * HOUR)

    def back(self, moment: datetime, hours: float) -> datetime:
        return self._moment(self._worked(moment) - hours * HOUR)

    def _worked(self, moment: datetime) -> float:
        place = bisect_right(self._starts, moment) - 1
        passed = (moment - self._starts[place]).total_seconds()
        return self._before[place] + min(passed, self._lengths[place])

    def _moment(self, worked: float) -> datetime:
        place = max(0, bisect_left(self._before, worked) - 1)
        return self._starts[place] + timedelta(seconds=worked - self._before[place])


def line_of(schedule: WorkingSchedule, now: datetime) -> WorkingLine:
    spans = WorkingSpan.objects.of(schedule).overlapping(now - MEMORY, now + AHEAD)
    return WorkingLine(list(spans.values_list("starts_at", "ends_at")))


def remember_longer(schedules: Sequence[WorkingSchedule], now: datetime) -> None:
    """Widen the axes, so that clocks of two months ago count too; the daily upkeep narrows them again."""
    for schedule in schedules:
        spans = list(WorkingSpan.objects.of(schedule).overlapping(now - MEMORY, now + AHEAD))
        axis = WorkingAxis.objects.get(schedule=schedule)
        axis.starts = [span.starts_at for span in spans]
        axis.ends = [span.ends_at for span in spans]
        axis.axis = [AXIS_ORIGIN + timedelta(seconds=span.seconds_before) for span in spans]
        axis.save(update_fields=["starts", "ends", "axis"])
