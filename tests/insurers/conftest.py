"""People's places and hours that the tests of this app share."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from insurers.models import (
    Branch,
    BranchKind,
    CalendarDay,
    Insurer,
    Region,
    WorkingHours,
    WorkingSchedule,
)

# A Wednesday, 12:00 in Moscow.
NOW = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def yaroslavl(db: None) -> Region:
    return Region.objects.create(code="76", name="Ярославская область", time_zone="Europe/Moscow")


@pytest.fixture
def make_schedule(db: None) -> Callable[..., WorkingSchedule]:
    """make_schedule("office", {0: "09:00-18:00", 4: "09:00-13:00 14:00-17:00"})"""

    def make(code: str, hours: dict[int, str], **fields: Any) -> WorkingSchedule:
        fields = {"title": code, "time_zone": "Europe/Moscow"} | fields
        schedule = WorkingSchedule.objects.create(code=code, **fields)
        for weekday, text in hours.items():
            for piece in text.split():
                starts, ends = (time.fromisoformat(end) for end in piece.split("-"))
                WorkingHours.objects.create(schedule=schedule, weekday=weekday, starts=starts, ends=ends)
        return schedule

    return make


@pytest.fixture
def office(make_schedule: Callable[..., WorkingSchedule]) -> WorkingSchedule:
    return make_schedule("office", dict.fromkeys(range(5), "09:00-18:00"))


@pytest.fixture
def round_the_clock(make_schedule: Callable[..., WorkingSchedule]) -> WorkingSchedule:
    return make_schedule("round-the-clock", {}, round_the_clock=True, follows_calendar=False)


@pytest.fixture
def insurer(db: None) -> Insurer:
    return Insurer.objects.create(code="sogaz-med", short_name="СОГАЗ-Мед", full_name="АО «СОГАЗ-Мед»")


@pytest.fixture
def branch(insurer: Insurer, yaroslavl: Region, office: WorkingSchedule) -> Branch:
    return Branch.objects.create(
        insurer=insurer, region=yaroslavl, title="СОГАЗ-Мед, Ярославль", schedule=office
    )


@pytest.fixture
def rival_branch(yaroslavl: Region, office: WorkingSchedule) -> Branch:
    rival = Insurer.objects.create(code="reso-med", short_name="РЕСО-Мед", full_name="ООО «РЕСО-Мед»")
    return Branch.objects.create(
        insurer=rival, region=yaroslavl, title="РЕСО-Мед, Ярославль", schedule=office
    )


@pytest.fixture
def fund(yaroslavl: Region, office: WorkingSchedule) -> Branch:
    return Branch.objects.create(
        kind=BranchKind.FUND, region=yaroslavl, title="ТФОМС Ярославской области", schedule=office
    )


@pytest.fixture
def calendar_day(db: None) -> Callable[..., CalendarDay]:
    def make(day: str, kind: str, **fields: Any) -> CalendarDay:
        return CalendarDay.objects.create(date=date.fromisoformat(day), kind=kind, **fields)

    return make
