"""Rows as a file: Excel and CSV. Nothing in a cell is ever a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.formats import get_format

from complaints.reports.staff.export_sheets import Cell, Column, Holds

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
#: A mark by which Excel knows the letters.
BOM = "\ufeff"
#: A cell that begins so is a command to a spreadsheet, the wide signs of Asian keyboards too.
_COMMANDS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "|", "%", "＝", "＋", "－", "＠")
#: The same further inside, behind what divides cells where the file is opened with other settings.
_HIDDEN = re.compile(r"(\S\s*?[,;\t\r\n]\s*)(?=[=+\-@＝＋－＠])")
_WRITTEN = {Holds.DAY: "%d.%m.%Y", Holds.MOMENT: "%d.%m.%Y %H:%M"}
_DATE_FORMATS = {Holds.DAY: "dd.mm.yyyy", Holds.MOMENT: "dd.mm.yyyy hh:mm"}


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Lines with semicolons, as Excel reads them in Russia; what could be a formula gets an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_plain(cell, Holds.TEXT) for cell in row])
    return text.getvalue()


def csv_rows(rows: Iterable[Sequence[Cell]], columns: Sequence[Column]) -> Iterator[list[Cell]]:
    """With days, moments and numbers as people write them. A list that was read before an upgrade may have
    fewer columns."""
    for row in rows:
        yield [_as_written(cell, column.holds) for cell, column in zip(row, columns, strict=False)]


def _as_written(cell: Cell, holds: Holds) -> Cell:
    if cell is None or holds is Holds.TEXT:
        return cell
    if holds is Holds.NUMBER:
        return cell.replace(".", get_format("DECIMAL_SEPARATOR"))
    return _moment(cell).strftime(_WRITTEN[holds])


def _plain(cell: Cell, _holds: Holds) -> str:
    text = _HIDDEN.sub(r"\1'", cell or "")
    # Blanks before it do not make a command harmless everywhere.
    return f"'{text}" if text.startswith(_COMMANDS) or text.lstrip().startswith(_COMMANDS) else text


def write_xlsx(
    path: Path, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, folder: Path | None, name: str
) -> int:
    """One sheet with the title row fixed; returns how many rows. In constant memory, by files in `folder`.

    Without a folder everything is kept in memory. Rows that were read before an upgrade may be shorter.
    """
    options = {"constant_memory": True, "tmpdir": str(folder)} if folder else {"in_memory": True}
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    count = 0
    with xlsxwriter.Workbook(str(path), {**options, **safe}) as book:
        sheet = book.add_worksheet(name)
        _write_titles(book, sheet, columns)
        formats = {holds: book.add_format({"num_format": text}) for holds, text in _DATE_FORMATS.items()}
        for count, row in enumerate(rows, 1):
            for place, (cell, column) in enumerate(zip(row, columns, strict=False)):
                if cell is not None:
                    _write(sheet, (count, place), cell, column.holds, formats)
        sheet.autofilter(0, 0, count, len(columns) - 1)
    return count


def _write_titles(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, str(column.title), bold)


def _write(sheet: Any, at: tuple[int, int], cell: str, holds: Holds, formats: Mapping[Holds, Any]) -> None:
    """Words are never more than words."""
    if holds is Holds.TEXT:
        sheet.write_string(*at, cell)
    elif holds is Holds.NUMBER:
        sheet.write_number(*at, float(cell))
    else:
        sheet.write_datetime(*at, _moment(cell), formats[holds])


def _moment(text: str) -> datetime:
    return (
        datetime.fromisoformat(text)
        if "T" in text
        else datetime.combine(date.fromisoformat(text), datetime.min.time())
    )
