"""A small table that somebody made in a spreadsheet: CSV by whatever program, with a row of headings."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_ENCODINGS = ("utf-8-sig", "windows-1251")
_DELIMITERS = (";", ",", "\t")


class TableUnreadable(Exception):
    """Not a table of ours: `missing` names headings that are not there; `most` is how many lines it may have,
    if it has more. Neither when it is no text at all."""

    def __init__(self, missing: Iterable[str] = (), *, most: int = 0) -> None:
        self.missing, self.most = list(missing), most
        super().__init__(", ".join(self.missing))


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line under the headings, by heading; numbered as editors and spreadsheets do."""

    line: int
    cells: Mapping[str, str]


def text_of(data: bytes) -> str:
    """UTF-8, with or without a mark, else windows-1251. Raises TableUnreadable for what is no text."""
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableUnreadable


def rows_of(text: str, *, required: Iterable[str], optional: Iterable[str] = (), most: int) -> list[TableRow]:
    """The first `most` lines that have something in them; headings whatever their case and order.

    Columns of other names are left out. Raises TableUnreadable.
    """
    wanted = {*required, *optional}
    lines = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter_of(text))
    try:
        headings = [cell.strip().casefold() for cell in next(lines, [])]
        missing = [name for name in required if name not in headings]
        if missing:
            raise TableUnreadable(missing)
        found = []
        for cells in lines:
            row = {name: cell.strip() for name, cell in zip(headings, cells, strict=False) if name in wanted}
            if any(row.values()):
                found.append(TableRow(lines.line_num, row))
            if len(found) >= most:
                break
    except csv.Error as error:
        raise TableUnreadable from error
    return found


def all_rows_of(
    text: str, *, required: Iterable[str], optional: Iterable[str] = (), most: int
) -> list[TableRow]:
    """Every line that has something in it: a list is not taken by half. Raises TableUnreadable."""
    rows = rows_of(text, required=required, optional=optional, most=most + 1)
    if len(rows) > most:
        raise TableUnreadable(most=most)
    return rows


def _delimiter_of(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=first.count)
