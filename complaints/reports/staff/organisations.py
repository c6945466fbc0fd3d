"""What the editor of organisations shows: whose phones, offices and posts this person looks after.

Branches are a few hundred, phones a few thousand, posts some thousands in the whole country: lists go by
pages of rows, a branch's own by the index of its foreign key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from complaints.escalation.stale_phones import stale_since
from complaints.reports.staff.organisation_drafts import names_of
from insurers.models import Branch, Hotline, Insurer, Noun, Revision
from insurers.querysets import BranchQuerySet, HotlineQuerySet, RevisionQuerySet
from insurers.services.organisation_values import MODELS, Owner, Row, noun_of
from insurers.services.revisions import is_planned, today_of
from omsportal.platform.pagination import CursorInvalid, Page, page
from omsportal.platform.phones import digits_like_a_phone
from representatives.profiles import Profile
from representatives.roles import Action

PAGE_SIZE = 40
#: Counted no further; the page says "99+".
MOST_COUNTED = 99
MOST_DRAFTS = 30


@dataclass(frozen=True, slots=True)
class BranchLine:
    """A branch with how much of each is not over."""

    branch: Branch
    hotlines: int
    offices: int
    clinic_posts: int


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft, with the name of whoever chose a moment for it."""

    draft: Revision
    scheduled_by: str


@dataclass(frozen=True, slots=True)
class RowLine:
    """A phone, office or post as the lists show it."""

    row: Row
    noun: Noun
    draft: Revision | None
    is_planned: bool
    is_over: bool
    is_stale: bool
    scheduled_by: str = ""

    @property
    def hotline(self) -> Hotline | None:
        return self.row if isinstance(self.row, Hotline) else None


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page: found phones, or branches and insurers; what waits for somebody."""

    branches: Page[Branch]
    lines: list[BranchLine]
    insurers: list[Insurer]
    found: list[RowLine] | None
    drafts: list[DraftLine]
    stale: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """One list of one owner."""

    owner: Owner
    noun: Noun
    over: bool
    page: Page[Any]
    lines: list[RowLine]
    nouns: list[Noun]
    new_drafts: list[DraftLine]


def may_edit(profile: Profile) -> bool:
    """Heads, administrators of an insurer, and tiers to whom a row of rights gives it."""
    by_right = profile.right(Action.EDIT_ORGANISATIONS) is not None
    return bool(profile.headed_branch_ids or profile.insurer_ids or by_right)


def edited_branches(profile: Profile) -> BranchQuerySet:
    """The own ones, the insurer's, and for a fund all of its region."""
    own = profile.headed_branch_ids
    if profile.right(Action.EDIT_ORGANISATIONS) is not None:
        own |= profile.branch_ids
    found = Branch.objects.looked_after_by(branches=own, insurers=profile.insurer_ids, funds=own)
    return found.with_names()


def overview(profile: Profile, words: str, cursor: str, now: datetime) -> Overview:
    """Found by region, insurer or phone, however it is typed; without words everything, by pages."""
    branches = edited_branches(profile)
    digits = digits_like_a_phone(words)
    found = branches.none() if digits else branches.named_like(words)
    shown = _paged(found, "title_key", cursor)
    return Overview(
        branches=shown,
        lines=counted(shown.rows, now),
        insurers=[] if digits or cursor else _insurers(profile, words),
        found=_lines(Noun.HOTLINE, _hotlines(profile).with_digits(digits), now) if digits else None,
        drafts=_draft_lines(_drafts(profile)),
        stale=count_unconfirmed(profile, now),
    )


def shelf(owner: Owner, noun: Noun, cursor: str, now: datetime, *, over: bool) -> Shelf:
    """What is in force or planned, or what is over."""
    today = today_of(owner, now)
    rows = _owned(owner, noun)
    shown = _paged(rows.over(today) if over else rows.not_over(today), "id", cursor)
    new = Revision.objects.drafts().of_row(noun, None).owned(**_only(owner)).with_owners()
    nouns = list(Noun) if isinstance(owner, Branch) else [Noun.HOTLINE]
    return Shelf(owner, noun, over, shown, _lines(noun, shown.rows, now), nouns, _draft_lines(new))


def branch_of(profile: Profile, branch_id: int) -> Branch | None:
    return edited_branches(profile).filter(pk=branch_id).first()


def insurer_of(profile: Profile, insurer_id: int) -> Insurer | None:
    return Insurer.objects.filter(pk=insurer_id).first() if insurer_id in profile.insurer_ids else None


def row_of(profile: Profile, noun: str, row_id: int) -> Row | None:
    """None for a row that is not theirs to look after."""
    found: Row | None = _visible(profile, noun).filter(pk=row_id).first()
    return found


def revision_of(profile: Profile, revision_id: int) -> Revision | None:
    mine = Revision.objects.owned(
        branches=edited_branches(profile).values("pk"), insurers=profile.insurer_ids
    )
    return mine.with_owners().filter(pk=revision_id).first()


def draft_of(row: Row) -> Revision | None:
    return Revision.objects.drafts().of_row(noun_of(row), row.pk).with_owners().first()


