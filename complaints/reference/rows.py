"""Reading of the data files. No Django here."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "data"
Line = dict[str, str]


def lines(name: str) -> Iterator[Line]:
    """Rows of a CSV file with a header."""
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table)


def tree(name: str) -> dict[str, Any]:
    """A JSON file that is one object."""
    found: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return found


def objects(name: str) -> list[dict[str, Any]]:
    """Rows of a JSON file."""
    rows: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return rows
