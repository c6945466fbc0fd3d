"""What a filter finds for a page of a list, and how far the list was looked through for it.

The ranges of a list (queue_ranges) are sifted in its order. A filter that fits hardly anything would sift a
pool to its end, so a page looks at so many rows and no more: it says how far it came, and goes on from there
when somebody asks for it. Acts on whole lists and exports read everything (whole_list).
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.querysets import ComplaintQuerySet
from complaints.queue_ranges import Given, Part, Read, Sifted
from complaints.reports.staff.stand_ins import StandIn
from omsportal.platform import ready_sql
from omsportal.platform.pagination import Position, Window
from representatives.models import User

#: Rows that a page looks at; that the page of somebody who asked to look further looks at.
LOOKED_AT, LOOKED_FURTHER = 2_000, 20_000
#: Stands for the ids that were found.
_IDS = "the ids"
#: By the moment that a list goes by, and whether it is read towards the earlier ones.
_WORDS: dict[tuple[str, bool], Promise] = {
    ("due_at", False): _("Looked through so far: appeals whose time ends before"),
    ("due_at", True): _("Looked through so far: appeals whose time ends no earlier than"),
    ("resolved_at", False): _("Looked through so far: appeals decided before"),
    ("resolved_at", True): _("Looked through so far: appeals decided no earlier than"),
    ("answered_at", False): _("Looked through so far: appeals answered before"),
    ("answered_at", True): _("Looked through so far: appeals answered no earlier than"),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """A narrowed list of somebody, in the words of ready_sql: `shape` is equal for those that differ in
    `real` only."""

    asker: StandIn
    parts: Sequence[Part]
    sifted: Callable[[], ComplaintQuerySet]
    wanted: Mapping[str, Any]
    shape: Hashable
    real: ready_sql.Real


@dataclass(frozen=True, slots=True)
class Looked:
    """How far a page that is not full was looked for."""

    words: Promise
    moment: datetime
    zone: str
    backwards: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of the rows of a page, and where its window ends; `zone`: the time there."""

    ids: Sequence[int]
    window: Window
    zone: str = ""

    @property
    def is_full(self) -> bool:
        return len(self.ids) >= self.window.most

    @property
    def end(self) -> Position | None:
        """Where looking ended; None: the page is full, or everything was looked at."""
        return None if self.is_full else self.window.until

    @property
    def looked(self) -> Looked | None:
        """The same in words."""
        seen, end = self.window, self.end
        if end is None:
            return None
        return Looked(_WORDS[seen.field, seen.down], end.value, self.zone, seen.backwards)

    @property
    def given(self) -> Given:
        """The same for every filter: what was found stands in `real`."""
        return Given(_IDS)

    @property
    def real(self) -> ready_sql.Real:
        return {_IDS: f"{{{','.join(map(str, self.ids))}}}"}


def find(sought: Sought, seen: Window) -> Found:
    """One statement: how far to look, and what fits there."""
    most = LOOKED_FURTHER if seen.goes_further else LOOKED_AT
    stood, real = seen.stood_in()
    answer = ready_sql.fetch(
        ("found", most, sought.shape, sought.asker.shape), {**sought.asker.real, **sought.real, **real},
        lambda: (_looking(sought, stood, most), ("found",)),
    )  # fmt: skip
    found = answer.rows[0][0]
    if found["end"] is None:
        return Found(found["ids"], seen)
    moment, pk, zone = found["end"]
    return Found(found["ids"], seen.ending_before(datetime.fromisoformat(moment), pk), zone)


def _looking(sought: Sought, seen: Window, most: int) -> Any:
    sifted = Sifted(sought.parts, sought.sifted(), seen, _read(sought, most))
    return User.objects.filter(pk=sought.asker.profile.user_id).annotate(found=sifted)


def _read(sought: Sought, most: int) -> Read:
    """Nothing, where everything that is read fits anyway: no end is needed then."""
    long = [each for part in sought.parts for each in part.unsifted()]
    known = frozenset.intersection(*(part.indexed for part in long)) if long else frozenset()
    kept = {name: value for name, value in sought.wanted.items() if name.split("__")[0] in known}
    parts = long if len(kept) < len(sought.wanted) else []
    return Read(parts, Complaint.objects.narrowed(**kept), most)


__all__ = ["Found", "Looked", "Sought", "find"]
