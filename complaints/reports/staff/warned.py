"""Warnings in words: the level a case has reached, and who was warned of it when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from complaints.escalation.warnings import KINDS
from complaints.models import History
from omsportal.platform.models import Outbox

_LEVELS = {kind: level for level, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Warned:
    """One level of one hop and everybody who was told; withdrawn when the due moment moved."""

    level: int
    at: datetime
    receivers: list[str | Promise]
    is_withdrawn: bool


def after_lines(
    lines: Sequence[History], notices: Iterable[Outbox], words: Mapping[str, Promise]
) -> dict[int, list[Warned]]:
    """The warnings that followed each line of history, by its id; `words` name the kinds of receivers."""
    given: dict[tuple[int, str], list[Outbox]] = defaultdict(list)
    for notice in notices:
        if notice.kind in _LEVELS:
            given[notice.hop, notice.kind].append(notice)
    found: dict[int, list[Warned]] = defaultdict(list)
    for told in sorted(given.values(), key=lambda told: told[0].created_at):
        line = _line_before(lines, told[0])
        if line is not None:
            found[line.pk].append(_warned(told, line, words))
    return found


def _line_before(lines: Sequence[History], notice: Outbox) -> History | None:
    """The last line that was there when the warning was given."""
    earlier = [line for line in lines if line.at <= notice.created_at and line.hop <= notice.hop]
    return earlier[-1] if earlier else None


def _warned(told: Sequence[Outbox], line: History, words: Mapping[str, Promise]) -> Warned:
    return Warned(
        level=_LEVELS[told[0].kind],
        at=told[0].created_at,
        receivers=[_receiver(notice, line, words) for notice in told],
        is_withdrawn=all(notice.skipped_at is not None for notice in told),
    )


def _receiver(notice: Outbox, line: History, words: Mapping[str, Promise]) -> str | Promise:
    if notice.receiver_kind == "user" and line.to_assignee_id == notice.receiver_id:
        return str(line.to_assignee)
    return words.get(notice.receiver_kind, notice.receiver_kind)
