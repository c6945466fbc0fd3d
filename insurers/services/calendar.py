"""The production calendar: filled from the decrees, corrected by people, and what follows from a change."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from insurers.models import CalendarDay, WorkingAxis, WorkingSchedule, WorkingSpan
from insurers.production_calendar import days_of
from insurers.services import working_time
from omsportal.platform import jobs, turns

#: The job that lets others recount what they computed from working time. Arguments: ids of schedules; after a
#: change of single days also their region (null: the country) and dates.
CALENDAR_CHANGED = "calendar.changed"
STALE_AFTER = timedelta(hours=20)
# Who gives somebody new hours reads the days, who changes days reads the schedules: neither sees what the
# other has not committed yet, and a new schedule would be left with the days of before.
_TURN = "insurers.calendar"


def seed(*, now: datetime) -> int:
    """Add the country's days of all years the horizon touches; days already there, edited or not, stay.

    Returns how many days are new.
    """
    first, last = (now - working_time.HORIZON_BACK).year, (now + working_time.HORIZON_AHEAD).year
    known = set(CalendarDay.objects.countrywide().values_list("date", flat=True))
    planned = [day for year in range(first, last + 1) for day in days_of(year) if day.date not in known]
    CalendarDay.objects.bulk_create(
        [CalendarDay(date=day.date, kind=day.kind, works_as=day.works_as, title=day.title) for day in planned]
    )
    return len(planned)


def refresh(*, now: datetime) -> int:
    """Daily upkeep: move the windows on. Cheap when nothing is stale; returns how many were rebuilt."""
    stale = list(WorkingSchedule.objects.computed_before(now - STALE_AFTER))
    if not stale:
        return 0
    seed(now=now)
    return len(_rebuilt(stale, now))


@transaction.atomic
def day_changed(*, region_id: int | None, days: Iterable[date] = (), by_id: int | None, now: datetime) -> int:
    """Days of this region (None: of the country) were added, changed or removed; recounts what they move.

    `days` are the dates concerned, both of them for a day that was moved: what goes by calendar days and not
    by a schedule follows them. Returns how many schedules were rebuilt; asks for the job `calendar.changed`.
    """
    rebuilt, _job_id = _days_followed(region_id, days, by_id, now)
    return rebuilt


@transaction.atomic
def days_followed(
    *, region_id: int | None, days: Iterable[date], by_id: int | None, now: datetime
) -> int | None:
    """The same; returns the job that recounts, also when it waits already for a change from before."""
    _rebuilt_schedules, job_id = _days_followed(region_id, days, by_id, now)
    return job_id


def _days_followed(
    region_id: int | None, days: Iterable[date], by_id: int | None, now: datetime
) -> tuple[int, int | None]:
    turns.take(_TURN)
    touched = list(WorkingSchedule.objects.touched_by(region_id))
    named = sorted({day.isoformat() for day in days})
    about = {"region": region_id, "days": named} if named else {}
    return _rebuild_and_tell(touched, by_id, now, about)


def days_stay() -> None:
    """Until the caller's transaction ends no changed day is followed: whoever makes a schedule asks for this
    before any row is locked, and its working time will not lack a day."""
    turns.share(_TURN)


@transaction.atomic
def schedule_changed(*, schedule: WorkingSchedule, by_id: int | None, now: datetime) -> int | None:
    """The hours of a schedule were changed. A schedule left without hours keeps no working time.

    Returns the job that recounts, also when it waits already for a change from before.
    """
    _rebuilt_schedules, job_id = _rebuild_and_tell([schedule], by_id, now, {})
    return job_id


def _rebuild_and_tell(
    schedules: Iterable[WorkingSchedule], by_id: int | None, now: datetime, about: dict[str, Any]
) -> tuple[int, int | None]:
    """How many were rebuilt, and the job that was asked for."""
    ids = _rebuilt(schedules, now)
    if not (ids or about):
        return 0, None
    arguments = {"schedules": ids} | about
    job = jobs.request(kind=CALENDAR_CHANGED, arguments=arguments, by_id=by_id, now=now)
    return len(ids), job.pk


def _rebuilt(schedules: Iterable[WorkingSchedule], now: datetime) -> list[int]:
    """Those that have working time now. What came from hours that were removed must not be counted with."""
    codes = {schedule.code: schedule.pk for schedule in schedules}
    idle = working_time.rebuild_many(codes.values(), now).without_hours
    WorkingAxis.objects.filter(schedule__code__in=idle).delete()
    WorkingSpan.objects.filter(schedule__code__in=idle).delete()
    return sorted(pk for code, pk in codes.items() if code not in idle)
