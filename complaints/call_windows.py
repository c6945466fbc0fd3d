"""The days and hours at which somebody wants to be called, by their own clock. Pure, no Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True)
class Window:
    """`days` are 0 for Monday to 6; from `starts` to `ends` of each of them in `time_zone`, an IANA name."""

    days: frozenset[int]
    starts: time
    ends: time
    time_zone: str

    @classmethod
    def of(cls, mask: int, starts: time, ends: time, time_zone: str) -> "Window":
        """From the bits that a row keeps: Monday is 1, Tuesday 2, Wednesday 4."""
        return cls(frozenset(day for day in range(DAYS_OF_WEEK) if mask >> day & 1), starts, ends, time_zone)

    @property
    def mask(self) -> int:
        return mask_of(self.days)


def mask_of(days: Iterable[int]) -> int:
    return sum(1 << day for day in set(days))
