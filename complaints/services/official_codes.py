"""Editions of the official form, and which of its rows each kind and theme count into.

An edition comes from a day on; what was counted before stays in the edition of its time, because rows end
and none is changed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pghistory
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.kinds import Kind
from complaints.models import CategoryCode, OfficialCode
from complaints.services.amendments import Editor, today_of
from insurers.services.revisions import MovedOn, Refused
from omsportal.platform import lists_in, turns

#: Appeals of insured people are counted in this table of the form.
APPEALS = "1"
TABLE, CODE, TEXT, PARENT, KIND = "таблица", "строка", "текст", "входит в", "вид"
REQUIRED, OPTIONAL = (CODE, TEXT), (TABLE, PARENT, KIND)
#: What a row says that it counts, by kind of appeal; a row that says nothing may count any.
WORDS: dict[str, str] = {
    Kind.COMPLAINT: "жалоба", Kind.APPLICATION: "заявление", Kind.CONSULTATION: "консультация",
    Kind.PROPOSAL: "предложение", Kind.THANKS: "благодарность",
}  # fmt: skip
#: Stands for "every theme without a row of its own" where ids of themes stand.
OTHERS = 0
#: Of one form; the present one has some hundreds.
MOST_ROWS = 2000
_CODE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){0,4}")
_TABLE = re.compile(r"[0-9]{1,4}")
_LONGEST_TEXT, _LONGEST_KIND = 2000, 24
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bad:
    """A line of the file that is no row of the form, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the form, from its first day to its last."""

    name: str
    begins_on: date
    ends_on: date | None


def read(text: str) -> tuple[list[OfficialCode], list[Bad]]:
    """Rows of a table with headings, not saved, and the lines that are none. Raises TableUnreadable.

    A table longer than any form has no rows: a form with holes would count wrongly without anybody noticing.
    """
    found: dict[tuple[str, str], OfficialCode] = {}
    bad = []
    rows = lists_in.rows_of(text, required=REQUIRED, optional=OPTIONAL, most=MOST_ROWS + 1)
    if len(rows) > MOST_ROWS:
        return [], [Bad(rows[-1].line, _("This is larger than any form. Choose the table with its rows."))]
    for row in rows:
        cells = row.cells
        table, code = cells.get(TABLE) or APPEALS, cells.get(CODE, "").rstrip(".")
        reason = _wrong(table, code, cells)
        if not reason and (table, code) in found:
            reason = _("this row stands in the file twice")
        if reason:
            bad.append(Bad(row.line, reason))
            continue
        found[table, code] = OfficialCode(
            table=table, code=code, text=cells[TEXT], kind=cells.get(KIND, "").casefold(),
            parent_code=(cells.get(PARENT, "") or code.rpartition(".")[0]).rstrip("."),
        )  # fmt: skip
    parents = {(row.table, row.parent_code) for row in found.values()}
    for key, one in found.items():
        one.is_leaf = key not in parents
    return list(found.values()), bad


@transaction.atomic
def begin_edition(
    *, name: str, begins_on: date, rows: Iterable[OfficialCode], by: Editor, now: datetime
) -> int:
    """The form has these rows from that day on; the edition before ends. How many themes went over.

    A theme goes over by itself where a row of the same number and words is there; the others have no row from
    that day on until somebody chooses one. Raises Refused, PermissionDenied.
    """
    _begin(by)
    newest = OfficialCode.objects.order_by("-valid_from").first()
    if OfficialCode.objects.filter(edition=name).exists():
        raise Refused({"edition": _("There is an edition of this name already.")})
    if begins_on <= today_of(None, now):
        raise Refused({"begins_on": _("What is counted already stays as it is: choose a later day.")})
    if newest is not None and begins_on <= newest.valid_from:
        raise Refused({"begins_on": _("The newest edition begins on that day or later: choose a later one.")})
    last = begins_on - _DAY
    with pghistory.context(user=by.user.pk):
        before = list(CategoryCode.objects.not_over(begins_on).select_related("official_code"))
        CategoryCode.objects.filter(valid_from__gte=begins_on).delete()
        OfficialCode.objects.not_over(begins_on).update(valid_to=last)
        CategoryCode.objects.not_over(begins_on).update(valid_to=last)
        made = OfficialCode.objects.bulk_create(_of_edition(rows, name, begins_on))
        carried = _carried(before, made, begins_on)
        CategoryCode.objects.bulk_create(carried)
    return len(carried)


@transaction.atomic
def choose_rows(
    *, edition: Edition, kind: str, wanted: Mapping[int, int | None], seen: Mapping[int, int | None],
    by: Editor, now: datetime,
) -> int:  # fmt: skip
    """Appeals of the kind and these themes (ids, OTHERS) count into these rows (ids) from today, or from the
    edition's first day; how many changed.

    `seen` is what stood on the screen. Raises MovedOn, Refused when the edition is over, PermissionDenied.
    """
    _begin(by)
    today = today_of(None, now)
    # Another edition may have been loaded since, which ends this one.
    edition = next((one for one in editions() if one.name == edition.name), edition)
    if edition.ends_on is not None and edition.ends_on < today:
        raise Refused({"": _("This edition is over: what was counted in it stays.")})
    day = max(today, edition.begins_on)
    rows = CategoryCode.objects.valid_on(day).filter(kind=kind).select_related("official_code")
    current = {row.category_id or OTHERS: row for row in rows}
    own = {
        pk: row.official_code_id for pk, row in current.items() if row.official_code.edition == edition.name
    }
    stands = {pk: own.get(pk) for pk in wanted}
    if any(stands[pk] != seen.get(pk) for pk in wanted):
        raise MovedOn(_texts(seen), _texts(stands))
    changed = {pk: code for pk, code in wanted.items() if stands[pk] != code}
    with pghistory.context(user=by.user.pk):
        for theme, code_id in changed.items():
            _end(current.get(theme), day)
            if code_id is not None:
                CategoryCode.objects.create(
                    category_id=theme or None, kind=kind, official_code_id=code_id, valid_from=day,
                    valid_to=edition.ends_on,
                )  # fmt: skip
    return len(changed)


def editions() -> list[Edition]:
    """The newest first; there is one every few years."""
    names = (
        OfficialCode.objects.filter(table=APPEALS).order_by().values_list("edition", "valid_from", "valid_to")
    )
    found = {Edition(*row) for row in names.distinct()}
    return sorted(found, key=lambda edition: edition.begins_on, reverse=True)


def _begin(by: Editor) -> None:
    """One at a time; for editors of what all patients read only."""
    if not by.everything:
        raise PermissionDenied
    turns.take("complaints.official_codes")


def _wrong(table: str, code: str, cells: Mapping[str, str]) -> str:
    if not _TABLE.fullmatch(table):
        return _("the table is no number")
    if not _CODE.fullmatch(code):
        return _("the row is not numbered like 3.1.5")
    text = cells.get(TEXT, "")
    if not text or len(text) > _LONGEST_TEXT or len(cells.get(KIND, "")) > _LONGEST_KIND:
        return _("the words are missing or too long")
    return ""


def _of_edition(rows: Iterable[OfficialCode], name: str, begins_on: date) -> Iterable[OfficialCode]:
    for row in rows:
        row.edition, row.valid_from = name, begins_on
        yield row


def _carried(
    before: Iterable[CategoryCode], rows: Iterable[OfficialCode], begins_on: date
) -> list[CategoryCode]:
    same = {(row.table, row.code, _folded(row.text)): row for row in rows}
    found = []
    for one in before:
        old = one.official_code
        row = same.get((old.table, old.code, _folded(old.text)))
        if row is not None:
            known = {"category_id": one.category_id, "kind": one.kind}
            found.append(CategoryCode(official_code=row, valid_from=begins_on, **known))
    return found


def _end(row: CategoryCode | None, day: date) -> None:
    """On the day before; one that began on that day or is planned is as if it had never been."""
    if row is not None and row.valid_from >= day:
        row.delete()
    elif row is not None:
        row.valid_to = day - _DAY
        row.save(update_fields=["valid_to"])


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _texts(pairs: Mapping[int, int | None]) -> dict[str, object]:
    return {str(key): value for key, value in pairs.items()}
