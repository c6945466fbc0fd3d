"""What a register changes, as a person sees it before and after."""

from dataclasses import asdict, dataclass, field
from typing import Any

from insurers.policy_lines import Fault, LineWrong

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

    @property
    def is_unusual(self) -> bool:
        return self.ended * 100 > self.in_force * USUAL_PERCENT

    def note(self, what: str, title: str) -> None:
        """One more that is added, changed or ended."""
        setattr(self, what, getattr(self, what) + 1)
        if len(self.listed[what]) < MOST_LISTED:
            self.listed[what].append(title)

    def refuse(self, line: int, wrong: LineWrong) -> None:
        self.bad += 1
        if len(self.faults) < MOST_LISTED:
            self.faults.append(Fault(line, wrong.column, str(wrong.code)))

    def ask_about(self, title: str, text: str) -> None:
        """A cell with phones that only a person can tell apart."""
        if len(self.phones) < MOST_LISTED:
            self.phones.append(f"{title}: {text}")

    def as_json(self) -> dict[str, Any]:
        flat = [[fault.line, fault.column, fault.code] for fault in self.faults]
        return asdict(self) | {"faults": flat, "is_unusual": self.is_unusual}
