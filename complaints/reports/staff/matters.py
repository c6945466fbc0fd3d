"""What the editor of themes, advice and waiting times shows, and to whom.

Themes and pages of advice are some dozens, waiting times some dozens for the country and for each region:
lists go by pages of rows, drafts of a list are found by its noun.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints.models import Amendment, Deadline, Matter
from complaints.services.amendments import Editor, is_planned, region_of, today_of
from complaints.services.matter_values import CARE, MODELS, Row, counts_instead, noun_of
from insurers.models import Branch, Region
from omsportal.platform.pagination import CursorInvalid, Page, page
from representatives.models import User
from representatives.profiles import Profile
from representatives.roles import Action, Tier

PAGE_SIZE = 40
MOST_DRAFTS = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the lists show it. `draft` is what somebody prepares of it."""

    row: Row
    draft: Amendment | None
    is_planned: bool
    is_over: bool
    is_mine: bool
    outrun_by: Deadline | None  # the country's shorter waiting time, which counts instead


@dataclass(frozen=True, slots=True)
class Shelf:
    """One list: what is in force and planned, or what is over."""

    noun: Matter
    over: bool
    page: Page[Any]
    lines: list[Line]
    new_drafts: list[Amendment]
    regions: list[Region]  # for which a waiting time of its own may be added
    adds: bool  # for the whole country


def looks_after(user: User, profile: Profile) -> bool:
    """There is something for this person to edit: asked of what is loaded already. One query for a head who
    works no cases: nothing that is loaded tells whether it is a fund."""
    if profile.tier is None and profile.headed_branch_ids:
        return bool(editor_of(user, profile))
    of_fund = profile.tier == Tier.FUND and (
        bool(profile.headed_branch_ids) or profile.right(Action.EDIT_TERMS) is not None
    )
    return user.is_superuser or profile.is_editor or of_fund


def editor_of(user: User, profile: Profile) -> Editor:
    """Who runs the portal and editors: everything; heads of funds, and tiers to whom a row of rights gives
    it: the waiting times of their regions. One query at most."""
    if user.is_superuser or profile.is_editor:
        return Editor(user, everything=True)
    funds = profile.headed_branch_ids
    if profile.right(Action.EDIT_TERMS) is not None:
        funds |= profile.branch_ids
    if not funds:
        return Editor(user)
    regions = Branch.objects.funds().filter(pk__in=funds).values_list("region", flat=True)
    return Editor(user, region_ids=frozenset(regions))


def shelf(editor: Editor, noun: Matter, cursor: str, now: datetime, *, over: bool) -> Shelf:
    """By the order in which patients meet them; waiting times by their age."""
    today = today_of(None, now)
    rows = _rows(editor, noun)
    rows = rows.over(today) if over else rows.not_over(today)
    shown = _paged(rows, "id" if noun == Matter.TERM else "position", cursor)
    drafts = Amendment.objects.drafts().filter(noun=noun)
    of_rows = {draft.row_id: draft for draft in drafts.filter(row_id__in=[row.pk for row in shown.rows])}
    own = drafts if editor.everything else drafts.filter(region__in=editor.region_ids)
    new = list(own.filter(row_id=None).order_by("-pk")[:MOST_DRAFTS])
    common = {term.code: term for term in common_terms(now)} if noun == Matter.TERM else {}
    return Shelf(
        noun=noun, over=over, page=shown, new_drafts=new, regions=_regions(editor, noun),
        adds=editor.everything,
        lines=[_line(editor, row, of_rows.get(row.pk), common, now) for row in shown.rows],
    )  # fmt: skip


def row_of(editor: Editor, noun: str, row_id: int) -> Row | None:
    """None for a row that is not theirs to change."""
    found = _rows(editor, noun).filter(pk=row_id).first()
    return found if found is not None and editor.may(noun, region_of(found)) else None


def region_for(editor: Editor, region_id: int) -> Region | None:
    """A region for which this person may add waiting times."""
    return Region.objects.filter(pk=region_id).first() if editor.may(Matter.TERM, region_id) else None


def amendment_of(editor: Editor, amendment_id: int) -> Amendment | None:
    found = Amendment.objects.select_related("region").filter(pk=amendment_id).first()
    return found if found is not None and editor.may(found.noun, found.region_id) else None


def draft_of(row: Row) -> Amendment | None:
    found: Amendment | None = Amendment.objects.drafts().of_row(noun_of(row), row.pk).first()
    return found


def common_terms(now: datetime) -> list[Deadline]:
    """Kinds of care for which a region may have a waiting time of its own."""
    return list(Deadline.objects.terms_of(CARE).valid_on(today_of(None, now)).filter(region=None))


def common_term(code: str, now: datetime) -> Deadline | None:
    return next((term for term in common_terms(now) if term.code == code), None)


def _rows(editor: Editor, noun: str) -> Any:
    """What this person meets in a list: of waiting times the country's and those of the own regions."""
    rows = MODELS[noun].objects.all()
    if noun != Matter.TERM:
        return rows
    terms = Deadline.objects.terms_of(CARE).select_related("region")
    if editor.everything:
        return terms
    return terms.filter(region=None) | terms.filter(region__in=editor.region_ids)


def _regions(editor: Editor, noun: Matter) -> list[Region]:
    if noun != Matter.TERM:
        return []
    regions = Region.objects.alphabetical()
    return list(regions if editor.everything else regions.filter(pk__in=editor.region_ids))


def _line(
    editor: Editor, row: Row, draft: Amendment | None, common: Mapping[str, Deadline], now: datetime
) -> Line:
    today = today_of(None, now)
    is_over = row.valid_to is not None and row.valid_to < today
    outrun_by = common.get(row.code) if isinstance(row, Deadline) and row.region_id else None
    return Line(
        row, draft, is_planned(row, now), is_over, editor.may(noun_of(row), region_of(row)),
        outrun_by if isinstance(row, Deadline) and counts_instead(row, outrun_by) else None,
    )  # fmt: skip


def _paged(rows: Any, field: str, cursor: str) -> Page[Any]:
    """A spoilt cursor gives the first page."""
    try:
        return page(rows, field=field, size=PAGE_SIZE, cursor=cursor)
    except CursorInvalid:
        return page(rows, field=field, size=PAGE_SIZE)
