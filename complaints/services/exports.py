"""A list taken along as a file: rows are read a window at a time, sealed, and each is a reading of its case.

Small ones are made while the person waits, large ones by a worker, in turns: position, rows and readings are
written together, so whoever takes over goes on where the one before stopped. The file opens for who made it,
for some hours, and only while their rights are no less than when the list was read.
"""

import base64
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.models import Export, ExportPart, ExportShare
from complaints.reports.staff import export_every, export_formats
from complaints.reports.staff.export_lists import Asked
from complaints.reports.staff.export_sheets import Line
from complaints.reports.staff.places import branches_of, supervised_branches
from omsportal.platform import jobs, limits, read_log
from omsportal.platform.clock import database_now
from omsportal.platform.kinds import Reader, Reading
from omsportal.platform.models import Job
from representatives.models import User
from representatives.profiles import profile_of

if TYPE_CHECKING:
    from representatives.profiles import Profile

KIND = "list.export"
SUBJECT = "export"
#: Made while the person waits; more are a worker's.
AT_ONCE = 5_000
#: Excel knows no more rows; and building its file takes one turn of a worker.
MOST_ROWS = {"csv": 1_000_000, "xlsx": 50_000}
#: Well below the limit of a task; what remains of it builds the file.
SLICE_SECONDS = 20.0
FRESH_SECONDS = 5.0
PIECE = 1024 * 1024
Part = ExportPart.Kind


def ask(
    *, tab: str, chosen: Mapping[str, str], format: str, by: User, profile: "Profile", now: datetime
) -> Export:
    """Take a list along. A short one is ready when this returns, a long one is a worker's.

    Not in the caller's transaction: a file of many rows is written in several. Raises LimitReached.
    """
    limits.spend("export.staff", by.pk, now)
    with transaction.atomic():
        made: Export = Export.objects.create(
            tab=tab, chosen=dict(chosen), format=format, language=translation.get_language() or "ru",
            rights=rights_of(by, profile), made_by=by, made_at=now, expires_at=_until(now),
        )  # fmt: skip
        is_long = export_every.how_many(Asked(tab, chosen, now), by, profile, AT_ONCE + 1) > AT_ONCE
        if is_long:
            jobs.request(kind=KIND, arguments={"export": made.pk}, by_id=by.pk, now=now)
    if not is_long:
        _go_on(made, None)
        made.refresh_from_db()
    return made


