"""A file of a registry from the hands of a person into the registry: looked at by a job, loaded by another.

Both jobs read the whole file, which lies sealed in pieces meanwhile; whichever dies is done again from its
beginning by the next worker, and nothing is written before the very end.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import IO, Any, cast

from django.db import transaction

from insurers.models import Branch, ImportState, RegistryImport, RegistryKind
from insurers.policy_lines import Fault
from insurers.services import policy_stage, registers, registry_files
from insurers.services.policy_import import ColumnsMissing, day_of, recipe_for
from insurers.services.policy_stage import Agreed, Found, TooMany
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from omsportal.platform.tables import Table, TableBroken

log = logging.getLogger(__name__)

LOOK, LOAD = "registry.look", "registry.load"
#: So long a file waits for a decision.
KEPT_FOR = timedelta(days=1)


class ImportRefused(Exception):
    """Not possible now (409): somebody was first, or it is over; or the person has not agreed (422)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def bring(
    *, kind: str, pieces: Iterable[bytes], branch_ids: Sequence[int], region_codes: Sequence[str],
    replace: bool, by_id: int, now: datetime,
) -> RegistryImport:  # fmt: skip
    """Keep the file sealed and ask for a look at it; nothing is loaded yet."""
    found = RegistryImport.objects.create(
        kind=kind, branch_ids=list(branch_ids), region_codes=list(region_codes), replace=replace, size=0,
        requested_by_id=by_id, requested_at=now,
    )  # fmt: skip
    found.size = registry_files.keep(found, pieces)
    job = jobs.request(kind=LOOK, arguments={"import": found.pk}, by_id=by_id, now=now)
    found.job_id = job.pk
    found.save(update_fields=["size", "job_id"])
    log.info("import %s of %s brought by user %s: %s bytes", found.pk, kind, by_id, found.size)
    return found


@transaction.atomic
def approve(*, found: RegistryImport, is_sure: bool, by_id: int, now: datetime) -> RegistryImport:
    """Load what was looked at. `is_sure`: the person has agreed to an unusual number of ends or moves.

    Raises ImportRefused.
    """
    row = _locked(found, ImportState.READY)
    if row.findings.get("is_unusual") and not is_sure:
        raise ImportRefused("unusual")
    row.state, row.approved_by_id = ImportState.LOADING, by_id
    row.approved_at = max(now, row.requested_at)
    row.job_id = jobs.request(kind=LOAD, arguments={"import": row.pk}, by_id=by_id, now=now).pk
    row.save(update_fields=["state", "approved_by_id", "approved_at", "job_id"])
    log.info("import %s of %s is loaded for user %s", row.pk, row.kind, by_id)
    return row


@transaction.atomic
def withdraw(*, found: RegistryImport, now: datetime) -> RegistryImport:
    """Nothing is loaded; the file is gone. Raises ImportRefused once it is being loaded or over."""
    row = RegistryImport.objects.select_for_update().get(pk=found.pk)
    if row.state not in {ImportState.READY, ImportState.LOOKING} and not _is_stuck(row):
        raise ImportRefused("over")
    return _end(row, ImportState.WITHDRAWN, row.findings, now)


def forget_old(now: datetime) -> int:
    """A round: files that nobody decided about, or whose work failed, go after a day; returns how many."""
    undecided = RegistryImport.objects.undecided_since(now - KEPT_FOR)
    old = [row for row in undecided if row.state != ImportState.LOADING or _is_stuck(row)]
    for found in old:
        with transaction.atomic():
            _end(found, ImportState.WITHDRAWN, found.findings, now)
    return len(old)


