"""The store of files against its rows: one of 256 folders at a time, so that millions of files are no burden.

A process that was killed between file and row leaves a file that nobody knows: after a day it is set aside,
after a month thrown away. A row whose file is gone is an alarm.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from complaints import file_store
from complaints.models import Attachment
from complaints.services import attachments
from omsportal.platform import alarms, heartbeats, sealed
from omsportal.platform.kinds import Severity
from omsportal.platform.models import Alarm, Heartbeat

log = logging.getLogger(__name__)

HEARTBEAT = "files.folder"
ALARM, SUBJECT = "files_missing", "files"
#: What may be wrong with a stored file.
FAULTS = ("missing", "unsealable", "size", "digest")
#: Nobody takes longer between writing a file and its row.
YOUNG = timedelta(days=1)
#: So long a file that was set aside can still be brought back.
ASIDE_FOR = timedelta(days=30)
#: With more strangers, and more than half of a folder, the wrong database is asked: nothing is touched.
MANY = 20


@dataclass(slots=True)
class Looked:
    """What was found in one folder."""

    folder: str
    files: int = 0
    set_aside: int = 0
    missing: list[int] = field(default_factory=list)
    is_strange: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A stored file that is not what its row says."""

    attachment_id: int
    what: str  # one of FAULTS


def look(*, now: datetime) -> Looked:
    """Look at the folder after the one before; round and round."""
    folders = file_store.folders()
    last = Heartbeat.objects.filter(name=HEARTBEAT).values_list("detail", flat=True).first() or {}
    place = (folders.index(last["folder"]) + 1) % len(folders) if last.get("folder") in folders else 0
    done = look_into(folders[place], now=now)
    file_store.throw_away(before=now - ASIDE_FOR)
    heartbeats.beat(HEARTBEAT, now, {"folder": folders[place]})
    return done


def look_into(folder: str, *, now: datetime) -> Looked:
    """Set strangers aside, raise an alarm for what is missing and close the one of a mended folder.

    Rows are read after the files: a file that came meanwhile has its row, or is young.
    """
    found = dict(file_store.stored(folder))
    rows = _rows_of(folder)
    old = [name for name, at in found.items() if at < now - YOUNG]
    strangers = [name for name in old if name not in rows]
    done = Looked(folder, files=len(found))
    done.is_strange = len(strangers) > max(MANY, len(found) // 2)
    if not done.is_strange:
        for name in strangers:
            file_store.set_aside(folder, name)
        done.set_aside = len(strangers)
    done.missing = _really_missing([pk for name, pk in rows.items() if name not in found])
    _tell(done, now)
    return done


def check(*, after: int = 0, batch: int = 500) -> Iterator[tuple[int, Fault | None]]:
    """Open every stored file: its id, and what is wrong with it. One file is in memory at a time."""
    while True:
        rows = list(Attachment.objects.kept().filter(pk__gt=after).order_by("pk")[:batch])
        if not rows:
            return
        for row in rows:
            yield row.pk, _fault(row)
        after = rows[-1].pk


def _fault(row: Attachment) -> Fault | None:
    try:
        content = file_store.read(row.storage_name)
    except file_store.Missing:
        return Fault(row.pk, "missing")
    except sealed.Unsealable:
        return Fault(row.pk, "unsealable")
    if len(content) != row.size:
        return Fault(row.pk, "size")
    return None if attachments.digest_of(content) == bytes(row.content_digest) else Fault(row.pk, "digest")


def _rows_of(folder: str) -> dict[str, int]:
    """Names of kept files in this folder; a range of the unique index of names."""
    first, last = UUID(folder.ljust(32, "0")), UUID(folder.ljust(32, "f"))
    rows = Attachment.objects.kept().filter(storage_name__range=(first, last))
    return {name.hex: pk for name, pk in rows.values_list("storage_name", "pk")}


def _really_missing(ids: list[int]) -> list[int]:
    """Those that are still there and still lack their file: some were removed while we looked."""
    rows = Attachment.objects.kept().filter(pk__in=ids).order_by("pk")
    return [row.pk for row in rows if not file_store.path_of(row.storage_name).exists()]


def _tell(done: Looked, now: datetime) -> None:
    number = int(done.folder, 16)
    if not done.missing and not done.is_strange:
        alarms.close_about(kind=ALARM, subject_kind=SUBJECT, subject_id=number, now=now)
        return
    log.error("files %s: %s missing, unknown ones: %s", done.folder, len(done.missing), done.is_strange)
    if Alarm.objects.open().about(SUBJECT, number).filter(kind=ALARM).exists():
        return
    payload: dict[str, Any] = {"missing": done.missing[:20], "count": len(done.missing)}
    alarms.raise_once(
        kind=ALARM, subject_kind=SUBJECT, subject_id=number, hop=_days(now), severity=Severity.CRITICAL,
        payload=payload, now=now,
    )  # fmt: skip


def _days(now: datetime) -> int:
    """A fault that comes again on another day is a new alarm."""
    return int(now.timestamp()) // 86400


__all__ = ["Fault", "Looked", "check", "look", "look_into"]
