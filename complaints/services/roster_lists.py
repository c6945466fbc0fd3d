"""A duty roster as a table: tried out with the gaps it leaves, then entered as single shifts are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.escalation import roster
from complaints.escalation.roster import Gap
from insurers.models import Branch
from omsportal.platform import lists_in
from omsportal.platform.lists_in import TableRow
from representatives import services
from representatives.models import DutyShift, Representative
from representatives.services import ShiftRefused

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: A month of twelve-hour shifts with two places in two tiers has 248 rows.
MOST_ROWS = 400
PERSON, STARTS, ENDS, PLACE = "дежурный", "с", "по", "место"
REQUIRED, OPTIONAL = (PERSON, STARTS, ENDS), (PLACE,)
_FORMS = ("%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")
_MOST_PLACES = 5


@dataclass(frozen=True, slots=True)
class BadShift:
    """A line that cannot be entered, and why."""

    line: int
    reason: object


@dataclass(slots=True)
class Entered:
    """What the table gives: shifts, bad lines, and where nobody is on duty then."""

    shifts: list[DutyShift] = field(default_factory=list)
    there: list[int] = field(default_factory=list)
    bad: list[BadShift] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


class _Wrong(Exception):
    def __init__(self, reason: object) -> None:
        super().__init__()
        self.reason = reason


def enter(*, text: str, branch: Branch, profile: "Profile", is_trial: bool, now: datetime) -> Entered:
    """Every good line becomes a shift; a trial takes them all back and keeps only what was learned.

    A line that stands in the roster already is left as it is, so that a list may be sent twice. Raises
    TableUnreadable, PermissionDenied for all but the head of the branch.
    """
    rows = lists_in.all_rows_of(text, required=REQUIRED, optional=OPTIONAL, most=MOST_ROWS)
    people = list(Representative.objects.on_roster_of(branch))
    done = Entered()
    with transaction.atomic():
        for row in rows:
            try:
                _enter_row(row, branch, people, profile, now, done)
            except _Wrong as wrong:
                done.bad.append(BadShift(row.line, wrong.reason))
            except ShiftRefused as refused:
                done.bad.append(BadShift(row.line, refused.message))
        last = max((shift.ends_at for shift in done.shifts), default=now + roster.AHEAD)
        done.gaps = roster.gaps(branch_id=branch.pk, now=now, until=max(last, now + roster.AHEAD))
        transaction.set_rollback(is_trial)
    return done


def _enter_row(
    row: TableRow, branch: Branch, people: Sequence[Representative], profile: "Profile", now: datetime,
    done: Entered,
) -> None:  # fmt: skip
    person = _person(row.cells.get(PERSON, ""), people)
    starts_at, ends_at = (_moment(row.cells.get(name, ""), branch) for name in (STARTS, ENDS))
    same = DutyShift.objects.of_branch(branch).filter(
        representative=person, starts_at=starts_at, ends_at=ends_at
    )
    if same.exists():
        done.there.append(row.line)
        return
    shift = services.add_shift(
        branch=branch, person=person, starts_at=starts_at, ends_at=ends_at,
        place=_place(row.cells.get(PLACE, "")), profile=profile, now=now,
    )  # fmt: skip
    done.shifts.append(shift)


def _person(typed: str, people: Sequence[Representative]) -> Representative:
    """By login, e-mail or the whole name."""
    wanted = " ".join(typed.split()).casefold()
    known = [
        person
        for person in people
        if wanted
        and wanted
        in {person.user.username.casefold(), person.user.email.casefold(), person.user.full_name.casefold()}
    ]
    if len(known) != 1:
        raise _Wrong(
            _("nobody on duty in this branch is called like that, or several are: write the login or e-mail")
        )
    return known[0]


def _moment(typed: str, branch: Branch) -> datetime:
    for form in _FORMS:
        try:
            return datetime.strptime(typed, form).replace(tzinfo=branch.zone)
        except ValueError:
            continue
    raise _Wrong(_("write day and time like 31.12.2026 20:00"))


def _place(typed: str) -> int:
    if not typed:
        return 1
    if typed.isdecimal() and 1 <= int(typed) <= _MOST_PLACES:
        return int(typed)
    raise _Wrong(_("the place in line is a number from 1 to 5"))
