"""Acts on many cases and exported lists, as their pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from complaints.models import BulkAct, BulkLine, Export
from complaints.reports.staff import export_every, export_lists
from complaints.reports.staff.export_every import Known, known_words, list_words
from complaints.reports.staff.export_lists import Asked
from complaints.reports.staff.lists import count_text
from complaints.reports.staff.places import branches_of
from complaints.reports.staff.themes import themes_on
from complaints.services import exports
from insurers.models import Branch
from omsportal.platform.pagination import CursorInvalid, Page, page
from representatives.models import Representative, User
from representatives.profiles import Profile

PAGE_SIZE = 50
#: Counted on the page that asks; the work itself has no such end.
MOST_COUNTED = 1_000
#: Of one's own works on the page of them.
MOST_SHOWN = 20
#: What a person looks at first.
_ORDER = ("refused", "changed", "failed", "proposed", "done", "waiting")


@dataclass(frozen=True, slots=True)
class Group:
    """The cases with one result."""

    result: str
    title: str | Promise
    count: int


@dataclass(frozen=True, slots=True)
class BulkPage:
    bulk: BulkAct
    groups: list[Group]
    shown: str
    lines: Page[BulkLine] | None

    @property
    def percent(self) -> int:
        return 100 * self.bulk.done_count // self.bulk.total_count if self.bulk.total_count else 0

    @property
    def is_stopped(self) -> bool:
        return self.bulk.cancelled_at is not None


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One export with the words of its list."""

    export: Export
    list_words: str
    is_open: bool
    own_rows: int = 0

    @property
    def is_over(self) -> bool:
        return self.export.finished_at is not None or self.export.emptied_at is not None

    @property
    def is_unknown(self) -> bool:
        """Of another edition of the portal: a newer one, in the middle of an upgrade, or one before it."""
        return not export_every.is_known(self.export.tab)

    @property
    def is_gone(self) -> bool:
        """No edition knew the list for a day, or none does since: no file can be made anew of it."""
        return self.is_unknown and self.is_over


@dataclass(frozen=True, slots=True)
class SeenExports:
    """A page of the exports that a head sees."""

    page: Page[Export]
    lines: list[ExportLine]


def bulk_page(bulk: BulkAct, result: str, cursor: str) -> BulkPage:
    """Counts by result, and the cases of one of them with the reason in words."""
    counts = bulk.lines.counts()
    titles = dict(BulkLine.Result.choices)
    groups = [Group(name, titles[name], counts[name]) for name in _ORDER if counts.get(name)]
    known = [group.result for group in groups]
    shown = result if result in known else (known[0] if known else "")
    return BulkPage(bulk, groups, shown, _lines(bulk, shown, cursor) if shown else None)


def _lines(bulk: BulkAct, result: str, cursor: str) -> Page[BulkLine]:
    """By index bulk_line_by_result."""
    rows = bulk.lines.of_result(result).select_related("complaint")
    try:
        return page(rows, field="id", size=PAGE_SIZE, cursor=cursor)
    except CursorInvalid:
        return page(rows, field="id", size=PAGE_SIZE)


def choices(profile: Profile, now: datetime) -> Mapping[str, Any]:
    """Whom, which bodies and themes the forms of acts offer."""
    own = branches_of(profile)
    people = Representative.objects.of_branches(own.values("pk"))
    bodies = Branch.objects.filter(region__in=own.values("region")).with_names().alphabetical()
    return {"colleagues": people, "bodies": bodies, "themes": themes_on(now.date())}


def size_text(asked: Asked, profile: Profile) -> str:
    """How many cases a list of the queue has now: "412", "999+"."""
    return count_text(export_lists.how_many(asked, profile, MOST_COUNTED))


def rows_text(asked: Asked, by: User, profile: Profile) -> str:
    """How many rows a file of the list would have now; nothing of what is counted by reading it."""
    count = export_every.how_many(asked, by, profile, MOST_COUNTED)
    return count_text(count) if count else ""


def works_of(by: User, profile: Profile, now: datetime) -> tuple[Sequence[BulkAct], Sequence[ExportLine]]:
    """The last things this person asked for (indexes bulk_act_of_person, export_of_person)."""
    acts = list(BulkAct.objects.of(by.pk)[:MOST_SHOWN])
    own = list(Export.objects.of(by.pk)[:MOST_SHOWN])
    known = known_words(profile, now) if own else {}
    return acts, [_line(export, by, profile, now, known) for export in own]


def export_line(export: Export, by: User, profile: Profile, now: datetime) -> ExportLine:
    """One of their own."""
    return _line(export, by, profile, now, known_words(profile, now))


def _line(export: Export, by: User, profile: Profile, now: datetime, known: Known) -> ExportLine:
    words = list_words(export.tab, export.chosen, known)
    return ExportLine(export, words, exports.may_open(export, by, profile, now))


def exports_seen(profile: Profile, cursor: str, now: datetime) -> SeenExports:
    """Exports with rows of the branches that this person answers for, by whomever."""
    ids = export_every.shared_with(profile)
    rows = export_every.seen_by(ids)
    try:
        found = page(rows, field="id", size=PAGE_SIZE, cursor=cursor, descending=True)
    except CursorInvalid:
        found = page(rows, field="id", size=PAGE_SIZE, descending=True)
    known = known_words(profile, now)
    lines = [
        ExportLine(
            export, list_words(export.tab, export.chosen, known), False, export_every.rows_of(export, ids)
        )
        for export in found.rows
    ]
    return SeenExports(found, lines)


__all__ = [
    "BulkPage", "ExportLine", "bulk_page", "choices", "export_line", "exports_seen", "known_words",
    "list_words", "rows_text", "size_text", "works_of",
]  # fmt: skip
