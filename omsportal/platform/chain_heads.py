"""Heads of the chain, kept outside the database: another or an older database put in its place does not fit.

One line of JSON for each new head, under DATA_DIR/seals and in the log. Copies on another machine (of the
log, or of a backup) are the strongest witnesses.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from omsportal.platform import chain
from omsportal.platform.models import Seal

log = logging.getLogger(__name__)
_LAST_LINE = 4096


@dataclass(frozen=True, slots=True)
class Head:
    """A link as it was when it was the newest."""

    seal_id: int
    link: str


def directory() -> Path:
    """Where heads are kept, one file a month."""
    return Path(settings.DATA_DIR) / "seals"


def export() -> Head | None:
    """Write the newest link down, unless it stands there. Call it after the commit: a head that never was
    committed would accuse somebody. A disk without room is logged; the next call makes good for it."""
    newest = chain.head()
    if newest is None:
        return None
    head = Head(newest.pk, bytes(newest.link).hex())
    path = directory() / f"{newest.sealed_at:%Y-%m}.jsonl"
    try:
        if _last_of(path) != head:
            _append(path, newest, head)
            log.info("the chain's head is %s %s", head.seal_id, head.link)
    except OSError as error:
        log.error("the chain's head could not be written down: %s", error)
        return None
    return head


def written(folder: Path) -> Iterator[Head]:
    """Every head that the files of a directory hold, oldest first; half a line of a crash is left out."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8", errors="replace") as lines:
            yield from (head for head in map(_read, lines) if head is not None)


def _append(path: Path, newest: Seal, head: Head) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = {"seal": head.seal_id, "link": head.link, "at": newest.sealed_at.isoformat()}
    with path.open("ab") as file:
        # A crash may have left half a line: ours begins on a new one.
        file.write(b"\n" * _ends_within_a_line(path) + json.dumps(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _last_of(path: Path) -> Head | None:
    lines = _tail(path).splitlines()
    return _read(lines[-1]) if lines else None


def _ends_within_a_line(path: Path) -> bool:
    tail = _tail(path)
    return bool(tail) and not tail.endswith("\n")


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LAST_LINE))
            return file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""


def _read(line: str) -> Head | None:
    try:
        told = json.loads(line)
        return Head(int(told["seal"]), str(told["link"]))
    except (ValueError, KeyError, TypeError):
        return None
