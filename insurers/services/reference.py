"""Reference data that every installation starts with: regions, insurers, funds, their phones and hours.

Only what was never there is added: a second load changes nothing, keeps what administrators edited and does
not bring back a phone that they replaced or removed.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.db import transaction

from insurers.hours_text import Hours, read_hours
from insurers.models import (
    AfterHours,
    Branch,
    BranchKind,
    Hotline,
    Insurer,
    Region,
    WorkingHours,
    WorkingSchedule,
)
from insurers.services import calendar, working_time

DATA = Path(__file__).resolve().parent.parent / "data"
ROUND_THE_CLOCK = "round-the-clock"
OFFICE_HOURS = {weekday: [(time(9), time(18))] for weekday in range(5)}
DAY_IN_SOURCE = re.compile(r"\d{4}-\d\d-\d\d")
AFTER_HOURS = {
    "": (AfterHours.UNKNOWN, ""),
    "voicemail; a specialist calls back in working hours": (
        AfterHours.VOICEMAIL,
        "Специалист перезвонит в рабочее время.",
    ),
    "answering machine": (AfterHours.MACHINE, ""),
}
RECORDED = {"": None, "yes": True, "no": False}
Line = dict[str, str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of each kind the tables hold after the load."""

    regions: int
    insurers: int
    branches: int
    hotlines: int
    new_calendar_days: int
    schedules: int


@transaction.atomic
def load_reference(*, now: datetime) -> Loaded:
    """Load regions.csv, insurers.csv and hotlines.csv, fill the calendar, compute working time."""
    _load_regions()
    _load_insurers()
    for line in _lines("hotlines.csv"):
        _load_hotline(line)
    new_days = calendar.seed(now=now)
    # A new day moves every schedule; without one only what is stale or new is computed, so repeats are cheap.
    if new_days:
        working_time.rebuild_all(now)
    else:
        calendar.refresh(now=now)
    return Loaded(
        regions=Region.objects.count(),
        insurers=Insurer.objects.count(),
        branches=Branch.objects.count(),
        hotlines=Hotline.objects.count(),
        new_calendar_days=new_days,
        schedules=WorkingSchedule.objects.count(),
    )


def office_schedule(region: Region) -> WorkingSchedule:
    """Monday to Friday, 9 to 18 in the region's time, by the production calendar: code "office-76"."""
    hours = Hours("office", "пн–пт 09:00–18:00", week=OFFICE_HOURS)
    return _schedule(f"office-{region.code}", hours, region)


def round_the_clock_schedule() -> WorkingSchedule:
    schedule, _new = WorkingSchedule.objects.get_or_create(
        code=ROUND_THE_CLOCK,
        defaults={
            "title": "Круглосуточно",
            "time_zone": "Europe/Moscow",
            "round_the_clock": True,
            "follows_calendar": False,
        },
    )
    return schedule


def _lines(name: str) -> Iterator[Line]:
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table)


def _load_regions() -> None:
    for line in _lines("regions.csv"):
        fields = {"okato": line["okato"], "name": line["name"], "time_zone": line["timezone"]}
        Region.objects.get_or_create(code=line["code"], defaults=fields)


def _load_insurers() -> None:
    names = ("short_name", "full_name", "ogrn", "inn", "website")
    for line in _lines("insurers.csv"):
        Insurer.objects.get_or_create(code=line["code"], defaults={name: line[name] for name in names})


def _load_hotline(line: Line) -> None:
    owner = _owner(line)
    branch = owner if isinstance(owner, Branch) else None
    insurer = owner if isinstance(owner, Insurer) else None
    if Hotline.objects.ever_listed(owner=owner, purpose=line["purpose"], phone=line["phone"]):
        return
    hours = read_hours(line["hours"])
    after_hours, note = AFTER_HOURS[line["after_hours"]]
    Hotline.objects.create(
        branch=branch,
        insurer=insurer,
        purpose=line["purpose"],
        phone=line["phone"],
        hours_text=hours.shown if hours else "",
        schedule=_schedule_of_phone(hours, branch),
        after_hours=after_hours,
        after_hours_note=note,
        calls_recorded=RECORDED[line["calls_recorded"]],
        confirmed_on=_confirmed_on(line["source"]),
        source=line["source"],
    )


def _owner(line: Line) -> Insurer | Branch:
    if line["owner_kind"] == "fund":
        return _fund(line["owner"], Region.objects.get(code=line["region_code"]))
    insurer = Insurer.objects.get(code=line["owner"])
    if line["owner_kind"] == "insurer":
        return insurer
    return _branch(insurer, Region.objects.get(code=line["region_code"]))


def _fund(title: str, region: Region) -> Branch:
    fields = {"title": title, "schedule": office_schedule(region)}
    return Branch.objects.get_or_create(kind=BranchKind.FUND, region=region, defaults=fields)[0]


def _branch(insurer: Insurer, region: Region) -> Branch:
    fields = {"title": f"{insurer.short_name}, {region.name}", "schedule": office_schedule(region)}
    return Branch.objects.get_or_create(
        kind=BranchKind.INSURER, insurer=insurer, region=region, defaults=fields
    )[0]


def _schedule_of_phone(hours: Hours | None, branch: Branch | None) -> WorkingSchedule | None:
    """A country-wide phone with hours of the day keeps only their text: nobody says in which time zone."""
    if hours is None:
        return None
    if hours.round_the_clock:
        return round_the_clock_schedule()
    if branch is None:
        return None
    return _schedule(f"phone-{branch.region.code}-{hours.code}", hours, branch.region)


def _schedule(code: str, hours: Hours, region: Region) -> WorkingSchedule:
    schedule, new = WorkingSchedule.objects.get_or_create(
        code=code,
        defaults={
            "title": f"{region.name}: {hours.shown}",
            "time_zone": region.time_zone,
            "region": region,
        },
    )
    if new:
        WorkingHours.objects.bulk_create(
            WorkingHours(schedule=schedule, weekday=weekday, starts=starts, ends=ends)
            for weekday, day in hours.week.items()
            for starts, ends in day
        )
    return schedule


def _confirmed_on(source: str) -> date | None:
    """Some sources say of which day they are."""
    found = DAY_IN_SOURCE.search(source)
    return date.fromisoformat(found[0]) if found else None