def work(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The job: reads on until the time of one turn is over, then builds the file.

    A list that this worker does not know stays for one that does: in the middle of an upgrade there are both.
    A round asks for it again (list_work.look) until its time is over, also for one that is no more.
    """
    export: Export | None = Export.objects.unfinished().filter(pk=job.arguments["export"]).first()
    if export is None:
        return {}
    if not export_every.is_known(export.tab):
        return {"unknown": export.tab}
    if not _go_on(export, progress):
        jobs.request(kind=KIND, arguments=job.arguments, by_id=job.created_by_id, now=database_now())
    return {"rows": export.rows_count}


def rights_of(by: User, profile: "Profile") -> dict[str, Any]:
    """What decides which rows somebody sees. `reach`: the branches themselves, which may change hands while
    an appointment for an insurer or a fund stays."""
    reach = {*branches_of(profile).values_list("pk", flat=True)}
    reach |= {*supervised_branches(profile).values_list("pk", flat=True)}
    return {
        "tier": profile.tier, "branches": sorted(profile.branch_ids),
        "headed": sorted(profile.headed_branch_ids), "insurers": sorted(profile.insurer_ids),
        "covered": sorted(map(list, profile.covered)), "helped": sorted(profile.helped_case_ids),
        "reach": sorted(reach), "runs": ["portal"] if by.is_superuser else [],
    }  # fmt: skip


_KEPT = ("branches", "headed", "insurers", "covered", "helped", "reach", "runs")


def may_open(export: Export, by: User, profile: "Profile", now: datetime) -> bool:
    """It is theirs and ready, its time is not over, and they are still all that they were."""
    if export.made_by_id != by.pk or export.finished_at is None or not _is_there(export, now):
        return False
    then, today = export.rights, rights_of(by, profile)
    kept = all(one in today[name] for name in _KEPT for one in then.get(name, ()))
    return bool(kept and then["tier"] == today["tier"] and _still_has(export, by, profile, now))


def _still_has(export: Export, by: User, profile: "Profile", now: datetime) -> bool:
    """Of a table that is no list of cases its own rule is asked once more."""
    asked = Asked(export.tab, export.chosen, export.made_at)
    if export.tab in export_every.SHEETS:
        return export_every.exists(asked, by, profile, now)
    return export_every.is_known(export.tab)


def _is_there(export: Export, now: datetime) -> bool:
    return export.emptied_at is None and export.expires_at > now


def _until(now: datetime) -> datetime:
    return now + timedelta(hours=settings.EXPORT_OPENS_FOR_HOURS)


def of(reference: UUID, by: User) -> Export | None:
    """The export of this person; nobody else's exists."""
    found: Export | None = Export.objects.of(by.pk).by_reference(reference).first()
    return found


def open_file(*, export: Export, by: User, now: datetime) -> Iterator[bytes]:
    """Log the opening, then the file piece by piece. `may_open` was asked before."""
    read_log.record(
        reader_kind=Reader.USER, reader_id=by.pk, subject_kind=SUBJECT, subject_id=export.pk,
        what=Reading.EXPORT, now=now,
    )  # fmt: skip
    return _pieces(export) if export.format == Export.Format.XLSX else _csv(export)


def _pieces(export: Export) -> Iterator[bytes]:
    for part in _parts(export, Part.FILE):
        yield base64.b64decode(part.sealed["file"])


def _csv(export: Export) -> Iterator[bytes]:
    with translation.override(export.language):
        columns = export_every.columns_of(export.tab, export.chosen)
        titles = [str(column.title) for column in columns]
    yield (export_formats.BOM + export_formats.csv_text([titles])).encode()
    for part in _parts(export, Part.ROWS):
        with translation.override(export.language):
            text = export_formats.csv_text(export_formats.csv_rows(part.sealed["rows"], columns))
        yield text.encode()


def _parts(export: Export, kind: str) -> Iterator[ExportPart]:
    """One at a time: each is as large as may be in memory (unique index export_part_once)."""
    positions = export.parts.filter(kind=kind).order_by("position").values_list("pk", flat=True)
    for pk in list(positions):
        yield ExportPart.objects.get(pk=pk)


def _go_on(export: Export, progress: jobs.Progress | None) -> bool:
    """Read and build; False when the time of this turn was over before."""
    until = time.monotonic() + SLICE_SECONDS if progress else None
    with translation.override(export.language):
        seen = _keys_so_far(export)
        while export.read_at is None and export.emptied_at is None:
            if until and time.monotonic() >= until:
                return False
            _read_window(export, seen)
            if progress:
                progress.report(export.rows_count)
        if (
            until
            and export.rows_count > AT_ONCE
            and time.monotonic() >= until - SLICE_SECONDS + FRESH_SECONDS
        ):
            return False  # building gets a turn of its own
        if export.finished_at is None and export.emptied_at is None:
            _build(export)
    return True


def _keys_so_far(export: Export) -> set[str]:
    """What moves down the list while it is read is not told twice."""
    return {str(key) for part in _parts(export, Part.ROWS) for key in part.sealed["ids"]}


def _read_window(export: Export, seen: set[str]) -> None:
    """The next rows by the rights of now: position, rows, readings and shares in one transaction."""
    now = database_now()
    by = User.objects.get(pk=export.made_by_id)
    profile = profile_of(by, now=now)
    asked = Asked(export.tab, export.chosen, export.made_at)
    found = export_every.window_of(asked, by, profile, export.cursor, export.rows_count, now)
    most = MOST_ROWS[export.format] - export.rows_count
    fresh = [line for line in found.lines if line.key not in seen]
    with transaction.atomic():
        if not _is_still_at(export):
            return
        _keep(export, fresh[:most], now)
        is_full = len(fresh) > most or (len(fresh) == most and bool(found.next_cursor))
        export.is_cut = is_full or found.is_cut
        export.cursor = found.next_cursor
        if not export.cursor or export.is_cut:
            export.read_at = max(now, export.made_at)
        export.save(update_fields=["cursor", "rows_count", "is_cut", "read_at"])
    seen.update(line.key for line in fresh)


def _is_still_at(export: Export) -> bool:
    """False when another worker, who took this one for dead, has read on; then this one follows."""
    now_it_is = Export.objects.select_for_update().get(pk=export.pk)
    same = (now_it_is.cursor, now_it_is.rows_count) == (export.cursor, export.rows_count)
    if not same or now_it_is.read_at is not None or now_it_is.emptied_at is not None:
        export.refresh_from_db()
        return False
    return True


def _keep(export: Export, lines: Sequence[Line], now: datetime) -> None:
    if not lines:
        return
    _log(export, lines, now)
    position = export.parts.filter(kind=Part.ROWS).count()
    content = {"ids": [line.key for line in lines], "rows": [list(line.cells) for line in lines]}
    ExportPart.objects.create(export=export, kind=Part.ROWS, position=position, sealed=content)
    for branch_id, count in Counter(line.branch_id for line in lines if line.branch_id).items():
        share = ExportShare.objects.filter(export=export, branch=branch_id)
        if not share.update(rows_count=F("rows_count") + count):
            ExportShare.objects.create(export=export, branch_id=branch_id, rows_count=count)
    export.rows_count += len(lines)


def _log(export: Export, lines: Sequence[Line], now: datetime) -> None:
    """Each case or letter that a row tells of is read by its maker, once a window."""
    about = sorted({line.about for line in lines if line.about})
    for kind in sorted({kind for kind, _subject_id in about}):
        read_log.record_many(
            reader_kind=Reader.USER, reader_id=export.made_by_id, subject_kind=kind,
            subject_ids=[subject_id for of, subject_id in about if of == kind], what=Reading.EXPORT, now=now,
        )  # fmt: skip


def _build(export: Export) -> None:
    """CSV is made of its rows when it is opened; Excel's file is built here, in its place."""
    if export.format == Export.Format.XLSX:
        with _workplace() as folder:
            path = Path(folder) / "list.xlsx"
            every = (row for part in _parts(export, Part.ROWS) for row in part.sealed["rows"])
            is_long = export.rows_count > AT_ONCE
            export_formats.write_xlsx(
                path, export_every.columns_of(export.tab, export.chosen), every,
                folder=Path(folder) if is_long else None, name=_("List"),
            )  # fmt: skip
            _keep_file(export, path)
    else:
        _finish(export)


def _finish(export: Export) -> None:
    """From now on it opens, for its time."""
    now = max(database_now(), export.read_at or export.made_at)
    unfinished = Export.objects.unfinished().filter(pk=export.pk)
    unfinished.update(finished_at=now, expires_at=_until(now))


def _workplace() -> "tempfile.TemporaryDirectory[str]":
    """Beside the sealed files, for nobody else to read, gone with its block; `tidy` sweeps after a crash."""
    place = Path(settings.FILES_DIR) / "making"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=place)


