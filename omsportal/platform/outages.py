"""What whoever runs the portal tells everybody on every page: works tonight, a broken line, a false mail.

It lies in a file under DATA_DIR, which all processes share: it is needed most while the database is away.
A page asks the file's date, nothing else.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

logger = logging.getLogger(__name__)

SEVERITIES = ("info", "warning", "danger")
LONGEST = 400


@dataclass(frozen=True)
class Outage:
    """One text in each language that has one, shown until then; `set_at` tells two of them apart."""

    severity: str
    until: datetime
    texts: dict[str, str] = field(default_factory=dict)
    set_at: datetime | None = None

    def text(self, language: str) -> tuple[str, str]:
        """The words and the language they are in: better Russian words than none."""
        known = language if language in self.texts else settings.LANGUAGE_CODE
        return self.texts[known], known


#: What the file said when it had that stamp; one for each process.
_last: tuple[object, Outage | None] = (None, None)


def path() -> Path:
    return Path(settings.DATA_DIR) / "banner.json"


def current(now: datetime | None = None) -> Outage | None:
    """What is shown at this moment, by this machine's clock: the database may be away."""
    outage = _read()
    return outage if outage is not None and (now or datetime.now(UTC)) < outage.until else None


def announce(outage: Outage) -> None:
    """Show it on every page from now on, instead of what was shown before. Complete or not at all."""
    path().parent.mkdir(parents=True, exist_ok=True)
    moments = {
        name: value.isoformat() for name, value in asdict(outage).items() if isinstance(value, datetime)
    }
    with tempfile.NamedTemporaryFile("w", dir=path().parent, prefix=".banner-", delete=False) as file:
        json.dump({**asdict(outage), **moments}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    partial = Path(file.name)
    partial.chmod(0o644)
    partial.replace(path())


def clear() -> bool:
    """Take it away; False if there was none."""
    try:
        path().unlink()
    except FileNotFoundError:
        return False
    return True


def _read() -> Outage | None:
    """A file that cannot be read is said once in the log and shown as nothing: no page breaks for it."""
    global _last
    try:
        state = path().stat()
        stamp = (str(path()), state.st_mtime_ns, state.st_ino, state.st_size)
        if _last[0] != stamp:
            _last = (stamp, _parsed())
        return _last[1]
    except OSError:
        return None


def _parsed() -> Outage | None:
    try:
        raw: dict[str, Any] = json.loads(path().read_text(encoding="utf-8"))
        outage = Outage(
            severity=raw["severity"],
            until=datetime.fromisoformat(raw["until"]),
            texts={str(language): str(text) for language, text in raw["texts"].items()},
        )
        sound = (
            outage.severity in SEVERITIES and outage.until.tzinfo and settings.LANGUAGE_CODE in outage.texts
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        sound = None
    if not sound:
        logger.error("banner.json cannot be read: run manage.py banner clear")
        return None
    return outage
