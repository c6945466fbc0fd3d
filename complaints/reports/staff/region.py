"""What a fund looks after in its region beside its own queue: late cases, cases without an insurer, cases
passed on, help between regions. Lists tell numbers, bodies and dates; content opens where it opens anyway."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, Link
from complaints.querysets import ComplaintQuerySet
from complaints.reports.staff.places import supervised_branches
from omsportal.platform.models import Alarm
from omsportal.platform.pagination import CursorInvalid, Page, page
from representatives.models import HelpAccess
from representatives.profiles import Profile
from representatives.roles import Tier

PAGE_SIZE = 30
#: Cases passed on are listed for so long.
FORWARDS_OF = timedelta(days=90)
#: Within so many days of registration an appeal is passed on, by 59-ФЗ.
DAYS_TO_FORWARD = 7


class Section(StrEnum):
    LATE = "late"
    NOBODY = "nobody"
    FORWARDS = "forwards"
    HELP = "help"


TITLES: dict[Section, Promise] = {
    Section.LATE: _("Past the last tier"),
    Section.NOBODY: _("Insurer not known"),
    Section.FORWARDS: _("Passed on"),
    Section.HELP: _("Help between regions"),
}


@dataclass(frozen=True, slots=True)
class Passed:
    """An appeal that one body passed on and another registered anew, with the clocks of both."""

    earlier: Complaint
    later: Complaint | None
    days: int
    sees_earlier: bool
    sees_later: bool

    @property
    def is_late(self) -> bool:
        return self.days > DAYS_TO_FORWARD


@dataclass(frozen=True, slots=True)
class Help:
    access: HelpAccess
    case: Complaint
    sees: bool


@dataclass(frozen=True, slots=True)
class Listing:
    section: Section
    page: Page[Any]
    cases: list[Complaint]
    passed: list[Passed]
    help: list[Help]


def is_of_fund(profile: Profile) -> bool:
    """The fund's staff, its head among them."""
    return profile.tier == Tier.FUND


def section_of(typed: str) -> Section:
    return Section(typed) if typed in set(Section) else Section.LATE


def listing(profile: Profile, section: Section, cursor: str, now: datetime) -> Listing:
    """One list. A cursor that does not fit shows the first page."""
    if section is Section.FORWARDS:
        found = _page(_forwarded(profile, now), "closed_at", cursor, descending=True)
        return Listing(section, found, [], _passed(profile, found.rows), [])
    if section is Section.NOBODY:
        found = _page(_without_insurer(profile), "due_at", cursor)
        return Listing(section, found, found.rows, [], [])
    if section is Section.HELP:
        running = _page(help_rows(profile, now), "ends_at", cursor)
        return Listing(section, running, [], [], helps(profile, running.rows))
    alarms = _page(_breaches(profile), "raised_at", cursor, descending=True)
    return Listing(section, alarms, _of_alarms(profile, alarms.rows), [], [])


def count(profile: Profile, section: Section, now: datetime, most: int) -> int:
    """Counts to `most` at most."""
    if section is Section.LATE:
        return _breaches(profile)[:most].count()  # type: ignore[no-any-return]  # a queryset's
    rows = _forwarded(profile, now) if section is Section.FORWARDS else _without_insurer(profile)
    return rows[:most].count()


def window_of(
    profile: Profile, section: Section, cursor: str, now: datetime, size: int
) -> tuple[list[Complaint], str]:
    """The cases of a list after the cursor, and where it goes on. Raises CursorInvalid."""
    if section is Section.LATE:
        alarms = page(_breaches(profile), field="raised_at", size=size, cursor=cursor, descending=True)
        return _of_alarms(profile, alarms.rows), alarms.next_cursor
    is_newest_first = section is Section.FORWARDS
    rows = _forwarded(profile, now) if is_newest_first else _without_insurer(profile)
    found = page(
        rows.select_related("region_of_care"), field="closed_at" if is_newest_first else "due_at", size=size,
        cursor=cursor, descending=is_newest_first,
    )  # fmt: skip
    return found.rows, found.next_cursor


