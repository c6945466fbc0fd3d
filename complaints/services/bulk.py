"""One act on many cases, by a worker in the background: some cases in a transaction, each with its line.

Who takes over from a worker that died goes on with the lines that still wait: a case and its line are written
together, so nothing is done twice and nothing is left out. A worker does what its time allows and asks for
the rest anew, so that other work gets its turn between.
"""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _

from complaints.models import BulkAct, BulkLine, Complaint
from complaints.reports.staff import whole_list
from complaints.reports.staff.filtering import wanted_of
from complaints.reports.staff.tabs import Tab
from complaints.services import bulk_group, bulk_one, thread
from complaints.services.transitions import RuleBroken
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from representatives.models import User
from representatives.profiles import profile_of

log = logging.getLogger(__name__)
KIND = "bulk.act"
#: Well below the limit of a task.
SLICE_SECONDS = 25.0
REPORT_SECONDS = 0.5
BATCH = 200
#: So long the results of each case are kept; what was done stands in the history of the cases for ever.
KEPT_FOR = timedelta(days=90)
MOST_TIDIED = 5_000
#: Boxes that one page may send.
MOST_MARKED = 500


@dataclass(frozen=True, slots=True)
class Marked:
    """The cases of an act: a list, or those that were marked, by number with the version on screen."""

    versions: Mapping[str, int] = field(default_factory=dict)
    tab: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def ask(
    *, kind: str, marked: Marked, arguments: Mapping[str, Any], note: str = "", by: User, now: datetime
) -> BulkAct:
    """Ask a worker to do it. Whether it may be done is judged case by case, when it is done.

    Numbers that this person does not see are left out, as if they did not exist. Raises RuleBroken: nothing
    is marked, the note is too long.
    """
    text = thread.checked_text(note) if note.strip() else ""
    made: BulkAct = BulkAct.objects.create(
        kind=kind, arguments=dict(arguments), sealed={"note": text} if text else None, tab=marked.tab,
        chosen=dict(marked.chosen), made_by=by, made_at=now, gathered_at=None if marked.tab else now,
    )  # fmt: skip
    if not marked.tab and not _write_lines(made, _marked(marked, by, now)):
        raise RuleBroken("nothing_marked", _("Mark the appeals first: tick the boxes in the list."))
    jobs.request(kind=KIND, arguments={"bulk": made.pk}, by_id=by.pk, now=now)
    return made


@transaction.atomic
def stop(*, bulk: BulkAct, by: User, now: datetime) -> bool:
    """Do no more cases; those that are done stay done. False: it is over, stopped before, or not theirs."""
    own = BulkAct.objects.of(by.pk).unfinished().filter(pk=bulk.pk, cancelled_at=None)
    return bool(own.order_by().update(cancelled_at=now))


def of(reference: UUID, by: User) -> BulkAct | None:
    """The act of this person; nobody else's exists."""
    found: BulkAct | None = BulkAct.objects.of(by.pk).by_reference(reference).first()
    return found


