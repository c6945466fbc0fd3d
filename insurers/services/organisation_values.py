"""Phones, offices and posts as the editor of organisations has them: a plain set of values for each.

Every value is a text or a yes/no, days are ISO dates and an empty text is "none": values are kept as JSON and
compared field by field.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from insurers.hours_text import Hours, HoursUnreadable, read_typed
from insurers.models import (
    Branch,
    ClinicPost,
    Hotline,
    Insurer,
    Noun,
    Office,
    Region,
    WorkingAxis,
    WorkingHours,
    WorkingSchedule,
)
from insurers.services import reference, working_time

Row = Hotline | Office | ClinicPost
Owner = Insurer | Branch
Values = dict[str, Any]

MODELS: dict[str, type[Hotline] | type[Office] | type[ClinicPost]] = {
    Noun.HOTLINE: Hotline, Noun.OFFICE: Office, Noun.CLINIC_POST: ClinicPost,
}  # fmt: skip
_DAYS = ("starts_on", "ends_on")
#: What is compared, shown and kept, in the order of the form.
FIELDS: dict[str, tuple[str, ...]] = {
    Noun.HOTLINE: (
        "purpose", "phone", "extension", "hours", "holidays", "zone", "after_hours", "after_hours_note",
        "calls_recorded", "source", *_DAYS,
    ),
    Noun.OFFICE: ("address", "hours", "phone", "extension", *_DAYS),
    Noun.CLINIC_POST: ("medical_organisation", "place", "hours", "phone", "extension", *_DAYS),
}  # fmt: skip
#: Which field a rule about several of them is told beside.
MAIN_FIELD: dict[str, str] = {Noun.HOTLINE: "phone", Noun.OFFICE: "address", Noun.CLINIC_POST: "place"}
_RECORDED = {None: "", True: "yes", False: "no"}
_MOST_CODES = 50


def noun_of(row: Row) -> Noun:
    return next(Noun(noun) for noun, model in MODELS.items() if isinstance(row, model))


def owner_of(row: Row) -> Owner:
    return row.owner if isinstance(row, Hotline) else row.branch


def values_of(row: Any, noun: str) -> Values:
    """Of a row, or of a line of its history. `starts_on` is the day of a change, so a row has none."""
    values: Values = {
        "hours": row.hours_text,
        "phone": str(row.phone.as_e164) if row.phone else "",
        "extension": row.extension,
        "starts_on": "",
        "ends_on": row.valid_to.isoformat() if row.valid_to else "",
    }
    if noun == Noun.HOTLINE:
        return values | _of_hotline(row)
    if noun == Noun.OFFICE:
        return values | {"address": row.address}
    return values | {"medical_organisation": row.medical_organisation_id, "place": row.place}


def differing(noun: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Names of the fields that are not the same; what an older draft does not know is empty."""
    return [name for name in FIELDS[noun] if one.get(name, "") != other.get(name, "")]


def fill(row: Row, values: Mapping[str, Any], *, called_on: date, now: datetime) -> None:
    """Write the values into the row, which is not saved. Makes a schedule where the hours are new.

    `called_on`: the day on which somebody says to have called the number.
    """
    before = values_of(row, noun_of(row))
    row.hours_text, row.phone = values["hours"], values["phone"] or None
    row.extension = values.get("extension", "")
    row.valid_to = date.fromisoformat(values["ends_on"]) if values["ends_on"] else None
    if isinstance(row, Hotline):
        _fill_hotline(row, before, values, called_on, now)
    elif isinstance(row, Office):
        row.address = values["address"]
    else:
        row.medical_organisation_id, row.place = values["medical_organisation"], values["place"]


def _of_hotline(row: Any) -> Values:
    schedule: WorkingSchedule | None = row.schedule
    by_days = schedule is not None and not schedule.round_the_clock
    return {
        "purpose": row.purpose,
        "holidays": bool(schedule and by_days and not schedule.follows_calendar),
        "zone": schedule.time_zone if schedule and by_days and row.branch_id is None else "",
        "after_hours": row.after_hours,
        "after_hours_note": row.after_hours_note,
        "calls_recorded": _RECORDED[row.calls_recorded],
        "source": row.source,
    }


def _fill_hotline(
    row: Hotline, before: Mapping[str, Any], values: Mapping[str, Any], called_on: date, now: datetime
) -> None:
    for name in ("purpose", "after_hours", "after_hours_note", "source"):
        setattr(row, name, values[name])
    row.calls_recorded = {text: known for known, text in _RECORDED.items()}[values["calls_recorded"]]
    is_new = any(before.get(name) != values[name] for name in ("phone", "extension"))
    if values.get("called"):
        row.confirmed_on = called_on if is_new else max(called_on, row.confirmed_on or called_on)
    elif is_new:
        row.confirmed_on = None
    timing = ("hours", "holidays", "zone")
    if row.schedule is None or any(before.get(name) != values[name] for name in timing):
        row.schedule = schedule_for(values, row.branch, now)


def schedule_for(values: Mapping[str, Any], branch: Branch | None, now: datetime) -> WorkingSchedule | None:
    """One with exactly these hours, computed; None where hours or the time zone are not known."""
    try:
        hours = read_typed(values["hours"])
    except HoursUnreadable:  # a text from before this editor
        return None
    zone = branch.region.time_zone if branch else values["zone"]
    if hours is None or not (hours.round_the_clock or zone):
        return None
    if hours.round_the_clock:
        found = reference.round_the_clock_schedule()
    else:
        region = branch.region if branch else None
        found = _equal_schedule(hours, zone, region, follows_calendar=not values["holidays"])
    if not WorkingAxis.objects.filter(schedule=found).exists():
        working_time.rebuild(found, now)
    return found


def _equal_schedule(
    hours: Hours, zone: str, region: Region | None, *, follows_calendar: bool
) -> WorkingSchedule:
    """Never one that somebody has meanwhile given other hours."""
    stem = f"phone-{region.code if region else 'all'}-{hours.code}"[:50] + ("" if follows_calendar else "-h")
    place = region.name if region else zone
    wanted = {"time_zone": zone, "region": region, "follows_calendar": follows_calendar}
    for turn in range(_MOST_CODES):
        code = stem if turn == 0 else f"{stem}-{turn}"
        known = {"title": f"{place}: {hours.shown}"[:200]} | wanted
        schedule, is_new = WorkingSchedule.objects.get_or_create(code=code, defaults=known)
        if is_new:
            _give_hours(schedule, hours)
        if _has(schedule, hours) and all(getattr(schedule, name) == wanted[name] for name in wanted):
            return schedule
    raise ValueError(f"{stem}: {_MOST_CODES} schedules have this code and other hours")


def _give_hours(schedule: WorkingSchedule, hours: Hours) -> None:
    WorkingHours.objects.bulk_create(
        WorkingHours(schedule=schedule, weekday=weekday, starts=starts, ends=ends)
        for weekday, day in hours.week.items()
        for starts, ends in day
    )


def _has(schedule: WorkingSchedule, hours: Hours) -> bool:
    kept = {(row.weekday, row.starts, row.ends) for row in schedule.hours.all()}
    return kept == {(day, *piece) for day, pieces in hours.week.items() for piece in pieces}
