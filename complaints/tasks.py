"""The bell's other end: ids in, one call. Every task may run twice, late, or at the same time as another."""

import time

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from complaints.escalation import hold, rounds
from complaints.escalation.sweep import Floor
from complaints.escalation.sweep import sweep as run_sweep
from complaints.services import drafts, mailboxes, scanning, search_filling, store_keeping, voicemail_folder
from omsportal.platform import heartbeats
from omsportal.platform.clock import database_now

#: Below a task's own limit.
PURGE_SECONDS = 30.0
_floor = Floor()


@shared_task(name="complaints.tasks.sweep")
def sweep() -> None:
    """Move what is due. Rung by beat and by the escalator."""
    if (now := hold.trusted_now()) is not None:
        _floor.swept(run_sweep(now=now, since=_floor.since()), now)


@shared_task(name="complaints.tasks.make_rounds")
def make_rounds() -> None:
    """Look after what needs a look from time to time, should the escalator be away. Only beat rings it."""
    heartbeats.beat("beat", database_now())
    if (now := hold.trusted_now()) is not None:
        rounds.make(now=now, ends=(SoftTimeLimitExceeded,))


@shared_task(name="complaints.tasks.purge_drafts")
def purge_drafts() -> None:
    """Throw away unsent forms whose time is over, with their files: all, or what a task's time allows."""
    now, until = database_now(), time.monotonic() + PURGE_SECONDS
    while drafts.purge(now=now) and time.monotonic() < until:
        pass


@shared_task(name="complaints.tasks.scan_files")
def scan_files() -> None:
    """Ask the virus scanner about files that have come. Rung by their commit and by beat."""
    scanning.scan_due(now=database_now())


@shared_task(name="complaints.tasks.take_in_recordings")
def take_in_recordings() -> None:
    """Make cases of voice messages in the watched folder. Rung by a round and by beat."""
    voicemail_folder.look(now=database_now())


@shared_task(name="complaints.tasks.read_mail")
def read_mail() -> None:
    """Take in new letters of every mailbox. Rung by a round and by beat."""
    mailboxes.read_all(now=database_now(), ends=(SoftTimeLimitExceeded,))


@shared_task(name="complaints.tasks.fill_search")
def fill_search() -> None:
    """Write the words that search finds new cases by. Rung by the card's commit and by beat."""
    search_filling.fill_due(now=database_now())


@shared_task(name="complaints.tasks.tidy_files")
def tidy_files() -> None:
    """Compare one folder of stored files with the rows, the next one each time."""
    store_keeping.look(now=database_now())
