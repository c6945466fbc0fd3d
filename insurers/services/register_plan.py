"""What a register changes, as a person sees it before and after."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from insurers.models import Region
from insurers.policy_lines import Fault, LineWrong, Wrong
from insurers.services.register_reading import speaks_of

MOST_LISTED = 300
#: More than this share of what is in force ends only if a person says so.
USUAL_PERCENT = 10


@dataclass(slots=True)
class Plan:
    """What the register changes: counts, and the first of each kind by name. All of it is public."""

    lines: int = 0
    good: int = 0
    bad: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    in_force: int = 0
    faults: list[Fault] = field(default_factory=list)
    listed: dict[str, list[str]] = field(default_factory=lambda: {"added": [], "changed": [], "ended": []})
    phones: list[str] = field(default_factory=list)
    #: Would end, had no line been bad that may be theirs.
    spared: list[str] = field(default_factory=list)
    _doubtful: set[tuple[str, str, str]] = field(default_factory=set)

    @property
    def is_unusual(self) -> bool:
        return self.ended * 100 > self.in_force * USUAL_PERCENT

    def note(self, what: str, title: str) -> None:
        """One more that is added, changed or ended."""
        setattr(self, what, getattr(self, what) + 1)
        if len(self.listed[what]) < MOST_LISTED:
            self.listed[what].append(title)

    def refuse(self, line: int, wrong: LineWrong, said: Mapping[str, str]) -> None:
        """A bad line; `said` is what it holds, by our names."""
        self.bad += 1
        okato, region, code = (said.get(name, "").strip() for name in ("okato", "region", "code"))
        if wrong.code != Wrong.FOREIGN_BRANCH or not (okato or region):
            self._doubtful.add((okato, region, code))
        if len(self.faults) < MOST_LISTED:
            self.faults.append(Fault(line, wrong.column, str(wrong.code)))

    def spares(self, title: str, region: Region, code: str = "") -> bool:
        """A bad line may be about this one, so the register does not lack it: it must not end. Noted."""
        may_be = any(
            (not (okato or number) or speaks_of(region, okato, number)) and (not code or named in {"", code})
            for okato, number, named in self._doubtful
        )
        if may_be and len(self.spared) < MOST_LISTED:
            self.spared.append(title)
        return may_be

    def ask_about(self, title: str, text: str) -> None:
        """A cell with phones that only a person can tell apart."""
        if len(self.phones) < MOST_LISTED:
            self.phones.append(f"{title}: {text}")

    def as_json(self) -> dict[str, Any]:
        in_order = sorted(self.faults, key=lambda fault: fault.line)
        flat = [[fault.line, fault.column, fault.code] for fault in in_order]
        told = {name: value for name, value in asdict(self).items() if not name.startswith("_")}
        return told | {"faults": flat, "is_unusual": self.is_unusual}
