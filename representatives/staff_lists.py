"""A list of staff as a table: judged line by line, then everybody new in it is invited, nobody twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber, to_python

from insurers.models import Branch
from omsportal.platform import lists_in
from omsportal.platform.lists_in import TableRow
from representatives import invitations
from representatives.models import User
from representatives.reach import AccountRefused, Place, Reach, check

#: Of one file; a larger team comes in parts.
MOST_ROWS = 300
NAME, EMAIL, TIER, BRANCH = "фио", "e-mail", "уровень", "филиал"
PHONE, HEAD = "телефон", "руководитель"
REQUIRED, OPTIONAL = (NAME, EMAIL), (TIER, BRANCH, PHONE, HEAD)
_YES, _NO = {"да", "yes", "1", "+"}, {"", "нет", "no", "0", "-"}
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A line that can be invited."""

    line: int
    name: str
    email: str
    phone: str
    place: Place
    branch: Branch


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that cannot, and why."""

    line: int
    reason: object


@dataclass(slots=True)
class Judged:
    """What the table would do."""

    new: list[Newcomer] = field(default_factory=list)
    there: list[tuple[int, User]] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)


class _Wrong(Exception):
    def __init__(self, reason: object) -> None:
        super().__init__()
        self.reason = reason


def judge(*, text: str, reach: Reach, now: datetime) -> Judged:
    """Each line of the table: new, there already, or bad with its reason. Raises TableUnreadable."""
    rows = lists_in.all_rows_of(text, required=REQUIRED, optional=OPTIONAL, most=MOST_ROWS)
    branches = list(Branch.objects.filter(pk__in=reach.branch_ids).with_names())
    judged, seen = Judged(), set[str]()
    for row in rows:
        try:
            _judge_row(row, branches, reach, seen, judged, now)
        except _Wrong as wrong:
            judged.bad.append(Bad(row.line, wrong.reason))
        except AccountRefused as refused:
            judged.bad.append(Bad(row.line, refused.message))
    return judged


def invite_all(
    *, newcomers: Iterable[Newcomer], by: User, reach: Reach, now: datetime
) -> tuple[int, Sequence[Bad]]:
    """An invitation each, in a transaction of its own; how many, and the lines that failed meanwhile."""
    invited, failed = 0, []
    for one in newcomers:
        try:
            invitations.invite(
                name=one.name, email=one.email, phone=one.phone, place=one.place, by=by, reach=reach, now=now
            )
        except AccountRefused as refused:
            failed.append(Bad(one.line, refused.message))
        else:
            invited += 1
    return invited, failed


def _judge_row(
    row: TableRow, branches: Sequence[Branch], reach: Reach, seen: set[str], judged: Judged, now: datetime
) -> None:
    cells = row.cells
    name, email = cells.get(NAME, ""), cells.get(EMAIL, "").lower()
    if not name or len(name) > _LONGEST_NAME:
        raise _Wrong(_("the name is missing or too long"))
    _check_email(email)
    if email in seen:
        raise _Wrong(_("this e-mail stands in the list twice"))
    seen.add(email)
    branch = _branch(cells.get(BRANCH, ""), branches)
    place = _place(cells, branch)
    phone = _phone(cells.get(PHONE, ""))
    check(place, reach)
    known = invitations.with_address(email, reach, now)
    if known is not None:
        judged.there.append((row.line, known))
    else:
        judged.new.append(Newcomer(row.line, name, email, phone, place, branch))


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise _Wrong(_("the e-mail is not a whole address, like name@mail.ru")) from None


def _branch(typed: str, branches: Sequence[Branch]) -> Branch:
    """By its title or its region's code; without a word, when there is one only."""
    wanted = typed.casefold()
    if not wanted and len(branches) == 1:
        return branches[0]
    found = [b for b in branches if wanted in {str(b).casefold(), b.title.casefold(), b.region.code}]
    if len(found) != 1:
        raise _Wrong(_("no branch of yours is called like that: write its title, or the code of its region"))
    return found[0]


def _place(cells: Mapping[str, str], branch: Branch) -> Place:
    tier, is_head = cells.get(TIER, "").casefold(), cells.get(HEAD, "").casefold()
    if is_head not in _YES | _NO:
        raise _Wrong(_("write yes or no in the column of heads"))
    if tier not in {"", "1", "2", "3", "фонд", "4"}:
        raise _Wrong(_("the tier is 1, 2, 3 or “fund”"))
    headed = frozenset({branch.pk}) if is_head in _YES else frozenset[int]()
    if not tier:
        return Place(headed_ids=headed)
    number = 4 if tier in {"фонд", "4"} else int(tier)
    return Place(tier=number, branch_ids=frozenset({branch.pk}), headed_ids=headed)


def _phone(typed: str) -> str:
    if not typed:
        return ""
    phone = to_python(typed, region="RU")
    if not isinstance(phone, PhoneNumber) or not phone.is_valid():
        raise _Wrong(_("the phone is not a whole number"))
    if phone.extension:
        raise _Wrong(_("there is room for the phone only: leave the extension out"))
    return str(phone.as_e164)
