"""Whom to call while the database is away: the phones as they were some minutes ago.

A round writes them to a file under DATA_DIR; each process also keeps in memory what it read last. Nothing of
it is about people who use the portal.
"""

import json
import logging
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from complaints.escalation import rounds
from insurers.models import Branch, Hotline, Region
from insurers.reports import today_in

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Copy:
    """`regions` in the order of a list; each has owners, the fund last, and each owner its phones."""

    as_of: datetime
    regions: list[dict[str, Any]]

    def region(self, code: str) -> dict[str, Any] | None:
        return next((region for region in self.regions if region["code"] == code), None)


def path() -> Path:
    return Path(settings.DATA_DIR) / "phones.json"


def write(now: datetime) -> None:
    """Replace the file at once, or not at all: four queries, whatever the number of regions.

    A disk that is full keeps the earlier copy.
    """
    with translation.override(settings.LANGUAGE_CODE):
        text = json.dumps({"as_of": now.isoformat(), "regions": _regions(now)}, ensure_ascii=False)
    partial = path().with_name(f".phones.{os.getpid()}")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path())
    except OSError as error:
        log.warning("the copy of the phones could not be written: %s", type(error).__name__)


def read() -> Copy | None:
    """The newest copy that this process can get at; None if there was never one. Asks no database."""
    try:
        stamp = path().stat().st_mtime_ns
        _memory["copy"] = _loaded(stamp)
    except (OSError, ValueError, KeyError) as error:
        log.warning("the copy of the phones cannot be read: %s", type(error).__name__)
    return _memory.get("copy")


_memory: dict[str, Copy] = {}


@lru_cache(maxsize=1)
def _loaded(_stamp: int) -> Copy:
    """Read once for each version of the file."""
    content = json.loads(path().read_text(encoding="utf-8"))
    return Copy(datetime.fromisoformat(content["as_of"]), content["regions"])


def _regions(now: datetime) -> list[dict[str, Any]]:
    today = today_in(None, now)
    of_branch, of_insurer = _phones(Hotline.objects.valid_on(today).with_owners().in_order())
    owners: dict[int, list[dict[str, Any]]] = defaultdict(list)
    branches = Branch.objects.valid_on(today).with_names().alphabetical()
    for branch in sorted(branches, key=lambda branch: branch.is_fund):
        phones = of_branch[branch.pk] + of_insurer[branch.insurer_id]
        if phones:
            name = str(branch if branch.insurer is None else branch.insurer)
            code = "" if branch.insurer is None else branch.insurer.code
            owners[branch.region_id].append({"name": name, "code": code, "phones": phones})
    return [
        {"code": region.code, "name": region.name, "owners": owners[region.pk]}
        for region in Region.objects.alphabetical()
    ]


def _phones(lines: Iterable[Hotline]) -> tuple[dict[Any, list[Any]], dict[Any, list[Any]]]:
    """By branch and by insurer."""
    of_branch: dict[Any, list[Any]] = defaultdict(list)
    of_insurer: dict[Any, list[Any]] = defaultdict(list)
    for line in lines:
        phone = {
            "number": line.phone.as_e164, "extension": line.extension, "hours": line.hours_text,
            "purpose": line.get_purpose_display(),
        }  # fmt: skip
        (of_branch[line.branch_id] if line.branch_id else of_insurer[line.insurer_id]).append(phone)
    return of_branch, of_insurer


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("phones", EVERY, write))
