"""The working hours of a branch as a sheet: "hours" as people say them, "holidays": works on days off too."""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints.services.setting_sheets import Kind, Sheet, Touched, Values
from insurers.hours_text import HoursUnreadable, Piece, read_typed, show
from insurers.models import Branch, WorkingSchedule
from insurers.services import calendar
from insurers.services.organisation_values import schedule_for
from insurers.services.revisions import Refused

HOURS, HOLIDAYS = "hours", "holidays"
_ALWAYS = "круглосуточно"


def stands(sheet: Sheet, now: datetime) -> Values:  # noqa: ARG001  the form of all sheets
    found = Branch.objects.select_related("schedule").prefetch_related("schedule__hours")
    return values_of(found.get(pk=_branch(sheet).pk).schedule)


def values_of(schedule: WorkingSchedule) -> Values:
    if schedule.round_the_clock:
        return {HOURS: _ALWAYS, HOLIDAYS: False}
    return {HOURS: show(week_of(schedule)), HOLIDAYS: not schedule.follows_calendar}


def week_of(schedule: WorkingSchedule) -> dict[int, list[Piece]]:
    week: dict[int, list[Piece]] = {}
    for row in schedule.hours.all():
        week.setdefault(row.weekday, []).append((row.starts, row.ends))
    return week


def _branch(sheet: Sheet) -> Branch:
    assert sheet.branch is not None, "the constraint setting_change_place_fits_noun forbids it"
    return sheet.branch


def _check(sheet: Sheet, before: Values, after: Values, now: datetime) -> None:  # noqa: ARG001
    try:
        hours = read_typed(after[HOURS])
    except HoursUnreadable:
        hours = None
    if hours is None:
        raise Refused({HOURS: _("Write the hours: without them nobody can count a limit of time.")})


def _write(sheet: Sheet, before: Values, after: Values, now: datetime) -> Touched:  # noqa: ARG001
    """Schedules are shared by branches and phones, so none is changed: the branch gets one that has these."""
    branch = (
        Branch.objects.with_names().select_for_update(of=("self",), no_key=True).get(pk=_branch(sheet).pk)
    )
    found = schedule_for(after, branch, now)
    assert found is not None, "_check refuses hours that cannot be read"
    branch.schedule = found
    branch.save(update_fields=["schedule"])
    return Touched(schedule_ids={found.pk}, branch_ids={branch.pk})


def _follow(touched: Touched, by_id: int, now: datetime) -> int | None:
    """A branch has one schedule."""
    schedule = WorkingSchedule.objects.get(pk__in=touched.schedule_ids)
    return calendar.schedule_changed(schedule=schedule, by_id=by_id, now=now)


def _nobody_else(before: Values, after: Values) -> bool:  # noqa: ARG001
    return False


KIND = Kind(stands, _check, _write, _follow, _nobody_else, is_tried=True)
