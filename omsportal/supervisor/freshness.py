"""Has anything changed since the database was last prepared? Makes the second start quick."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from omsportal.supervisor.processes import ROOT

# What load_reference, load_demo, migrate and messages read.
_SOURCES = ("omsportal", "insurers", "representatives", "complaints", "locale", "requirements")
# What they write.
_PRODUCTS = {".pyc", ".mo", ".partial"}


def fingerprint(now: datetime) -> str:
    """Changes with the code and data of the portal, and with the day: working time is laid out from today."""
    digest = hashlib.sha256(now.astimezone(UTC).date().isoformat().encode())
    for path in sorted(_files()):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files() -> list[Path]:
    return [
        path
        for source in _SOURCES
        for path in (ROOT / source).rglob("*")
        if path.suffix not in _PRODUCTS and path.is_file()
    ]


class Stamp:
    """Lies inside the database's own directory, so that a restored copy brings its own along."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def matches(self, now: datetime) -> bool:
        return self.path.exists() and self.path.read_text() == fingerprint(now) and _translations_compiled()

    def write(self, now: datetime) -> None:
        self.path.write_text(fingerprint(now))

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)


def _translations_compiled() -> bool:
    return (ROOT / "locale" / "ru" / "LC_MESSAGES" / "django.mo").exists()
