"""What the editor of settings shows: sheets as they are in force, drafts of them, findings, history."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import Deadline, DeadlineUnit, Setting, SettingChange
from complaints.reports.staff.organisation_drafts import Change, names_of
from complaints.reports.staff.places import supervises
from complaints.reports.staff.rules import Findings, findings
from complaints.services import setting_changes as service
from complaints.services import setting_hours
from complaints.services.retention import GROUP
from complaints.services.setting_calendar import as_decreed, country_days, is_usual
from complaints.services.setting_sheets import Sheet, differing, may_change
from insurers.models import Branch, DayKind, Region, Weekday
from insurers.reports import hours_said
from insurers.services.calendar import CALENDAR_CHANGED
from omsportal.platform.kinds import JobState
from omsportal.platform.models import Job
from omsportal.platform.progress import Pace
from representatives.models import User
from representatives.profiles import Profile
from representatives.roles import Action, Extent, Tier

#: The address of the country's calendar; regions have their codes.
COUNTRY = "russia"
#: Lines of a history on its page; older ones are in the table.
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class PastLine:
    """One change that was put in force."""

    change: SettingChange
    by: str
    second: str
    lines: list[Change]


@dataclass(frozen=True, slots=True)
class Shown:
    """One sheet: what is in force, what somebody prepares, what was changed before."""

    sheet: Sheet
    values: dict[str, Any]
    draft: SettingChange | None
    draft_by: str
    past: list[PastLine]
    is_mine: bool

    @property
    def wanted(self) -> dict[str, Any]:
        """As the draft would have it."""
        found: dict[str, Any] = self.draft.values if self.draft else self.values
        return found


@dataclass(frozen=True, slots=True)
class Recount:
    """How far open appeals follow a change that is in force. `pace` is of the appeals; dates of the law come
    after them. `told` is what came of it, None: not over, or nobody knows."""

    is_over: bool
    waits: bool
    pace: Pace
    told: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """One prepared change with everything to decide about it."""

    change: SettingChange
    sheet: Sheet
    by: str
    lines: list[Change]
    meanwhile: list[Change]
    findings: Findings | None
    terms: list[dict[str, Any]]
    is_tried: bool
    is_own: bool
    recount: Recount | None

    @property
    def place(self) -> str:
        """Of a calendar, as its address has it."""
        return self.sheet.region.code if self.sheet.region else COUNTRY


@dataclass(frozen=True, slots=True)
class BranchHours:
    branch: Branch
    hours: str
    on_days_off: bool


def looks_after(user: User, profile: Profile) -> bool:
    """The pages of settings are for this person: asked of what is loaded already, without a query."""
    return supervises(profile) or user.is_superuser or profile.is_editor


def branches_of(profile: Profile) -> list[Branch]:
    """Whose hours this person changes: at most one in each region of an insurer."""
    own = Q(pk__in=profile.headed_branch_ids) | Q(insurer__in=profile.insurer_ids)
    found = Branch.objects.filter(own).with_names().select_related("schedule").alphabetical()
    return list(found.prefetch_related("schedule__hours"))


def hours(profile: Profile) -> list[BranchHours]:
    """Three queries."""
    lines = [(branch, setting_hours.values_of(branch.schedule)) for branch in branches_of(profile)]
    return [BranchHours(branch, values["hours"], values["holidays"]) for branch, values in lines]


def branch_of(profile: Profile, branch_id: int) -> Branch | None:
    """None for a branch whose hours are not theirs."""
    own = Q(pk__in=profile.headed_branch_ids) | Q(insurer__in=profile.insurer_ids)
    return Branch.objects.filter(own, pk=branch_id).with_names().select_related("schedule").first()


def shown(sheet: Sheet, user: User, profile: Profile, now: datetime) -> Shown:
    """Whoever may not change it sees no draft."""
    is_mine = may_change(user, profile, sheet)
    values = service.stands(sheet, now)
    draft = service.draft_of(sheet) if is_mine else None
    past = list(SettingChange.objects.of_sheet(**sheet.place).in_force()[:MOST_LINES])
    names = names_of([one.changed_by_id for one in past] + [one.settled_by_id for one in past])
    lines = [_past(sheet, one, names) for one in past]
    by = names_of([draft.changed_by_id]).get(draft.changed_by_id, "") if draft else ""
    return Shown(sheet, values, draft, by, lines, is_mine)


def prepared(change_id: int, user: User, profile: Profile, now: datetime) -> Prepared | None:
    """None for a change of what is not theirs."""
    change = SettingChange.objects.with_places().filter(pk=change_id).first()
    if change is None:
        return None
    sheet = Sheet.of(change)
    if not may_change(user, profile, sheet):
        return None
    before, present = change.seen or {}, service.stands(sheet, now) if change.is_draft else change.seen or {}
    found = findings(change.job_id)
    told = (found.found or {}).get("terms", []) if found else []
    return Prepared(
        change=change, sheet=sheet, by=names_of([change.changed_by_id]).get(change.changed_by_id, ""),
        lines=changes(sheet, before, change.values), meanwhile=changes(sheet, before, present),
        findings=found, terms=_terms(told), is_tried=service.KINDS[sheet.noun].is_tried,
        is_own=change.changed_by_id == user.pk, recount=recount(change, now),
    )  # fmt: skip


def recount(change: SettingChange, now: datetime) -> Recount | None:
    """None for what moves no appeal, or is not in force."""
    job = Job.objects.filter(pk=change.job_id, kind=CALENDAR_CHANGED).first() if change.job_id else None
    if job is None:
        return None
    spent = (now - (job.started_at or now)).total_seconds()
    return Recount(
        is_over=job.state in {JobState.DONE, JobState.FAILED}, waits=job.state == JobState.QUEUED,
        pace=Pace(job.done_count, job.total_count, spent),
        told=job.result if job.state == JobState.DONE else None,
    )  # fmt: skip


def changes(sheet: Sheet, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Key by key, in words."""
    keys = differing(before, after)
    labels = _labels(sheet, keys)
    return [
        Change(key, labels[key], in_words(sheet, key, before.get(key)), in_words(sheet, key, after.get(key)))
        for key in keys
    ]


