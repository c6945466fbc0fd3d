"""Tables that come as files."""

import gzip
import io

import pytest

from omsportal.platform import tables
from omsportal.platform.tables import Table, TableBroken, folded, places

HEADER = "Имя;Дата рождения\n"


def table(content: bytes, *, most: int = 10**6) -> Table:
    return Table(io.BytesIO(content), most=most)


def test_a_packed_bomb_is_stopped_while_it_is_unpacked():
    bomb = gzip.compress((HEADER + "а;б\n" * 10**6).encode())
    assert len(bomb) < 50_000
    with pytest.raises(TableBroken) as stopped:
        list(table(bomb, most=500_000))
    assert stopped.value.code == "too_large"
    assert stopped.value.line > 1


@pytest.mark.parametrize(
    "endless",
    ["а" * 3000, '"а\n";' * 1000, 'б;"' + "а\n" * 1000, "а;" * 1500],
    ids=["line", "cells", "quote", "row"],
)
def test_a_row_that_does_not_end_is_not_taken_into_memory(
    endless: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packed, gigabytes of it are a file of some megabytes."""
    monkeypatch.setattr(tables, "LONGEST_ROW", 1000)
    wide = table((HEADER + "Анна;1985\n" * 300 + "Пётр;1986\n" + endless).encode())
    taken = []
    with pytest.raises(TableBroken) as stopped:
        taken.extend(wide)
    assert (stopped.value.code, stopped.value.line, len(taken)) == ("not_a_table", 303, 301)


def test_letters_that_cannot_be_read_are_told_by_their_line():
    content = (HEADER + "Анна;1985\n" * 10_000).encode() + b"\xff\xfe\n"
    with pytest.raises(TableBroken) as broken:
        list(table(content))
    assert broken.value.code == "encoding"
    assert broken.value.line > 1_000


def test_cells_may_hold_line_ends_and_rows_keep_the_line_where_they_begin():
    rows = list(table((HEADER + '"ул. Свободы\nдом 1";2\n\nАнна;3\n').encode()))
    assert [(row.line, row.cells[1]) for row in rows] == [(2, "2"), (5, "3")]


def test_headings_are_compared_folded_and_the_first_of_a_name_counts():
    assert folded(" Дата_рождения ") == folded("датарождения")
    assert places(["имя", "x", "имя"], {"имя": "first_name"}) == {"first_name": 0}
