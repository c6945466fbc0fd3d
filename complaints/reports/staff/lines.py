"""The lines of a list as cases: of each no more is read than a line shows."""

from collections.abc import Sequence
from typing import Any

from complaints.models import Category, Complaint
from insurers.models import Branch, MedicalOrganisation, Region
from representatives.models import User

_SHOWN = {
    "id", "number", "category_id", "channel", "urgency", "branch_id", "medical_organisation_id", "tier",
    "status", "assignee_id", "version", "due_at", "escalate_at", "warned", "wait_until", "call_back_until",
    "breached_at", "answer_due_on", "resolved_at", "answered_at", "needs_look",
}  # fmt: skip
#: In the model's own order, as `from_db` wants them.
_OWN = [field.attname for field in Complaint._meta.concrete_fields if field.attname in _SHOWN]
_BESIDE = [
    "category__title", "branch__title", "branch__region_id", "branch__region__time_zone",
    "medical_organisation__short_name", "assignee__username", "assignee__full_name",
]  # fmt: skip
_FIRST_MARK = len(_OWN) + len(_BESIDE)


def columns(marks: Sequence[str]) -> list[str]:
    """What to read; `marks` are the queryset's own annotations."""
    return [*_OWN, *_BESIDE, *marks]


def cases(rows: Sequence[tuple[Any, ...]], marks: Sequence[str]) -> list[Complaint]:
    """The rows of `columns` as cases with their places; what is not shown would be read on its own."""
    places = _Places()
    return [places.case(row, marks) for row in rows]


class _Places:
    """Themes, branches, clinics and people of one list, each made once."""

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Any] = {}

    def case(self, row: tuple[Any, ...], marks: Sequence[str]) -> Complaint:
        case: Complaint = Complaint.from_db("default", _OWN, row[: len(_OWN)])
        theme, branch, region_id, zone, clinic, login, name = row[len(_OWN) : _FIRST_MARK]
        case.category = self._one(Category, case.category_id, title=theme)
        region = self._one(Region, region_id, time_zone=zone)
        case.branch = self._one(Branch, case.branch_id, title=branch, region_id=region_id)
        case.branch.region = region
        if case.medical_organisation_id is not None:
            clinic_id = case.medical_organisation_id
            case.medical_organisation = self._one(MedicalOrganisation, clinic_id, short_name=clinic)
        if case.assignee_id is not None:
            case.assignee = self._one(User, case.assignee_id, username=login, full_name=name)
        for mark, value in zip(marks, row[_FIRST_MARK:], strict=True):
            setattr(case, mark, value)
        return case

    def _one(self, kind: Any, row_id: int, **known: Any) -> Any:
        key = (kind, row_id)
        if key not in self._made:
            names = [field.attname for field in kind._meta.concrete_fields]
            values = {"id": row_id, **known}
            present = [name for name in names if name in values]
            self._made[key] = kind.from_db("default", present, [values[name] for name in present])
        return self._made[key]
