"""Lists of heads as files: people, leaves, accounts, the duty roster, incidents, who read a case."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Complaint, Incident
from complaints.reports import readings
from complaints.reports.staff import accounts, incidents, people, person_readings, roster
from complaints.reports.staff.accounts import Row
from complaints.reports.staff.export_sheets import (
    WINDOW,
    Asker,
    Cell,
    Column,
    Holds,
    Line,
    Lines,
    Paged,
    Sheet,
    Whole,
    always,
    day,
    joined,
    moment,
    number,
    words,
)
from complaints.reports.staff.lists import case_of
from complaints.reports.staff.places import supervises
from complaints.reports.staff.roster import Line as DutyLine
from complaints.reports.staff.roster import Span
from representatives.models import Leave, Representative
from representatives.reach import reach_of

_PEOPLE = (
    Column(gettext_lazy("Person"), width=34),
    Column(gettext_lazy("Tier"), width=26),
    Column(gettext_lazy("Presence")),
    Column(gettext_lazy("In work"), Holds.NUMBER, 12),
    Column(gettext_lazy("Waiting"), Holds.NUMBER, 12),
    Column(gettext_lazy("Overdue"), Holds.NUMBER, 12),
    Column(gettext_lazy("Ceiling"), Holds.NUMBER, 12),
    Column(gettext_lazy("Themes"), width=44),
    Column(gettext_lazy("Next leave from"), Holds.DAY),
    Column(gettext_lazy("Next leave until"), Holds.DAY),
)
_LEAVES = (
    Column(gettext_lazy("Person"), width=34),
    Column(gettext_lazy("Tier"), width=26),
    Column(gettext_lazy("Away from"), Holds.DAY),
    Column(gettext_lazy("Away until"), Holds.DAY),
)
_ACCOUNTS = (
    Column(gettext_lazy("Person"), width=34),
    Column(gettext_lazy("Login")),
    Column(gettext_lazy("Tier"), width=26),
    Column(gettext_lazy("Branches"), width=44),
    Column(gettext_lazy("Head of"), width=44),
    Column(gettext_lazy("Administrator of"), width=34),
    Column(gettext_lazy("Account"), width=26),
    Column(gettext_lazy("Second step of sign-in")),
    Column(gettext_lazy("Last sign-in"), Holds.MOMENT),
)
_ROSTER = (
    Column(gettext_lazy("Tier"), width=26),
    Column(gettext_lazy("From"), Holds.MOMENT),
    Column(gettext_lazy("To"), Holds.MOMENT),
    Column(gettext_lazy("Place in line"), Holds.NUMBER, 12),
    Column(gettext_lazy("On duty"), width=34),
    Column(gettext_lazy("Remark"), width=26),
)
_INCIDENTS = (
    Column(gettext_lazy("Incident"), width=44),
    Column(gettext_lazy("Theme"), width=44),
    Column(gettext_lazy("Clinic"), width=40),
    Column(gettext_lazy("Branch"), width=34),
    Column(gettext_lazy("From"), Holds.DAY),
    Column(gettext_lazy("To"), Holds.DAY),
    Column(gettext_lazy("Opened by"), width=26),
    Column(gettext_lazy("Opened at"), Holds.MOMENT),
    Column(gettext_lazy("Closed at"), Holds.MOMENT),
)
_READINGS = (
    Column(gettext_lazy("When"), Holds.MOMENT),
    Column(gettext_lazy("What was opened"), width=34),
    Column(gettext_lazy("Who"), width=34),
    Column(gettext_lazy("Role"), width=40),
    Column(gettext_lazy("Place"), width=34),
)
_READ_BY = (
    Column(gettext_lazy("When"), Holds.MOMENT),
    Column(gettext_lazy("Appeal"), width=34),
    Column(gettext_lazy("What of it"), width=44),
)
#: How an account stands, as its list says it.
STATES: dict[str, Promise] = {
    "open": gettext_lazy("account is open"),
    "invited": gettext_lazy("invited"),
    "late": gettext_lazy("the link has run out"),
    "off": gettext_lazy("account is closed"),
    "never": gettext_lazy("never opened"),
}


def _supervises(asker: Asker) -> bool:
    return supervises(asker.profile)


def _has_branch(asker: Asker) -> bool:
    """The branch that is asked for, or any, is this person's to answer for."""
    return _supervises(asker) and people.chosen_branch(asker.profile, asker.number("branch"))[0] is not None


