"""What is looked at from time to time: files whose time is over, old results, work that was left behind."""

from datetime import datetime, timedelta
from typing import Any

from complaints.escalation import rounds
from complaints.models import BulkAct, Export
from complaints.services import bulk, exports
from omsportal.platform import jobs
from omsportal.platform.kinds import JobState
from omsportal.platform.models import Job

EVERY = timedelta(minutes=5)
#: Whatever is older and has no job: its worker failed, or died too often.
LEFT_FOR = timedelta(minutes=10)


def look(now: datetime) -> None:
    """Each part finds its work in rows; twice at once does no harm."""
    exports.tidy(now)
    bulk.tidy(now)
    _take_up(BulkAct.objects.unfinished(), bulk.KIND, "bulk", now)
    _take_up(Export.objects.unfinished().with_file(), exports.KIND, "export", now)


def _take_up(rows: Any, kind: str, name: str, now: datetime) -> int:
    """Ask anew for what nobody works on (partial indexes of the unfinished, job_unfinished)."""
    waiting = Job.objects.filter(state__in=(JobState.QUEUED, JobState.RUNNING), kind=kind)
    worked_on = {job.arguments.get(name) for job in waiting}
    left = [row for row in rows.asked_before(now - LEFT_FOR).order_by("id") if row.pk not in worked_on]
    for row in left:
        jobs.request(kind=kind, arguments={name: row.pk}, by_id=row.made_by_id, now=now)
    return len(left)


def register() -> None:
    """Called once, when the app is ready."""
    bulk.register()
    exports.register()
    rounds.ROUNDS.append(rounds.Round("list_work", EVERY, look))