@transaction.atomic
def _keep_file(export: Export, path: Path) -> None:
    """In the place of the rows, and ready: all of it or nothing."""
    if Export.objects.select_for_update().get(pk=export.pk).finished_at is not None:
        return
    export.parts.filter(kind=Part.FILE).delete()
    with path.open("rb") as file:
        for position, piece in enumerate(iter(lambda: file.read(PIECE), b"")):
            content = {"file": base64.b64encode(piece).decode()}
            ExportPart.objects.create(export=export, kind=Part.FILE, position=position, sealed=content)
    export.parts.filter(kind=Part.ROWS).delete()
    _finish(export)


def tidy(now: datetime) -> int:
    """Delete the files whose time is over, and what a worker that was killed left lying; returns how many."""
    emptied = 0
    for export in Export.objects.expired(now).order_by("expires_at")[:50]:
        emptied += _empty(export, now)
    _sweep_workplace(now)
    return emptied


@transaction.atomic
def _empty(export: Export, now: datetime) -> int:
    export.parts.all().delete()
    emptied: int = Export.objects.with_file().filter(pk=export.pk).update(emptied_at=now)
    return emptied


def _sweep_workplace(now: datetime) -> None:
    place = Path(settings.FILES_DIR) / "making"
    hour_ago = now.timestamp() - 3600
    for left in place.glob("*") if place.exists() else ():
        if left.stat().st_mtime < hour_ago:
            shutil.rmtree(left, ignore_errors=True)


def register() -> None:
    """Called once, when the app is ready."""
    jobs.register(KIND, work)
