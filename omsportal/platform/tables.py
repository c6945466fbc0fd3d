"""Tables that come as files: CSV in the usual spellings, packed or not, read line by line.

UTF-8 (with or without its mark) or windows-1251; `;`, `,` or tabs between columns; gz. A file that cannot be
read to its end is told by `TableBroken` with the line: nobody guesses what the rest was.
"""

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, TypeVar

Read = TypeVar("Read")

GZIP = b"\x1f\x8b"
#: So much of the beginning tells encoding and delimiter.
LOOK_AT = 64 * 1024
#: Nobody's registry unpacks to more: a packed file may be a bomb.
MOST_BYTES = 16 * 1024**3
MOST_COLUMNS = 200
#: Letters of one row, with all its line ends: a file may be one line of gigabytes, or one open quotation.
LONGEST_ROW = 1024 * 1024
DELIMITERS = ";,\t|"
_NOT_LETTERS = re.compile(r"[\W_]+")


class TableBroken(Exception):
    """The file is no table, or ends too early: `code` says why, `line` where (0: at its beginning)."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(f"{code}: line {line}")
        self.code, self.line = code, line


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file as it came, and where it began."""

    line: int
    cells: list[str]


class Table:
    """`columns`: the header, folded (see `folded`). Iterate over it once, for the rows that are not empty.

    `position()` says how many bytes of the file have been read. Opening it and taking rows raise TableBroken.
    """

    def __init__(self, source: IO[bytes], *, most: int = MOST_BYTES) -> None:
        self._source = _Counted(source, most)
        self._at = 0
        self._lines, self.encoding, self.delimiter = self._guarded(lambda: _opened(self._source, most))
        self._reader = csv.reader(self._lines, delimiter=self.delimiter)
        self.columns = [folded(name) for name in self._next() or []]
        if not any(self.columns):
            raise TableBroken("empty")
        if len(self.columns) > MOST_COLUMNS:
            raise TableBroken("not_a_table", 1)

    def position(self) -> int:
        return self._source.count

    def __iter__(self) -> Iterator[Row]:
        while True:
            began = self._at + 1
            cells = self._next()
            if cells is None:
                return
            if any(cells):
                yield Row(began, cells)

    def _next(self) -> list[str] | None:
        self._lines.left = LONGEST_ROW
        row: list[str] | None = self._guarded(lambda: next(self._reader, None))
        self._at = self._reader.line_num
        return row

    def _guarded(self, read: Callable[[], Read]) -> Read:
        try:
            return read()
        except TableBroken as error:
            raise TableBroken(error.code, self._at + 1) from error
        except UnicodeDecodeError as error:
            raise TableBroken("encoding", self._at + 1) from error
        except csv.Error as error:
            raise TableBroken("not_a_table", self._at + 1) from error
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise TableBroken("cut_off", self._at + 1) from error


class _Counted(io.RawIOBase):
    """Passes bytes on, counts them, and stops when there are too many."""

    def __init__(self, source: Any, most: int) -> None:
        self.source, self.most, self.count = source, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self.source.read(len(buffer))
        self.count += len(part)
        if self.count > self.most:
            raise TableBroken("too_large")
        buffer[: len(part)] = part
        return len(part)


class _Lines:
    """Lines of a text for the reader of rows; stops when one row has more letters than are `left`."""

    def __init__(self, text: IO[str]) -> None:
        self._text, self.left = text, LONGEST_ROW

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self.left + 1)
        self.left -= len(line)
        if self.left < 0:
            raise TableBroken("not_a_table")
        if not line:
            raise StopIteration
        return line


def folded(name: str) -> str:
    """A column's name as it is compared: "Дата рождения " and "дата_рождения" are one."""
    return _NOT_LETTERS.sub("", name.lower().replace("ё", "е"))


def encoding_of(beginning: bytes) -> str:
    """UTF-8 if these bytes can begin such a text, else what Windows writes in Russia."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(beginning)
    except UnicodeDecodeError:
        return "windows-1251"
    return "utf-8-sig"


def places(columns: list[str], known: Mapping[str, str]) -> dict[str, int]:
    """Our name → place in the row, for the columns whose folded names are `known`; the first one counts."""
    found: dict[str, int] = {}
    for place, name in enumerate(columns):
        if name in known:
            found.setdefault(known[name], place)
    return found


def _opened(source: _Counted, most: int) -> tuple[_Lines, str, str]:
    """The lines, the encoding and the delimiter."""
    plain = io.BufferedReader(source, LOOK_AT)
    if plain.peek(2)[:2] == GZIP:
        plain = io.BufferedReader(_Counted(gzip.GzipFile(fileobj=plain), most), LOOK_AT)
    beginning = plain.peek(LOOK_AT)
    encoding = encoding_of(beginning)
    header = beginning.decode(encoding, errors="ignore").splitlines()[:1]
    delimiter = max(DELIMITERS, key=header[0].count) if header else DELIMITERS[0]
    text = io.TextIOWrapper(plain, encoding=encoding, newline="")
    return _Lines(text), encoding, delimiter
