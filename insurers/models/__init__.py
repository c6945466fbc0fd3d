"""Nouns of this app, by file."""

from insurers.models.hotlines import AfterHours, Hotline, Purpose
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
from insurers.models.revisions import Noun, Revision, RevisionState
from insurers.models.working_time import (
    CalendarDay,
    DayKind,
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
    "Insurer",
    "MedicalOrganisation",
    "Noun",
    "Office",
    "Policy",
    "PolicyKind",
    "Purpose",
    "Region",
    "Revision",
    "RevisionState",
    "WorkingAxis",
    "WorkingHours",
    "WorkingSchedule",
    "WorkingSpan",
]
