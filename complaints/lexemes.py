"""What the index of searched words holds: keyed digests of words, and in which branch and week a case came.

The database knows no word of a story: who has it without the key sees that two cases share a word, not which.
A lexeme is one letter for what it is and 64 bits of the digest; those of different kinds cannot be matched.
"""

import base64
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum

from omsportal.platform import digests

_BYTES = 8
_FIRST_MONDAY = date(2020, 1, 6)


class What(StrEnum):
    """What a word was taken from."""

    STORY = "w"
    NAME = "n"
    CLINIC = "c"


def lexeme(what: What, word: str) -> str:
    """Letters and digits only: needs no quotes in a tsvector or tsquery."""
    digest = digests.blind(word, f"search {what.name.lower()}")[:_BYTES]
    return what.value + base64.b32encode(digest).decode().rstrip("=").lower()


def week_of(moment: datetime) -> int:
    """The number of the week, in UTC: later cases never lie in earlier weeks."""
    return (moment.astimezone(UTC).date() - _FIRST_MONDAY).days // 7


def monday_of(week: int) -> date:
    """The first day of a week."""
    return date.fromordinal(_FIRST_MONDAY.toordinal() + 7 * week)


def place(branch_id: int, week: int) -> str:
    """Where a case lies: what keeps a search within the branches and weeks that are asked for."""
    return f"b{branch_id}k{week}"


def vector(lexemes: Iterable[str]) -> str:
    """The text of a tsvector."""
    return " ".join(sorted(set(lexemes)))


def query(groups: Iterable[Iterable[str]]) -> str:
    """The text of a tsquery: one of each group must be there. An empty group finds nothing."""
    return " & ".join(f"({' | '.join(sorted(set(group))) or 'nothing'})" for group in groups)