def in_words(sheet: Sheet, key: str, value: Any) -> str:
    """One value of a sheet as people read it."""
    if sheet.noun == Setting.CALENDAR:
        return day_in_words(date.fromisoformat(key), value, in_region=sheet.region is not None)
    if sheet.noun == Setting.RIGHTS:
        return str(Extent(value).label) if value else _("no")
    if sheet.noun == Setting.KEEPING:
        return term_in_words(*value) if value else "–"
    if key == setting_hours.HOLIDAYS:
        return _("yes") if value else _("no")
    return hours_said(value or "–")


def day_in_words(day: date, value: list[Any] | None, *, in_region: bool) -> str:
    """Day off: International Women's Day."""
    if value is None:
        return _("as in the whole country") if in_region else _("like its weekday")
    kind, works_as, title = value
    if is_usual(day, value):
        said = _("like its weekday")
    elif kind == DayKind.WORKING and works_as is not None:
        said = _("working day by the hours of: %(weekday)s") % {"weekday": Weekday(works_as).label}
    else:
        said = str(DayKind(kind).label)
    return f"{said}: {title}" if title else said


def term_in_words(number: int, unit: str) -> str:
    """5 years."""
    if unit == DeadlineUnit.YEAR:
        return ngettext("%d year", "%d years", number) % number
    return ngettext("%d calendar day", "%d calendar days", number) % number


def keeping_labels() -> dict[str, str]:
    """Code → what is kept."""
    rows = Deadline.objects.terms_of(GROUP).filter(region=None).order_by("valid_from", "pk")
    return {row.code: row.what for row in rows}


def _labels(sheet: Sheet, keys: Iterable[str]) -> dict[str, str]:
    if sheet.noun == Setting.CALENDAR:
        return {key: day_named(date.fromisoformat(key)) for key in keys}
    if sheet.noun == Setting.RIGHTS:
        return {key: _right_named(key) for key in keys}
    if sheet.noun == Setting.KEEPING:
        return keeping_labels()
    return {
        setting_hours.HOURS: _("Working hours"),
        setting_hours.HOLIDAYS: _("Works on days off of the calendar too"),
    }


