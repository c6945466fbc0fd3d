"""Every list that can be taken along, by its name: lists of cases, and tables of their own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Channel, Urgency
from complaints.models import Export
from complaints.reports.staff import (
    export_engine,
    export_figures,
    export_heads,
    export_lists,
    export_places,
    export_rows,
    export_work,
)
from complaints.reports.staff.export_lists import Asked, Listed
from complaints.reports.staff.export_sheets import (
    Asker,
    Column,
    Holds,
    Line,
    Lines,
    Paged,
    Sheet,
    always,
    moment,
    number,
    words,
)
from complaints.reports.staff.filtering import MATTERS, narrowing
from complaints.reports.staff.lists import TITLES, Tab
from complaints.reports.staff.places import supervised_branches, supervises
from representatives.models import User
from representatives.profiles import Profile
from representatives.roles import Tier

#: The words behind the values of a filter, by its name.
Known = Mapping[str, Iterable[tuple[str, Any]]]
#: Words of a filter that need no query.
FIXED_WORDS: Known = {
    "channel": Channel.choices, "urgency": Urgency.choices, "matter": MATTERS,
    "tier": [(str(tier.value), tier.label) for tier in Tier],
}  # fmt: skip
_EXPORTS = (
    Column(_("Who"), width=34),
    Column(_("When"), Holds.MOMENT),
    Column(_("List and filter"), width=60),
    Column(_("Format")),
    Column(_("Rows"), Holds.NUMBER, 12),
    Column(_("Of your branches"), Holds.NUMBER, 12),
)


def asker_of(asked: Asked, user: User, profile: Profile, now: datetime) -> Asker:
    return Asker(user, profile, asked.chosen, now)


def exists(asked: Asked, user: User, profile: Profile, now: datetime) -> bool:
    """There is such a list for this person."""
    sheet = SHEETS.get(asked.tab)
    if sheet is None:
        return export_lists.exists(asked, profile)
    return sheet.may(asker_of(asked, user, profile, now))


def is_known(tab: str) -> bool:
    """A file of a list that there is no more, since an upgrade, is no file any more."""
    return tab in SHEETS or tab in set(Listed) or tab in set(Tab)


def columns_of(tab: str, chosen: Mapping[str, str]) -> Sequence[Column]:
    return SHEETS[tab].columns(chosen) if tab in SHEETS else export_rows.COLUMNS


def how_many(asked: Asked, user: User, profile: Profile, most: int) -> int:
    """Counts to `most` at most; 0 of a list that is never long."""
    sheet = SHEETS.get(asked.tab)
    if sheet is None:
        return export_lists.how_many(asked, profile, most)
    return sheet.source.count(asker_of(asked, user, profile, asked.moment), most)


def window_of(asked: Asked, user: User, profile: Profile, cursor: str, so_far: int, now: datetime) -> Lines:
    """The lines after the cursor; `so_far` were read. Nothing for who may not see the list any more.

    Raises CursorInvalid.
    """
    sheet = SHEETS.get(asked.tab)
    if sheet is not None:
        asker = asker_of(asked, user, profile, now)
        return sheet.source.window(asker, cursor) if sheet.may(asker) else Lines([], is_cut=bool(cursor))
    found = export_lists.window_of(asked, profile, cursor, so_far)
    prefetch_related_objects(found.cases, "official_code")
    lines = [
        Line(
            key=str(case.pk),
            cells=export_rows.row_of(case, profile, now, bare=case.pk in found.bare),
            branch_id=case.branch_id,
            about=("complaint", case.pk),
        )
        for case in found.cases
    ]
    return Lines(lines, found.next_cursor, found.is_cut)


def known_words(profile: Profile, now: datetime) -> Known:
    """The words behind the values of a filter; one query."""
    named = narrowing(profile, now.date(), with_choices=True).choices
    return {**FIXED_WORDS, **named}


def list_words(tab: str, chosen: Mapping[str, str], known: Known) -> str:
    """The list and its filter for a person: "Queue: drugs, urgent"."""
    if tab in SHEETS:
        return _sheet_words(SHEETS[tab], chosen, known)
    if tab in set(Listed):
        return str(export_lists.TITLES[Listed(tab)])
    if not is_known(tab):
        return str(_("List"))
    said = [str(dict(known.get(name, ())).get(value, value)) for name, value in chosen.items()]
    return ": ".join([str(TITLES[Tab(tab)]), ", ".join(said)]) if said else str(TITLES[Tab(tab)])


def _sheet_words(sheet: Sheet, chosen: Mapping[str, str], known: Known) -> str:
    """Ids stay out of it; of branches those that the person knows are named."""
    branch = dict(known.get("branch", ())).get(chosen.get("branch", ""), "")
    told: list[str | Promise] = [sheet.tells(chosen), branch]
    said = ", ".join(str(one) for one in told if one)
    return f"{sheet.title}: {said}" if said else str(sheet.title)


def shared_with(profile: Profile) -> set[int]:
    """The branches whose exports this person sees."""
    return set(supervised_branches(profile).values_list("pk", flat=True))


def seen_by(branch_ids: set[int]) -> Any:
    """Exports with rows of these branches, by index export_share_of_branch."""
    return Export.objects.of_branches(branch_ids).select_related("made_by").prefetch_related("shares")


def rows_of(export: Export, branch_ids: set[int]) -> int:
    """How many of its rows are of these branches."""
    return sum(share.rows_count for share in export.shares.all() if share.branch_id in branch_ids)


def _export_lines(asker: Asker, rows: Sequence[Export]) -> Iterator[Line]:
    """Who took along rows of the branches of this person."""
    own, known = shared_with(asker.profile), known_words(asker.profile, asker.now)
    for export in rows:
        cells = [
            str(export.made_by), moment(export.made_at), list_words(export.tab, export.chosen, known),
            words(export.get_format_display()), number(export.rows_count), number(rows_of(export, own)),
        ]  # fmt: skip
        yield Line(str(export.pk), cells)


#: By the name that stands in an address and in the row of an export; none is longer than twelve letters.
SHEETS: dict[str, Sheet] = {
    **export_work.SHEETS,
    **export_heads.SHEETS,
    **export_figures.SHEETS,
    **export_places.SHEETS,
    **export_engine.SHEETS,
    "exports": Sheet(
        _("Exported lists"), "exports", always(_EXPORTS), lambda asker: supervises(asker.profile),
        Paged(
            lambda asker: seen_by(shared_with(asker.profile)), "id", _export_lines, newest_first=True
        ),
    ),
}  # fmt: skip