def look(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The job that finds out what the file would do."""
    found = RegistryImport.objects.get(pk=job.arguments["import"])
    if found.state != ImportState.LOOKING:
        return {}
    try:
        findings = _findings_of(found, progress)
    except TableBroken as error:
        findings, state = {"broken": error.code, "line": error.line}, ImportState.REFUSED
    except ColumnsMissing as error:
        findings, state = {"broken": "columns", "columns": error.names}, ImportState.REFUSED
    else:
        state = ImportState.READY
    with transaction.atomic():
        row = RegistryImport.objects.select_for_update().get(pk=found.pk)
        if row.state != ImportState.LOOKING:
            return {}  # withdrawn meanwhile
        if state == ImportState.REFUSED:
            _end(row, state, findings, database_now())
        else:
            row.state, row.findings = state, findings
            row.save(update_fields=["state", "findings"])
    return {"state": state.value}


def load(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The job that loads it, all or nothing; the row says "loaded" in the same transaction."""
    found = RegistryImport.objects.get(pk=job.arguments["import"])
    if found.state != ImportState.LOADING:
        return {}
    if found.kind == RegistryKind.POLICIES:
        _load_policies(found, progress)
    else:
        _load_register(found)
    return {"state": found.state}


def _findings_of(found: RegistryImport, progress: jobs.Progress) -> dict[str, Any]:
    if found.kind != RegistryKind.POLICIES:
        return registers.try_out(found, _file_of(found)).as_json()
    with policy_stage.stage() as staged:
        _fill(staged, found, progress)
        return _told(staged.judge(replace=found.replace, day=day_of(found.requested_at)))


def _load_register(found: RegistryImport) -> None:
    """No more than a tenth ends that the person has not seen."""
    with transaction.atomic():
        plan = registers.carry_out(found, _file_of(found))
        grew = plan.is_unusual and plan.ended > found.findings.get("ended", 0)
        transaction.set_rollback(grew)
        if not grew:
            _end(found, ImportState.LOADED, plan.as_json(), database_now())
    if grew:
        _ask_again(found, plan.as_json())


def _load_policies(found: RegistryImport, progress: jobs.Progress) -> None:
    agreed = Agreed(found.findings.get("ending", 0), found.findings.get("moved", 0))
    with policy_stage.stage() as staged:
        _fill(staged, found, progress)
        try:
            with transaction.atomic():
                written = staged.write(replace=found.replace, day=day_of(found.requested_at), agreed=agreed)
                _end(found, ImportState.LOADED, _told(written), database_now())
        except TooMany as error:
            _ask_again(found, _told(error.found))


def _ask_again(found: RegistryImport, findings: dict[str, Any]) -> None:
    """More would end than the person has agreed to: nothing is written."""
    found.state, found.findings = ImportState.READY, findings | {"grew": True}
    found.approved_at = found.approved_by_id = None
    found.save(update_fields=["state", "findings", "approved_at", "approved_by_id"])


def _fill(staged: policy_stage.Stage, found: RegistryImport, progress: jobs.Progress) -> None:
    """One process: the other cores are for the pages."""

    def tell(lines: int, read: int) -> None:
        progress.report(lines, max(lines, lines * found.size // max(read, 1)))

    table = Table(_file_of(found))
    branches = Branch.objects.filter(pk__in=found.branch_ids).with_names()
    staged.fill(table, recipe_for(table, branches, day=day_of(found.requested_at)), tell=tell)


def _file_of(found: RegistryImport) -> IO[bytes]:
    return cast("IO[bytes]", registry_files.Kept(found))


def _told(found: Found) -> dict[str, Any]:
    return found.as_json() | {
        "is_unusual": found.is_unusual,
        "faults": [_flat(fault) for fault in found.faults],
    }


def _flat(fault: Fault) -> list[Any]:
    return list(asdict(fault).values())


def _locked(found: RegistryImport, state: ImportState) -> RegistryImport:
    row = RegistryImport.objects.select_for_update().get(pk=found.pk)
    if row.state != state:
        raise ImportRefused("over")
    return row


def _is_stuck(row: RegistryImport) -> bool:
    """Its job has failed: nobody is at work on it."""
    return (
        row.state == ImportState.LOADING and Job.objects.filter(pk=row.job_id or 0, state="failed").exists()
    )


def _end(row: RegistryImport, state: ImportState, findings: dict[str, Any], now: datetime) -> RegistryImport:
    row.state, row.findings, row.finished_at = state, findings, max(now, row.requested_at)
    row.save(update_fields=["state", "findings", "finished_at"])
    registry_files.forget(row)
    return row


def register() -> None:
    """Called once, when the app is ready."""
    jobs.register(LOOK, look, is_long=True)
    jobs.register(LOAD, load, is_long=True)
