"""Reading every case anew for the search, once after each upgrade that changed how words are read.

How far it is stands in the detail of a sign of life, as the place of retention does; a round asks for the job
while there is something left, and the job lists a piece of cases, fills it, and lists the next. What is
written meanwhile waits behind one piece at most.
"""

import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from complaints.escalation import rounds
from complaints.models import CaseWords
from complaints.services import search_filling
from omsportal.platform import heartbeats, jobs
from omsportal.platform.clock import database_now
from omsportal.platform.kinds import JobState
from omsportal.platform.models import Heartbeat, Job

KIND = "search.again"
HEARTBEAT = "search.edition"
#: Raise it when cases must be read anew. With 2 came the words of threads.
EDITION = 2
#: Cases listed at a time: what a new case waits behind.
PIECE = 200
#: Well below the limit of a task.
SLICE_SECONDS = 20.0
#: Between two pieces, at most.
REST_SECONDS = 2.0

# By primary key. A case on the list already stays there; one that is being filled is waited for.
_LIST = """
WITH next AS MATERIALIZED (
    SELECT complaint_id FROM complaints_casewords WHERE complaint_id > %(after)s AND complaint_id <= %(last)s
    ORDER BY complaint_id LIMIT %(most)s
), listed AS (
    INSERT INTO complaints_wordsdue (complaint_id) SELECT complaint_id FROM next ON CONFLICT DO NOTHING
)
SELECT max(complaint_id) FROM next
"""


@dataclass(frozen=True, slots=True)
class Reached:
    """Cases up to `after` were read by this edition; those after `last` came when it was in force already."""

    edition: int
    after: int
    last: int

    @property
    def is_done(self) -> bool:
        return self.edition >= EDITION and self.after >= self.last


def reached() -> Reached:
    """Without a row nothing was read by any edition that is counted."""
    detail = Heartbeat.objects.filter(name=HEARTBEAT).values_list("detail", flat=True).first()
    found = Reached(**detail) if detail else Reached(0, 0, 0)
    if found.edition >= EDITION:
        return found
    last = CaseWords.objects.order_by("-pk").values_list("pk", flat=True).first()
    return Reached(EDITION, 0, last or 0)


def look(now: datetime) -> None:
    """A round: ask for the work while something is left and nobody is at it (index job_unfinished)."""
    place = reached()
    if place.is_done:
        _keep(place, now)
        return
    if not Job.objects.filter(state__in=(JobState.QUEUED, JobState.RUNNING), kind=KIND).exists():
        jobs.request(kind=KIND, now=now)


def work(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The job: fills what is listed, lists the next piece, until all is read or its turn is over."""
    until = time.monotonic() + SLICE_SECONDS
    while True:
        began = time.monotonic()
        search_filling.fill_due(now=database_now(), budget=until - began)
        # Half of a processor at most: whoever works or files meanwhile comes first.
        time.sleep(min(time.monotonic() - began, REST_SECONDS))
        place = reached()
        progress.report(place.after, place.last)
        if place.is_done:
            return {"edition": place.edition}
        if time.monotonic() >= until:
            jobs.request(kind=KIND, by_id=job.created_by_id, now=database_now())
            return {"edition": place.edition, "after": place.after}
        _list_next(database_now())


@transaction.atomic
def _list_next(now: datetime) -> None:
    """Cases and place together: whoever takes over goes on where the one before stopped."""
    Heartbeat.objects.select_for_update().filter(name=HEARTBEAT).first()
    place = reached()
    with connection.cursor() as cursor:
        cursor.execute(_LIST, {"after": place.after, "last": place.last, "most": PIECE})
        (after,) = cursor.fetchone()
    _keep(Reached(place.edition, place.last if after is None else after, place.last), now)


def _keep(place: Reached, now: datetime) -> None:
    heartbeats.beat(HEARTBEAT, now, asdict(place))


def register() -> None:
    """Called once, when the app is ready."""
    jobs.register(KIND, work)
    rounds.ROUNDS.append(rounds.Round("search_again", timedelta(minutes=5), look))
