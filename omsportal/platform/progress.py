"""How far long work is, for the person who waits for it: share, rate, time left."""

import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TextIO

WIDTH = 24
#: A log that nobody looks at while it grows gets a line so often, seconds.
EVERY = 10.0


@dataclass(frozen=True, slots=True)
class Pace:
    """`done` of `total` after `seconds`; a total that is not known, or less than done, gives no share."""

    done: int
    total: int | None
    seconds: float

    @property
    def percent(self) -> int | None:
        return min(99, 100 * self.done // self.total) if self.total else None

    @property
    def rate(self) -> int:
        """A second."""
        return round(self.done / self.seconds) if self.seconds > 0 else 0

    @property
    def left(self) -> timedelta | None:
        """Until the end at this rate; None while nobody can tell."""
        if not self.total or not self.done or self.seconds <= 0:
            return None
        return timedelta(seconds=round(max(0, self.total - self.done) * self.seconds / self.done))


@dataclass(slots=True)
class Bar:
    """One line of a terminal that is written again and again; in a log a line every EVERY seconds."""

    title: str
    out: TextIO = sys.stderr
    began: float = field(default_factory=time.monotonic)
    said: float = 0.0

    def show(self, done: int, total: int | None) -> None:
        moment, is_terminal = time.monotonic(), self.out.isatty()
        if moment - self.said < (0.2 if is_terminal else EVERY):
            return
        self.said = moment
        line = line_of(self.title, Pace(done, total, moment - self.began))
        self.out.write(f"\r{line}\x1b[K" if is_terminal else f"{line}\n")
        self.out.flush()

    def end(self) -> None:
        if self.out.isatty():
            self.out.write("\r\x1b[K")
            self.out.flush()


def line_of(title: str, pace: Pace) -> str:
    """`registry.csv [######..................]  25 % 12,345 / 49,380, 9,876/s, 0:00:03`"""
    filled = WIDTH * (pace.percent or 0) // 100
    bar = "#" * filled + "." * (WIDTH - filled)
    share = f"{pace.percent:3d} %" if pace.percent is not None else "  ? %"
    left = f", {pace.left}" if pace.left is not None else ""
    return f"{title} [{bar}] {share} {pace.done:,}, {pace.rate:,}/s{left}"