def unconfirmed(profile: Profile, now: datetime) -> list[RowLine]:
    """Phones in force that nobody has called for ninety days; who waits longest comes first."""
    return _lines(Noun.HOTLINE, rows_unconfirmed(profile, now)[:PAGE_SIZE], now)


def rows_for(
    profile: Profile, noun: Noun, now: datetime, *, owner: Owner | None = None, over: bool = False
) -> Any:
    """Of one owner, or of everybody this person looks after, in the order of their page."""
    rows = _owned(owner, noun) if owner else _visible(profile, noun)
    today = today_of(owner, now) if owner else now.date()
    return rows.over(today) if over else rows.not_over(today)


def described(noun: Noun, rows: Iterable[Any], now: datetime) -> list[RowLine]:
    """How each stands, without its drafts and without a query."""
    return [_line(noun, row, None, now) for row in rows]


def count_unconfirmed(profile: Profile, now: datetime) -> int:
    """At most one more than MOST_COUNTED."""
    return rows_unconfirmed(profile, now).order_by()[: MOST_COUNTED + 1].count()


def rows_unconfirmed(profile: Profile, now: datetime) -> HotlineQuerySet:
    """Every phone to call, not only those of the page."""
    today = now.date()
    return _hotlines(profile).valid_on(today).unconfirmed_since(stale_since(today))


def _hotlines(profile: Profile) -> HotlineQuerySet:
    mine = edited_branches(profile).values("pk")
    return Hotline.objects.owned(branches=mine, insurers=profile.insurer_ids).with_owners()


def _drafts(profile: Profile) -> RevisionQuerySet:
    mine = edited_branches(profile).values("pk")
    return Revision.objects.drafts().owned(branches=mine, insurers=profile.insurer_ids).with_owners()


def _visible(profile: Profile, noun: str) -> Any:
    if noun == Noun.HOTLINE:
        return _hotlines(profile)
    places: Any = MODELS[noun].objects
    return places.of_branches(edited_branches(profile).values("pk")).with_owners()


def _insurers(profile: Profile, words: str) -> list[Insurer]:
    found = Insurer.objects.filter(pk__in=profile.insurer_ids).alphabetical()
    folded = words.lower().replace("ё", "е").split()
    return [row for row in found if all(word in row.name_key for word in folded)]


def _owned(owner: Owner, noun: str) -> Any:
    if noun == Noun.HOTLINE:
        lines = Hotline.objects.with_owners()
        return lines.of_branch(owner) if isinstance(owner, Branch) else lines.of_insurer(owner)
    places: Any = MODELS[noun].objects
    return places.of_branches([owner.pk]).with_owners()


def _only(owner: Owner) -> dict[str, Any]:
    is_branch = isinstance(owner, Branch)
    return {"branches": [owner.pk] if is_branch else [], "insurers": [] if is_branch else [owner.pk]}


def counted(branches: Iterable[Branch], now: datetime) -> list[BranchLine]:
    """Three queries for however many branches."""
    rows = list(branches)
    counts = {noun: _count(noun, rows, now.date()) for noun in Noun}
    return [BranchLine(branch, *(counts[noun].get(branch.pk, 0) for noun in Noun)) for branch in rows]


def _count(noun: str, branches: list[Branch], today: date) -> Mapping[int, int]:
    rows = MODELS[noun].objects.filter(branch__in=branches).not_over(today).order_by()
    return dict(rows.values_list("branch_id").annotate(Count("pk")))


def _lines(noun: Noun, rows: Iterable[Any], now: datetime) -> list[RowLine]:
    """The rows, the drafts of those, and who chose moments."""
    shown = list(rows[:PAGE_SIZE]) if isinstance(rows, HotlineQuerySet) else list(rows)
    drafts = Revision.objects.drafts().filter(noun=noun, row_id__in=[row.pk for row in shown])
    by_row = {line.draft.row_id: line for line in _named(drafts)}
    return [_line(noun, row, by_row.get(row.pk), now) for row in shown]


def _draft_lines(drafts: RevisionQuerySet) -> list[DraftLine]:
    return _named(drafts.stopped_first()[:MOST_DRAFTS])


def _named(drafts: Iterable[Revision]) -> list[DraftLine]:
    """One query for names, where there is a moment at all."""
    found = list(drafts)
    names = names_of(draft.scheduled_by_id for draft in found)
    return [DraftLine(draft, names.get(draft.scheduled_by_id or 0, "")) for draft in found]


def _line(noun: Noun, row: Row, line: DraftLine | None, now: datetime) -> RowLine:
    today = now.date()
    is_over, planned = row.valid_to is not None and row.valid_to < today, is_planned(row, now)
    is_stale = isinstance(row, Hotline) and not (is_over or planned) and _is_stale(row, today)
    draft, by = (line.draft, line.scheduled_by) if line else (None, "")
    return RowLine(row, noun, draft, planned, is_over, is_stale, by)


def _is_stale(line: Hotline, today: date) -> bool:
    return line.confirmed_on is None or line.confirmed_on < stale_since(today)


def _paged(rows: Any, field: str, cursor: str) -> Page[Any]:
    """A spoilt cursor gives the first page."""
    try:
        return page(rows, field=field, size=PAGE_SIZE, cursor=cursor)
    except CursorInvalid:
        return page(rows, field=field, size=PAGE_SIZE)
