"""What is changed sheet by sheet, and whose hand may do it.

A sheet is a plain set of values, key by key: the days of a year, hours of a branch, rights of tiers, terms
of keeping. Values are JSON and compared key by key; a key that is not there is "nothing special".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from complaints.models import Setting, SettingChange
from insurers.models import Branch, Region
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One year of the country's or a region's calendar, the hours of one branch, or a table of the portal."""

    noun: Setting
    region: Region | None = None
    branch: Branch | None = None
    year: int | None = None

    @classmethod
    def of(cls, change: SettingChange) -> "Sheet":
        return cls(Setting(change.noun), change.region, change.branch, change.year)

    @property
    def place(self) -> dict[str, Any]:
        """The columns of a prepared change of it."""
        return {"noun": self.noun, "region": self.region, "branch": self.branch, "year": self.year}


@dataclass(slots=True)
class Touched:
    """What a change has written: what has to be counted anew, and where."""

    schedule_ids: set[int] = field(default_factory=set)
    branch_ids: set[int] = field(default_factory=set)
    region_id: int | None = None
    days: list[date] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kind:
    """How sheets of one noun are read, checked, written and followed.

    `check` raises Refused; `write` changes rows only; `follow` asks for what open cases need then, and gives
    the job that does it.
    `is_tried`: a dry run comes before it is put in force.
    """

    stands: Callable[[Sheet, datetime], Values]
    check: Callable[[Sheet, Values, Values, datetime], None]
    write: Callable[[Sheet, Values, Values, datetime], Touched]
    follow: Callable[[Touched, int, datetime], int | None]
    needs_second: Callable[[Values, Values], bool]
    is_tried: bool


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Keys whose values are not the same, in their order."""
    return sorted(key for key in {*before, *after} if before.get(key) != after.get(key))


def may_change(user: User, profile: "Profile", sheet: Sheet) -> bool:
    """The country's calendar and terms of keeping: editors and who runs the portal. Days of a region: the
    head of its fund. Hours of a branch: its head, its insurer's administrator. Rights of tiers: who runs the
    portal. One query at most."""
    runs_all = user.is_superuser and user.is_active
    if sheet.noun == Setting.RIGHTS:
        return runs_all
    if sheet.branch is not None:
        return sheet.branch.pk in profile.headed_branch_ids or sheet.branch.insurer_id in profile.insurer_ids
    if sheet.region is not None:
        own = Branch.objects.funds().filter(pk__in=profile.headed_branch_ids, region=sheet.region)
        return runs_all or bool(own.exists())
    return runs_all or profile.is_editor
