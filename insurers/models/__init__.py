"""Nouns of this app, by file."""

from insurers.models.hotlines import AfterHours, Hotline, Purpose
from insurers.models.imports import ImportState, RegistryFilePart, RegistryImport, RegistryKind
from insurers.models.organisations import (
    Branch,
    BranchKind,
    ClinicPost,
    Insurer,
    MedicalOrganisation,
    Office,
    Region,
)
from insurers.models.policies import Policy, PolicyKind
from insurers.models.revisions import Noun, PreparedChange, Revision, RevisionState, Stopped
from insurers.models.working_time import (
    CalendarDay,
    DayKind,
    Weekday,
    WorkingAxis,
    WorkingHours,
    WorkingSchedule,
    WorkingSpan,
)

__all__ = [
    "AfterHours",
    "Branch",
    "BranchKind",
    "CalendarDay",
    "ClinicPost",
    "DayKind",
    "Hotline",
    "ImportState",
    "Insurer",
    "MedicalOrganisation",
    "Noun",
    "Office",
    "Policy",
    "PolicyKind",
    "PreparedChange",
    "Purpose",
    "Region",
    "RegistryFilePart",
    "RegistryImport",
    "RegistryKind",
    "Revision",
    "RevisionState",
    "Stopped",
    "Weekday",
    "WorkingAxis",
    "WorkingHours",
    "WorkingSchedule",
    "WorkingSpan",
]
