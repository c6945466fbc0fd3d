"""What one member of staff has read, for the head who answers for them: a leak is told of within a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.reports.staff.callers import POLICY
from complaints.reports.staff.people import branch_of
from insurers.models import Branch
from omsportal.platform.kinds import Reader, Reading
from omsportal.platform.models import ReadLog
from omsportal.platform.pagination import CursorInvalid, Page, page
from omsportal.platform.querysets import ReadLogQuerySet
from representatives.models import Representative
from representatives.profiles import Profile

PAGE_SIZE = 50
_CASE = "complaint"
_ABOUT: dict[str, Promise] = {
    POLICY: _("a line of the register of policies"),
    "letter": _("a letter in the mailbox"),
    "search": _("a search"),
    "export": _("an exported list"),
}
_ELSEWHERE: Promise = _("an appeal of another body")
_OTHER: Promise = _("something else")


@dataclass(frozen=True, slots=True)
class Line:
    """`number` of an appeal that the head may open, else in words what it was."""

    at: datetime
    what: str | Promise
    number: str
    about: str | Promise


@dataclass(frozen=True, slots=True)
class Readings:
    person: Representative
    branch: Branch
    page: Page[ReadLog]
    lines: list[Line]
    last_day: date | None


def readings(
    profile: Profile, person: Representative, cursor: str, typed_day: str, *, size: int = PAGE_SIZE
) -> Readings:
    """The newest first, by index readlog_reader; up to the end of a day, if one was typed. Four queries.

    `person` is one for whom people.person_of was asked. A cursor that does not fit shows the first page.
    """
    branch = branch_of(profile, person)
    last_day = _day(typed_day)
    rows = _rows(branch, person, last_day)
    try:
        found = page(rows, field="at", size=size, cursor=cursor, descending=True)
    except CursorInvalid:
        found = page(rows, field="at", size=size, descending=True)
    return Readings(person, branch, found, list(_lines(profile, found.rows)), last_day)


def count(profile: Profile, person: Representative, typed_day: str, most: int) -> int:
    """Readings up to the end of the day, to `most` at most."""
    rows = _rows(branch_of(profile, person), person, _day(typed_day))
    return int(rows.order_by()[:most].count())


def _rows(branch: Branch, person: Representative, last_day: date | None) -> ReadLogQuerySet:
    rows = ReadLog.objects.of_reader(Reader.USER, person.user_id)
    if last_day is None:
        return rows
    return rows.filter(at__lte=datetime.combine(last_day, time.max, branch.zone))


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _lines(profile: Profile, rows: Iterable[ReadLog]) -> Iterable[Line]:
    """Numbers by one query, whatever the length of the page."""
    ids = {row.subject_id for row in rows if row.subject_kind == _CASE}
    numbers = dict(Complaint.objects.visible_to(profile).among(ids).values_list("pk", "number"))
    for row in rows:
        is_case = row.subject_kind == _CASE
        number = numbers.get(row.subject_id, "") if is_case else ""
        about = _ELSEWHERE if is_case else _ABOUT.get(row.subject_kind, _OTHER)
        yield Line(row.at, Reading(row.what).label, number, about)


__all__ = ["Readings", "count", "readings"]