def _gives_accounts(asker: Asker) -> bool:
    reach = reach_of(asker.user, asker.profile)
    branch_id = asker.number("branch")
    return bool(reach) and (branch_id is None or branch_id in reach.branch_ids)


def _people_lines(asker: Asker) -> Iterator[Line]:
    found = people.people(asker.profile, asker.number("branch"), asker.now, everybody=True)
    for row in found.rows if found else ():
        load, person, leave = row.load, row.person, row.next_leave
        presence = _("on leave") if load.is_on_leave else person.get_presence_display()
        cells = [
            str(person), words(person.get_tier_display()), words(presence), number(load.in_work),
            number(load.waiting), number(load.overdue), number(person.ceiling),
            joined(row.themes) or _("all"), day(leave.starts_on if leave else None),
            day(leave.ends_on if leave else None),
        ]  # fmt: skip
        yield Line(str(person.pk), cells, found.branch.pk if found else None)


def _leave_lines(asker: Asker) -> Iterator[Line]:
    """Those that touch the month, whole."""
    typed = asker.chosen.get("month", "")
    month = people.month(asker.profile, asker.number("branch"), typed, asker.now)
    if month is None:
        return
    staff = {person.pk: person for person in month.staff}
    leaves = Leave.objects.of_people(month.staff).touching(month.first, month.after - timedelta(days=1))
    for leave in leaves:
        person = staff[leave.representative_id]
        cells = [
            str(person), words(person.get_tier_display()), day(leave.starts_on), day(leave.ends_on)
        ]  # fmt: skip
        yield Line(str(leave.pk), cells, month.branch.pk)


def _account_lines(asker: Asker) -> Iterator[Line]:
    """Who administers the insurer stands after the people of the branch."""
    reach = reach_of(asker.user, asker.profile)
    found = accounts.accounts(reach, asker.number("branch"), asker.now, everybody=True)
    if found is None:
        return
    branch_id = found.branch.pk if found.branch else None
    for row in (*found.rows, *found.administrators):
        yield Line(str(row.user.pk), _account_cells(row), branch_id)


def _account_cells(row: Row) -> list[Cell]:
    state = row.state if row.state != "off" or row.has_joined else "never"
    return [
        str(row.user), row.user.username, words(row.works_as), joined(row.branches), joined(row.heads),
        joined(row.administers), words(STATES[state]),
        _("yes") if row.has_factor else _("no second step yet"), moment(row.user.last_login),
    ]  # fmt: skip


def _roster_lines(asker: Asker) -> Iterator[Line]:
    week = roster.week(asker.profile, asker.number("branch"), asker.now)
    for line in week.lines if week else ():
        for _day, spans in line.days:
            for span in spans:
                for place, cells in enumerate(_duty_cells(line, span)):
                    key = f"{line.tier}/{span.starts_at.isoformat()}/{span.ends_at.isoformat()}/{place}"
                    yield Line(key, cells, week.branch.pk if week else None)


def _duty_cells(line: DutyLine, span: Span) -> Iterator[list[Cell]]:
    """The moments of a span are by the clock of the branch already."""
    begins, ends = (f"{at:%Y-%m-%dT%H:%M}" for at in (span.starts_at, span.ends_at))
    tier = str(line.tier.label)
    if span.is_gap:
        yield [tier, begins, ends, None, None, _("nobody is on duty")]
    for turn in span.turns:
        remark = _("on leave") if turn.is_on_leave else None
        yield [tier, begins, ends, number(turn.shift.place), str(turn.shift.representative), remark]


def _is_of_closed(asker: Asker) -> bool:
    return asker.chosen.get("closed") == "1"


