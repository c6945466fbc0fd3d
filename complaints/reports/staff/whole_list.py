"""A list from its first row to its last, a window at a time: for acts on all of it, and for exports.

The same rows that the page of the list shows, under the same rule of what may be seen. Each window reads the
first rows of every range of the index (queue_ranges), so large windows are cheaper than many small ones.
"""

from collections.abc import Mapping
from typing import Any

from complaints.models import Complaint
from complaints.querysets import ComplaintQuerySet
from complaints.queue_ranges import Counted, First, Part
from complaints.reports.staff.lists import CONTENT, rows_of
from complaints.reports.staff.tabs import NEWEST_FIRST, Tab, order_of, parts_of
from omsportal.platform.pagination import Page, Window, page
from representatives.models import User
from representatives.profiles import Profile

#: Rows of one window. Of a hundred thousand rows in a thousand ranges, fifty windows read each range's rest
#: of 2,000: five million entries of an index, not the twenty million of windows of 500.
WINDOW = 2_000


def window_of(tab: Tab, profile: Profile, wanted: Mapping[str, Any], cursor: str = "") -> Page[Complaint]:
    """The rows after the cursor with what a line shows; its `next_cursor` is empty at the end.

    Raises CursorInvalid.
    """
    rows = rows_of(tab, profile, wanted).with_places().select_related("region_of_care", "official_code")
    return _page(rows, tab, profile, wanted, cursor)


def ids_of(tab: Tab, profile: Profile, wanted: Mapping[str, Any], cursor: str = "") -> Page[Complaint]:
    """The same rows with nothing but their ids and versions."""
    rows = rows_of(tab, profile, wanted).only("pk", "version", order_of(tab))
    return _page(rows, tab, profile, wanted, cursor)


def how_many(tab: Tab, profile: Profile, wanted: Mapping[str, Any], most: int) -> int:
    """Counts to `most` at most; about: a row that the last rule takes out is counted."""
    counted = Counted(_parts(tab, profile, wanted), _sifted(profile, wanted), most)
    found: int = User.objects.filter(pk=profile.user_id).values(found=counted)[0]["found"]
    return found


def _page(
    rows: ComplaintQuerySet, tab: Tab, profile: Profile, wanted: Mapping[str, Any], cursor: str
) -> Page[Complaint]:
    parts, sifted = _parts(tab, profile, wanted), _sifted(profile, wanted)

    def among(every: ComplaintQuerySet, seen: Window) -> ComplaintQuerySet:
        return every.first_of(First(parts, sifted, seen))

    return page(
        rows, field=order_of(tab), size=WINDOW, cursor=cursor, descending=tab in NEWEST_FIRST, among=among
    )


def _parts(tab: Tab, profile: Profile, wanted: Mapping[str, Any]) -> list[Part]:
    return parts_of(tab, profile, content=not CONTENT.isdisjoint(wanted), held="assignee" in wanted)


def _sifted(profile: Profile, wanted: Mapping[str, Any]) -> ComplaintQuerySet:
    rows: ComplaintQuerySet = Complaint.objects.narrowed(**wanted).without_barred(profile)
    return rows