def _page(rows: Any, field: str, cursor: str, *, descending: bool = False) -> Page[Any]:
    try:
        return page(rows, field=field, size=PAGE_SIZE, cursor=cursor, descending=descending)
    except CursorInvalid:
        return page(rows, field=field, size=PAGE_SIZE, descending=descending)


def _breaches(profile: Profile) -> Any:
    """Of cases that are open still: their alarms close with them (partial index alarm_open)."""
    own = list(profile.branch_ids | profile.headed_branch_ids)
    return Alarm.objects.open().received_by(own).filter(kind="tier_breach", subject_kind="complaint")


def _of_alarms(profile: Profile, alarms: Iterable[Alarm]) -> list[Complaint]:
    ids = list(dict.fromkeys(alarm.subject_id for alarm in alarms))
    visible = Complaint.objects.visible_to(profile).filter(pk__in=ids)
    seen: ComplaintQuerySet = visible.with_places().select_related("region_of_care")
    by_id = {case.pk: case for case in seen}
    return [by_id[pk] for pk in ids if pk in by_id]


def _without_insurer(profile: Profile) -> ComplaintQuerySet:
    """The fund's own open cases, about no insurer and not asked again: index complaint_queue."""
    asked_again = Link.objects.filter(later=OuterRef("pk"), kind=Link.Kind.REOPENING)
    own: ComplaintQuerySet = Complaint.objects.visible_to(profile).open()
    rows = own.narrowed(branch_id__in=profile.branch_ids, category__about_insurer=False)
    return rows.filter(~Exists(asked_again)).with_places()


def _forwarded(profile: Profile, now: datetime) -> ComplaintQuerySet:
    """Passed on by the fund or a body of its region: index complaint_forwarded, a range for each of them."""
    ids = list(supervised_branches(profile).values_list("pk", flat=True))
    rows: ComplaintQuerySet = Complaint.objects.narrowed(branch_id__in=ids, status="forwarded")
    return rows.filter(closed_at__gt=now - FORWARDS_OF).not_barred_to(profile).with_places()


def _passed(profile: Profile, cases: Sequence[Complaint]) -> list[Passed]:
    """Two queries: what each became, and what of it this person may open."""
    links = Link.objects.filter(earlier__in=cases, kind=Link.Kind.FORWARD).select_related(
        "later__branch__insurer", "later__branch__region", "later__category"
    )
    became = {link.earlier_id: link.later for link in links}
    ids = [case.pk for case in (*cases, *became.values())]
    seen = set(Complaint.objects.visible_to(profile).filter(pk__in=ids).values_list("pk", flat=True))
    return [
        Passed(case, later, _days(case), case.pk in seen, later is not None and later.pk in seen)
        for case, later in ((case, became.get(case.pk)) for case in cases)
    ]


def _days(case: Complaint) -> int:
    """From registration to passing on, by the calendar of the body that passed it on."""
    passed_at = case.closed_at or case.registered_at
    return (passed_at.astimezone(case.branch.zone).date() - case.registered_on).days


def help_rows(profile: Profile, now: datetime) -> Any:
    """Accesses in force to cases of the region, and those by which the fund itself helps elsewhere."""
    ids = list(supervised_branches(profile).values_list("pk", flat=True))
    running = HelpAccess.objects.in_force(now=now)
    here = Complaint.objects.filter(pk__in=running.values("case_id"), branch_id__in=ids)
    elsewhere = Complaint.objects.filter(pk__in=profile.helped_case_ids)
    cases = list((here | elsewhere).not_barred_to(profile).values_list("pk", flat=True))
    return running.for_cases(cases).with_names()


def helps(profile: Profile, accesses: Sequence[HelpAccess]) -> list[Help]:
    """Two queries: the cases, and which of them this person may open."""
    ids = [access.case_id for access in accesses]
    cases = Complaint.objects.with_places().in_bulk(ids)
    seen = set(Complaint.objects.visible_to(profile).filter(pk__in=ids).values_list("pk", flat=True))
    return [Help(access, cases[access.case_id], access.case_id in seen) for access in accesses]


__all__ = [
    "TITLES",
    "Listing",
    "Section",
    "count",
    "help_rows",
    "helps",
    "is_of_fund",
    "listing",
    "section_of",
    "window_of",
]