def day_named(day: date) -> str:
    """8 March 2027, monday."""
    return f"{date_format(day, 'j E Y')}, {date_format(day, 'l').lower()}"


def _right_named(key: str) -> str:
    tier, _sep, action = key.partition("_")
    return f"{Action(action).label} – {Tier(int(tier)).label}"


def _past(sheet: Sheet, one: SettingChange, names: Mapping[int, str]) -> PastLine:
    by, second = one.changed_by_id, one.settled_by_id or 0
    return PastLine(
        one, names.get(by, ""), names.get(second, "") if second != by else "",
        changes(sheet, one.seen or {}, one.values),
    )  # fmt: skip


def _terms(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    labels = keeping_labels() if told else {}
    return [line | {"what": labels.get(line["code"], line["code"])} for line in told]


# --- the calendar ---


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the year. `mark` is off, short, works, weekend or empty; `words` say it to people."""

    date: date
    named: str
    mark: str
    words: str
    is_own: bool
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    weeks: list[list[Day | None]]


@dataclass(frozen=True, slots=True)
class Year:
    """A year of one calendar: as it is in force, with the draft of whoever prepares one."""

    shown: Shown
    months: list[Month]
    special: list[Day]
    decreed: list[Change]
    regions: list[Region]
    is_empty: bool

    @property
    def sheet(self) -> Sheet:
        return self.shown.sheet


def year(sheet: Sheet, user: User, profile: Profile, now: datetime) -> Year:
    """The country's days with the region's own over them; for the country what the decrees say, too."""
    from_now = shown(sheet, user, profile, now)
    assert sheet.year is not None, "only calendars are shown by the year"
    country = country_days(sheet.year) if sheet.region else {}
    days = [
        _day(sheet, day, country, from_now) for month in range(1, 13) for day in _days_of(sheet.year, month)
    ]
    decreed = [] if sheet.region else _against_decrees(sheet, from_now)
    return Year(
        shown=from_now, months=_months(days), special=[day for day in days if day.words], decreed=decreed,
        regions=list(Region.objects.alphabetical()),
        is_empty=not (country if sheet.region else from_now.values),
    )  # fmt: skip


def _days_of(year: int, month: int) -> list[date]:
    return [date(year, month, number) for number in range(1, calendar.monthrange(year, month)[1] + 1)]


def _day(sheet: Sheet, day: date, country: Mapping[str, Any], found: Shown) -> Day:
    iso = day.isoformat()
    own = found.wanted.get(iso)
    value = own or country.get(iso)
    is_changed = found.wanted.get(iso) != found.values.get(iso)
    words = day_in_words(day, value, in_region=False) if value or is_changed else ""
    return Day(
        day,
        day_named(day),
        _mark(day, value),
        words,
        own is not None and sheet.region is not None,
        is_changed,
    )


def _mark(day: date, value: list[Any] | None) -> str:
    if value is None or is_usual(day, value):
        return "weekend" if day.weekday() > 4 else ""
    return {DayKind.DAY_OFF: "off", DayKind.SHORT: "short", DayKind.WORKING: "works"}[DayKind(value[0])]


def _months(days: list[Day]) -> list[Month]:
    by_date = {day.date: day for day in days}
    months = []
    for first in (day.date for day in days if day.date.day == 1):
        weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
        shown = [[by_date.get(day) if day.month == first.month else None for day in week] for week in weeks]
        months.append(Month(first, shown))
    return months


def _against_decrees(sheet: Sheet, found: Shown) -> list[Change]:
    """Where the calendar in force, or its draft, and the decrees differ. A day said to be like its weekday is
    the same as one that nobody names."""
    assert sheet.year is not None
    decreed = as_decreed(sheet.year)
    present = {key: value for key, value in found.wanted.items() if not _says_nothing(key, value)}
    same = {key for key in present if key in decreed and present[key][:2] == decreed[key][:2]}
    return changes(
        sheet,
        {key: value for key, value in present.items() if key not in same},
        {key: value for key, value in decreed.items() if key not in same},
    )


def _says_nothing(key: str, value: list[Any]) -> bool:
    return is_usual(date.fromisoformat(key), value)
