"""What a prepared change of a setting would do: found out by a job that writes nothing.

Calendar and hours: which dates of open cases would move. Terms of keeping: how much would be erased at the
next looks. A trial of the calendar costs what the recount itself costs; one of keeping costs what is due.
"""

from datetime import datetime
from typing import Any

from complaints.escalation import calendar_changes
from complaints.models import Deadline, Setting, SettingChange
from complaints.services import preview, retention
from complaints.services.setting_changes import KINDS, PREVIEW
from complaints.services.setting_sheets import Sheet, Touched, Values, differing
from omsportal.platform import dry_runs, jobs
from omsportal.platform.clock import database_now
from omsportal.platform.dry_runs import Change


def try_change(change: Change, progress: jobs.Progress) -> dict[str, Any]:
    """The job `setting.preview`."""
    row = SettingChange.objects.with_places().get(pk=change["setting_change"])
    sheet, before, now = Sheet.of(row), row.seen or {}, database_now()
    if sheet.noun == Setting.KEEPING:
        return {"terms": erased(before, row.values, progress, now)}
    with dry_runs.rolled_back():
        preview.shadow_working_time()
        touched = KINDS[sheet.noun].write(sheet, before, row.values, now)
        return preview.moved(touched.schedule_ids, _branches(touched), _days(touched), progress)


def erased(before: Values, after: Values, progress: jobs.Progress, now: datetime) -> list[dict[str, Any]]:
    """Of each kind whose term changes: how many rows are due by the old and the new one, how many held."""
    found = []
    rows = {row.code: row for row in Deadline.objects.terms_of(retention.GROUP).valid_on(now.date())}
    codes = [code for code in differing(before, after) if code in rows]
    for done, code in enumerate(codes):
        row = rows[code]
        was, _held = _due(row, now)
        row.value, row.unit = after[code]
        due, held = _due(row, now)
        found.append({"code": code, "was": was, "due": due, "held": held})
        progress.report(done + 1, len(codes))
    return found


def _due(row: Deadline, now: datetime) -> tuple[int, int]:
    """By this term, whether it is in force or not: due, and over but held."""
    term = retention.term_of(row, now=now)
    if term is None:
        return 0, 0
    due = held = 0
    for piece in retention.walk(term):
        due, held = due + len(piece.due), held + piece.held
    return due, held


def _branches(touched: Touched) -> list[int]:
    return sorted(touched.branch_ids) or calendar_changes.branches_by(sorted(touched.schedule_ids))


def _days(touched: Touched) -> set[Any]:
    return {(touched.region_id, day) for day in touched.days}


def register() -> None:
    """Called once, when the app is ready."""
    dry_runs.register(PREVIEW, try_change)
