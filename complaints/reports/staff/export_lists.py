"""Every list of cases that can be taken along: those of the queue, what a search found, the cases of an
incident, a fund's region. Each is read as its page reads it, under the same rule of sight.

What decides about a list stands in `chosen`: the filter of a tab, or the one id that the list is of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Search
from complaints.querysets import ComplaintQuerySet
from complaints.reports.staff import incidents, region, search, whole_list
from complaints.reports.staff.filtering import wanted_of
from complaints.reports.staff.region import Section
from complaints.reports.staff.search_understood import unpacked
from complaints.reports.staff.tabs import Tab
from omsportal.platform.pagination import page
from representatives.profiles import Profile

#: Of a search; each page of it costs as much as on the screen.
MOST_FOUND = 500


class Listed(StrEnum):
    """Lists beside the tabs of the queue."""

    FOUND = "found"
    INCIDENT = "incident"
    LATE = "late"
    NOBODY = "nobody"
    FORWARDS = "forwards"


TITLES: dict[Listed, Promise] = {
    Listed.FOUND: _("What a search found"),
    Listed.INCIDENT: _("Appeals of an incident"),
    Listed.LATE: _("Region: past the last tier"),
    Listed.NOBODY: _("Region: insurer not known"),
    Listed.FORWARDS: _("Region: passed on"),
}
OF_REGION = {Listed.LATE: Section.LATE, Listed.NOBODY: Section.NOBODY, Listed.FORWARDS: Section.FORWARDS}
#: What a list beside the tabs is of.
ASKS: dict[Listed, str] = {Listed.FOUND: "search", Listed.INCIDENT: "incident"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One list as somebody asked for it. `moment`: when, for what a filter counts from."""

    tab: str
    chosen: Mapping[str, str]
    moment: datetime


@dataclass(frozen=True, slots=True)
class Rows:
    """A window of a list; `next_cursor` is empty at its end, `is_cut`: it goes on, and is not read further.

    Of `bare` ones not even the card opens: their lines tell number, body, status and dates, as the page does.
    """

    cases: list[Complaint]
    next_cursor: str = ""
    is_cut: bool = False
    bare: frozenset[int] = frozenset()


def exists(asked: Asked, profile: Profile) -> bool:
    """There is such a list for this person."""
    if asked.tab not in set(Listed):
        return asked.tab in set(Tab) - {Tab.ALARMS}
    listed = Listed(asked.tab)
    if listed in OF_REGION:
        return region.is_of_fund(profile)
    if listed is Listed.INCIDENT:
        return _incident_of(asked, profile) is not None
    return _search_of(asked, profile) is not None


def how_many(asked: Asked, profile: Profile, most: int) -> int:
    """Counts to `most` at most."""
    if asked.tab not in set(Listed):
        return whole_list.how_many(Tab(asked.tab), profile, wanted_of(asked.chosen, asked.moment), most)
    if asked.tab == Listed.FOUND:
        return 0  # known when it has been read: at most MOST_FOUND, so it is no work for later
    if asked.tab in OF_REGION:
        return region.count(profile, OF_REGION[Listed(asked.tab)], asked.moment, most)
    return int(_cases_of(asked, profile)[:most].count())


def window_of(asked: Asked, profile: Profile, cursor: str, so_far: int) -> Rows:
    """The rows after the cursor with what a line shows; `so_far` were read. Raises CursorInvalid."""
    if asked.tab not in set(Listed):
        wanted = wanted_of(asked.chosen, asked.moment)
        found = whole_list.window_of(Tab(asked.tab), profile, wanted, cursor)
        return Rows(found.rows, found.next_cursor)
    if asked.tab == Listed.FOUND:
        return _found(asked, profile, cursor, so_far)
    if asked.tab in OF_REGION:
        section = OF_REGION[Listed(asked.tab)]
        cases, further = region.window_of(profile, section, cursor, asked.moment, whole_list.WINDOW)
        return Rows(cases, further, bare=_unseen(cases, profile))
    rows = _cases_of(asked, profile).with_places().select_related("region_of_care")
    shown = page(rows, field="id", size=whole_list.WINDOW, cursor=cursor)
    # An incident gathers also what is barred to whoever leads it.
    return Rows(shown.rows, shown.next_cursor, bare=_unseen(shown.rows, profile))


def _unseen(cases: Sequence[Complaint], profile: Profile) -> frozenset[int]:
    ids = {case.pk for case in cases}
    seen = Complaint.objects.visible_to(profile).filter(pk__in=ids).values_list("pk", flat=True)
    return frozenset(ids - set(seen))


def _cases_of(asked: Asked, profile: Profile) -> ComplaintQuerySet:
    incident = _incident_of(asked, profile)
    return incidents.cases_of(incident) if incident is not None else Complaint.objects.none()


def _incident_of(asked: Asked, profile: Profile) -> Any:
    number = asked.chosen.get("incident", "")
    return incidents.incident_of(profile, int(number)) if number.isdecimal() and len(number) < 10 else None


def _search_of(asked: Asked, profile: Profile) -> Search | None:
    """What this very person looked for, while it is kept."""
    try:
        reference = UUID(asked.chosen.get("search", ""))
    except (ValueError, ValidationError):
        return None
    found: Search | None = Search.objects.open_of(reference, profile.user_id, profile.at)
    return found if found is not None and "understood" in found.sealed else None


def _found(asked: Asked, profile: Profile, cursor: str, so_far: int) -> Rows:
    kept = _search_of(asked, profile)
    if kept is None:
        return Rows([], is_cut=bool(cursor))
    found = search.find(unpacked(kept.sealed["understood"]), profile, cursor=cursor)
    prefetch_related_objects(found.rows, "region_of_care")
    # Where the page stops and asks whether to look further back, the file ends: a frequent word whose cases
    # this person may not open could be followed through years.
    is_enough = so_far + len(found.rows) >= MOST_FOUND or found.looked_since is not None
    is_cut = bool(found.next_cursor) and is_enough
    return Rows(found.rows, "" if is_cut else found.next_cursor, is_cut)
