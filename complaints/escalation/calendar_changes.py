"""A changed calendar: what follows for open cases. Tier clocks, dates of the law, what patients were promised.

A case is looked at for the date of the law only if a changed day lies in its way; changed hours of a schedule
leave that date alone. Running the job again changes nothing.
"""

from array import array
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection

from complaints.escalation import answers_sql, promises_sql, recount, recount_sql
from complaints.escalation.moves import CHANGED
from insurers.models import Branch
from insurers.services.calendar import CALENDAR_CHANGED
from omsportal.platform import bells, jobs
from omsportal.platform.models import Job

_PROMISES = (
    ("waits", promises_sql.WAITING_IDS, promises_sql.WAITS),
    ("calls", promises_sql.CALL_IDS, promises_sql.CALLS),
)


def recount_calendar(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The job `calendar.changed`: open cases of the branches that work by these schedules, and the dates of the
    law in the regions of the changed days."""
    branches = branches_by(job.arguments["schedules"])
    counted = recount.recount(recount_sql.IDS, {"branches": branches}, progress)
    now = job.started_at or job.created_at
    more = _recount_answers(job.arguments, now)
    for name, find, statement in _PROMISES:
        more[name], failed = _walk(find, {"branches": branches, "now": now}, statement)
        more["not_counted"] += failed
    if any(more.values()):
        bells.ring(CHANGED)
    return counted | {name: count for name, count in more.items() if count}


def branches_by(schedules: list[int]) -> list[int]:
    return list(Branch.objects.filter(schedule__in=schedules).values_list("pk", flat=True))


def branches_in(region_id: int | None) -> list[int]:
    """Those that keep the days off of a region; None: of the country."""
    found = Branch.objects.all() if region_id is None else Branch.objects.filter(region=region_id)
    return list(found.values_list("pk", flat=True))


def answers_concerned(region_id: int | None, days: list[date]) -> "array[int]":
    """Unanswered written cases whose date of the law may move with one of these days, by id."""
    branches = branches_in(region_id)
    found = (id_ for day in days for id_ in recount.find(answers_sql.IDS, {"branches": branches, "day": day}))
    return array("q", sorted({*found}))


def look_at_answers(ids: list[int], *, now: datetime) -> dict[str, int]:
    """What would move with the calendar as it is now, nothing written: the numbers for a dry run."""
    with connection.cursor() as cursor:
        cursor.execute(answers_sql.LOOK, {"ids": ids, "now": now})
        row = cursor.fetchone()
    return dict(zip(("later", "earlier", "overdue", "passed"), row, strict=True))


def _recount_answers(arguments: dict[str, Any], now: datetime) -> dict[str, int]:
    """Once more at the end, for what was being filed meanwhile: its date was counted by the calendar of before."""
    days = [date.fromisoformat(day) for day in arguments.get("days", [])]
    totals, seen = {"answers": 0, "passed": 0, "not_counted": 0}, set[int]()
    for _round in range(2 if days else 0):
        ids = array("q", (i for i in answers_concerned(arguments["region"], days) if i not in seen))
        seen.update(ids)
        failed: list[int] = []
        for moved, passed in _answers_to(answers_sql.COUNT, ids, now, failed):
            totals["answers"] += moved
            totals["passed"] += passed
        totals["not_counted"] += len(failed)
    return totals


def _walk(find: str, which: dict[str, Any], statement: str) -> tuple[int, int]:
    """How many moved, and how many could not be counted."""
    failed: list[int] = []
    found = recount.find(find, which)
    moved = sum(more for (more,) in _answers_to(statement, found, which["now"], failed))
    return moved, len(failed)


def _answers_to(statement: str, ids: "array[int]", now: datetime, failed: list[int]) -> Iterator[Any]:
    for batch in recount.batches(ids):
        for _done, row in recount.in_transactions(statement, batch, now, failed):
            yield row


def register() -> None:
    """Called once, when the app is ready."""
    jobs.register(CALENDAR_CHANGED, recount_calendar)