def _incident_lines(_asker: Asker, rows: Sequence[Incident]) -> Iterator[Line]:
    for row in rows:
        zone = row.branch.time_zone
        cells = [
            row.title, row.category.title, words(row.medical_organisation), str(row.branch),
            day(row.starts_on), day(row.ends_on), str(row.opened_by), moment(row.opened_at, zone),
            moment(row.closed_at, zone),
        ]  # fmt: skip
        yield Line(str(row.pk), cells, row.branch_id)


def _read_case(asker: Asker) -> Complaint | None:
    """The case, for whoever may see who read it."""
    case = case_of(asker.profile, asker.chosen.get("number", ""))
    return case if case is not None and readings.may_see(asker.profile, case) else None


class _Readings:
    """Every opening of one case, the newest first (index readlog_subject)."""

    def window(self, asker: Asker, cursor: str) -> Lines:
        case = _read_case(asker)
        if case is None:
            return Lines([], is_cut=bool(cursor))
        shown = readings.openings_for_head(case, cursor, size=WINDOW)
        pairs = zip(shown.page.rows, shown.lines, strict=True)
        lines = [
            Line(str(row.pk), [
                moment(line.at, case.branch.time_zone), words(line.what), words(line.name), words(line.role),
                words(line.place),
            ], case.branch_id, (readings.SUBJECT, case.pk))
            for row, line in pairs
        ]  # fmt: skip
        return Lines(lines, shown.page.next_cursor)

    def count(self, asker: Asker, most: int) -> int:
        case = _read_case(asker)
        return 0 if case is None else readings.count(case, most)


def _reader(asker: Asker) -> Representative | None:
    """Somebody who works in a branch that this person heads."""
    person_id = asker.number("person_id")
    return None if person_id is None else people.person_of(asker.profile, person_id)


class _ReadByPerson:
    """What one person has read, the newest first (index readlog_reader): after a leak it is worked off."""

    def window(self, asker: Asker, cursor: str) -> Lines:
        person = _reader(asker)
        if person is None:
            return Lines([], is_cut=bool(cursor))
        day = asker.chosen.get("day", "")
        shown = person_readings.readings(asker.profile, person, cursor, day, size=WINDOW)
        zone = shown.branch.time_zone
        lines = [
            Line(str(row.pk), [
                moment(line.at, zone), words(line.number or line.about), words(line.what)
            ], shown.branch.pk)
            for row, line in zip(shown.page.rows, shown.lines, strict=True)
        ]  # fmt: skip
        return Lines(lines, shown.page.next_cursor)

    def count(self, asker: Asker, most: int) -> int:
        person, day = _reader(asker), asker.chosen.get("day", "")
        return 0 if person is None else person_readings.count(asker.profile, person, day, most)


SHEETS: dict[str, Sheet] = {
    "people": Sheet(
        gettext_lazy("People"), "people", always(_PEOPLE),
        _has_branch, Whole(_people_lines), asks=("branch",),
    ),
    "leaves": Sheet(
        gettext_lazy("Leaves"), "leaves", always(_LEAVES),
        _has_branch, Whole(_leave_lines), asks=("branch", "month"),
    ),
    "accounts": Sheet(
        gettext_lazy("Accounts"), "accounts", always(_ACCOUNTS),
        _gives_accounts, Whole(_account_lines), asks=("branch",),
    ),
    "roster": Sheet(
        gettext_lazy("Duty roster"), "roster", always(_ROSTER), _has_branch, Whole(_roster_lines),
        asks=("branch",),
    ),
    "incidents": Sheet(
        gettext_lazy("Incidents"), "incidents", always(_INCIDENTS), _supervises,
        Paged(
            lambda asker: incidents.rows_for(asker.profile, closed=_is_of_closed(asker)), "opened_at",
            _incident_lines, newest_first=True,
        ),
        asks=("closed",),
    ),
    "readings": Sheet(
        gettext_lazy("Who read the case"), "readings", always(_READINGS),
        lambda asker: _read_case(asker) is not None, _Readings(), path=("number",),
    ),
    "read_by": Sheet(
        gettext_lazy("What a person read"), "person_readings", always(_READ_BY),
        lambda asker: _reader(asker) is not None, _ReadByPerson(), asks=("day",), path=("person_id",),
    ),
}  # fmt: skip
