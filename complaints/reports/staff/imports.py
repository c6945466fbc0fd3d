"""Who may fill which registries, the files they brought, and how far each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import cached_property

from insurers import import_words
from insurers.import_querysets import RegistryImportQuerySet
from insurers.models import Branch, ImportState, RegistryImport, RegistryKind
from insurers.querysets import BranchQuerySet
from insurers.services.registry_imports import LOAD, LOOK
from omsportal.platform.kinds import JobState
from omsportal.platform.models import Job
from omsportal.platform.progress import Pace
from representatives.models import User
from representatives.profiles import Profile

#: Files on one page of the list.
PAGE = 25
#: Whoever reads a file tells how far it is every second or so.
SILENT = timedelta(minutes=1)
#: Bad lines on the page; all that are kept stand in the report.
SHOWN_FAULTS = 50


@dataclass(frozen=True)
class Reach:
    """What somebody may fill: an insurer's administrator the policies of its branches, the head of a fund the
    policies and clinics of the region, who runs the portal everything."""

    kinds: tuple[RegistryKind, ...] = ()
    branches: BranchQuerySet | None = None
    is_everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.kinds)

    @cached_property
    def branch_list(self) -> list[Branch]:
        return [] if self.branches is None else list(self.branches.with_names().alphabetical())

    @property
    def branch_ids(self) -> list[int]:
        return [branch.pk for branch in self.branch_list]

    @property
    def region_codes(self) -> list[str]:
        return sorted({branch.region.code for branch in self.branch_list})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the job is that works on a file."""

    state: str
    pace: Pace
    waits: bool = False  # for the end of another long job
    is_silent: bool = False

    @property
    def is_under_way(self) -> bool:
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    @property
    def has_failed(self) -> bool:
        return self.state == JobState.FAILED

    @property
    def has_read_all(self) -> bool:
        """What is left is one statement after the other, which tell nothing until they end."""
        return bool(self.pace.total and self.pace.done >= self.pace.total)


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One file: what was found, what is asked, how far it is."""

    row: RegistryImport
    progress: Progress | None
    faults: Sequence[tuple[int, str, str]]
    brought_by: User | None
    branches: Sequence[Branch]

    @property
    def findings(self) -> dict[str, Any]:
        found: dict[str, Any] = self.row.findings
        return found

    @property
    def is_of_policies(self) -> bool:
        return self.row.kind == RegistryKind.POLICIES

    @property
    def why_refused(self) -> str:
        return import_words.why_broken(self.findings) if "broken" in self.findings else ""

    @property
    def is_working(self) -> bool:
        return self.progress is not None and self.progress.is_under_way and not self.row.is_over

    @property
    def has_failed(self) -> bool:
        return self.progress is not None and self.progress.has_failed and not self.row.is_over

    @property
    def listed(self) -> list[tuple[str, list[str]]]:
        """Of an official register: names of what is added, changed, over."""
        listed: dict[str, list[str]] = self.findings.get("listed", {})
        return [(what, titles) for what, titles in listed.items() if titles]

    @property
    def more_faults(self) -> int:
        all_of_them: int = self.findings.get("bad", 0) + self.findings.get("repeated", 0)
        return max(0, all_of_them - len(self.faults))


def reach_of(user: User, profile: Profile) -> Reach:
    """Nothing for everybody else."""
    if user.is_superuser and user.is_active:
        return Reach(tuple(RegistryKind), Branch.objects.all(), is_everything=True)
    if profile.insurer_ids:
        return Reach((RegistryKind.POLICIES,), Branch.objects.filter(insurer_id__in=profile.insurer_ids))
    funds = Branch.objects.funds().filter(pk__in=profile.headed_branch_ids)
    if profile.headed_branch_ids and funds.exists():
        regions = funds.values("region")
        return Reach((RegistryKind.POLICIES, RegistryKind.CLINICS), Branch.objects.filter(region__in=regions))
    return Reach()


def imports_of(reach: Reach, before: int | None) -> list[RegistryImport]:
    """Newest first, one more than a page when there is more; by the primary key."""
    found = files_of(reach).newest()
    return list((found.before(before) if before else found)[: PAGE + 1])


def files_of(reach: Reach) -> RegistryImportQuerySet:
    """Every file that could fill nothing but what this person may fill."""
    found: RegistryImportQuerySet = RegistryImport.objects.of_kinds(reach.kinds)
    return found if reach.is_everything else found.into(reach.branch_ids)


def one(reach: Reach, import_id: int) -> RegistryImport | None:
    """None when it is not this person's to see."""
    return files_of(reach).filter(pk=import_id).first()


def page_of(row: RegistryImport, now: datetime) -> ImportPage:
    """Four queries."""
    faults = import_words.fault_lines(row.findings.get("faults", ())[:SHOWN_FAULTS])
    return ImportPage(
        row=row,
        progress=_progress(row, now),
        faults=faults,
        brought_by=User.objects.filter(pk=row.requested_by_id).first(),
        branches=_branches(row),
    )


def _branches(row: RegistryImport) -> list[Branch]:
    """The one branch, or nothing when lines name theirs."""
    if row.kind != RegistryKind.POLICIES or len(row.branch_ids) != 1:
        return []
    return list(Branch.objects.filter(pk__in=row.branch_ids))


def _progress(row: RegistryImport, now: datetime) -> Progress | None:
    if row.is_over or row.state == ImportState.READY or row.job_id is None:
        return None
    job = Job.objects.get(pk=row.job_id)
    pace = Pace(job.done_count, job.total_count, (now - (job.started_at or now)).total_seconds())
    waits = job.state == JobState.QUEUED and _another_is_worked_on(job)
    is_silent = job.state == JobState.RUNNING and job.beat_at is not None and now - job.beat_at > SILENT
    return Progress(job.state, pace, waits=waits, is_silent=is_silent)


def _another_is_worked_on(job: Job) -> bool:
    """By the partial index job_unfinished."""
    others = Job.objects.filter(state=JobState.RUNNING, kind__in=[LOOK, LOAD])
    return others.exclude(pk=job.pk).exists()