def work(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The job: reads the list, then does case by case until the time of one turn is over."""
    bulk: BulkAct | None = BulkAct.objects.unfinished().filter(pk=job.arguments["bulk"]).first()
    if bulk is None:
        return {}
    turn = _Turn(bulk, progress)
    if bulk.gathered_at is None:
        _gather(bulk, turn)
    while not turn.is_over and (ids := list(bulk.lines.waiting().values_list("pk", flat=True)[:BATCH])):
        if not turn.goes_on(ids):
            break
    counts = bulk.lines.counts()
    if turn.is_over and (bulk.gathered_at is None or counts.get(bulk_one.Result.WAITING)):
        jobs.request(kind=KIND, arguments=job.arguments, by_id=job.created_by_id, now=database_now())
    else:
        _finish(bulk)
    turn.report()
    return counts


class _Turn:
    """What one worker does before it lets others have theirs."""

    def __init__(self, bulk: BulkAct, progress: jobs.Progress) -> None:
        self.bulk, self.progress = bulk, progress
        self.until = time.monotonic() + SLICE_SECONDS
        self.reported = time.monotonic()
        self.done = bulk.done_count
        self.is_over = False

    def goes_on(self, line_ids: Sequence[int]) -> bool:
        """Do these cases. False: stopped, or the time is over."""
        waiting = list(line_ids)
        while waiting:
            if time.monotonic() >= self.until:
                self.is_over = True
                return False
            settled = self._some(waiting)
            if settled is None:
                return False
            waiting = [line_id for line_id in waiting if line_id not in settled]
            self.done += len(settled)
            if time.monotonic() - self.reported >= REPORT_SECONDS:
                self.report()
        return True

    def _some(self, waiting: Sequence[int]) -> Collection[int] | None:
        """The next ones together. The first alone when others have all of them in hand, or when the database
        refuses them together: then it is clear which one it refuses."""
        try:
            settled = self._do(waiting[: bulk_group.MOST])
        except DatabaseError as error:
            if connection.connection is None:
                raise
            log.warning("act %s on many goes on case by case: %s", self.bulk.pk, type(error).__name__)
        else:
            if settled is None or settled:
                return settled
        return self._do(waiting[:1])

    def _do(self, line_ids: Sequence[int]) -> Collection[int] | None:
        now, ends = database_now(), self.progress.ends
        return bulk_group.do_some(bulk_id=self.bulk.pk, line_ids=line_ids, now=now, ends=ends)

    def report(self) -> None:
        self.reported = time.monotonic()
        counted = BulkAct.objects.filter(pk=self.bulk.pk)
        counted.update(done_count=min(self.done, self.bulk.total_count), total_count=self.bulk.total_count)
        self.progress.report(min(self.done, self.bulk.total_count), self.bulk.total_count)


def _gather(bulk: BulkAct, turn: _Turn) -> None:
    """Write down the cases of the list as its reader sees it now; a turn that is over leaves the position."""
    by = User.objects.get(pk=bulk.made_by_id)
    profile = profile_of(by, now=database_now())
    wanted = wanted_of(bulk.chosen, bulk.made_at)
    while bulk.gathered_at is None:
        if time.monotonic() >= turn.until:
            turn.is_over = True
            return
        found = whole_list.ids_of(Tab(bulk.tab), profile, wanted, bulk.cursor)
        _write_lines(bulk, {row.pk: row.version for row in found.rows})
        bulk.cursor = found.next_cursor
        bulk.gathered_at = None if bulk.cursor else max(database_now(), bulk.made_at)
        bulk.save(update_fields=["cursor", "gathered_at"])
        turn.report()


def _marked(marked: Marked, by: User, now: datetime) -> dict[int, int]:
    """By id; the unique index of numbers serves it."""
    numbers = list(marked.versions)[:MOST_MARKED]
    seen = Complaint.objects.visible_to(profile_of(by, now=now)).filter(number__in=numbers)
    return {pk: marked.versions[number] for pk, number in seen.values_list("pk", "number")}


def _write_lines(bulk: BulkAct, versions: Mapping[int, int]) -> int:
    """A case that is there already stays as it is."""
    rows = [BulkLine(bulk=bulk, complaint_id=pk, version=versions[pk]) for pk in sorted(versions)]
    BulkLine.objects.bulk_create(rows, ignore_conflicts=True)
    bulk.total_count = bulk.lines.count()
    bulk.save(update_fields=["total_count"])
    return len(rows)


def _finish(bulk: BulkAct) -> None:
    """The note stands in each case now, and nowhere else."""
    bulk.sealed = None
    bulk.finished_at = max(database_now(), bulk.made_at)
    bulk.save(update_fields=["sealed", "finished_at"])


def tidy(now: datetime) -> int:
    """Delete old acts with their lines, some lines at a time; returns how many.

    Indexes bulk_act_finished and bulk_line_by_result.
    """
    old = BulkAct.objects.finished_before(now - KEPT_FOR).order_by("finished_at").first()
    if old is None:
        return 0
    some = old.lines.order_by("result", "id").values("pk")[:MOST_TIDIED]
    gone = BulkLine.objects.filter(pk__in=some).delete()[0]
    if not old.lines.exists():
        old.delete()
    return gone


def register() -> None:
    """Called once, when the app is ready."""
    jobs.register(KIND, work)
