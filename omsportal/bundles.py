"""Style sheets and scripts as browsers get them: without what only people read, and everything that all pages
of patients share in one file each.

The sources stay many small files, one for each component and behaviour. `make run` and the tests find the
condensed ones through the same finder as `collectstatic`, so that everybody looks at what patients get.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from os.path import isfile
from pathlib import Path
from typing import Any

import rcssmin
import rjsmin
from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage
from django.utils._os import safe_join

SOURCES = Path(settings.BASE_DIR) / "static"
_COMPONENTS = (
    "skip-link", "button", "look-panel", "card", "notice", "field", "tag", "radio-card", "table", "details",
    "site-header", "site-footer", "phone-link", "link-list", "steps", "confirmation", "file-input",
    "timeline", "thread",
)  # fmt: skip
_CORE = ("skip-link", "button", "look-panel", "card", "notice", "field", "tag", "filters")
#: What every page of patients loads: styles in the order of the cascade, scripts in that of their listeners.
BUNDLES: dict[str, tuple[str, ...]] = {
    "css/patients.css": (
        "css/tokens.css",
        "css/base.css",
        *(f"css/components/{name}.css" for name in _COMPONENTS),
    ),
    # What every page of staff begins with.
    "css/core.css": (
        "css/tokens.css",
        "css/base.css",
        *(f"css/components/{name}.css" for name in _CORE),
    ),
    # The workplace loads it too, and on every page of its own what follows.
    "js/patients.js": tuple(
        f"js/{name}.js"
        for name in ("look", "error-summary", "copy", "counter", "submit-once", "files", "reveal", "still")
    ),
    "css/staff.css": tuple(f"css/components/{name}.css" for name in ("staff-bar", "queue", "dialog")),
    "js/staff.js": ("js/countdown.js", "js/dialog.js"),
}
_CONDENSE: dict[str, Callable[[str], str]] = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}


def parts(name: str) -> list[Path]:
    """The sources of a style sheet or script; empty if it is none of ours. Raises SuspiciousFileOperation."""
    if name in BUNDLES:
        return [SOURCES / part for part in BUNDLES[name]]
    path = Path(safe_join(str(SOURCES), name))
    is_ours = path.suffix in _CONDENSE and isfile(path)  # noqa: PTH113  (raises nothing, however long the name)
    return [path] if is_ours else []


def content(name: str) -> str:
    """What a browser gets under this name. A script in a bundle keeps its names to itself, as a module."""
    texts = [path.read_text(encoding="utf-8") for path in parts(name)]
    condensed = [_CONDENSE[Path(name).suffix](text) for text in texts]
    if len(condensed) > 1 and name.endswith(".js"):
        return "\n".join(f"{{{text}\n}}" for text in condensed)
    return "\n".join(condensed)


def names() -> list[str]:
    """Everything that is condensed."""
    own = (path for kind in _CONDENSE for path in SOURCES.rglob(f"*{kind}"))
    return sorted([*BUNDLES, *(path.relative_to(SOURCES).as_posix() for path in own)])


def folder() -> Path:
    return Path(settings.DATA_DIR) / "static"


@lru_cache(maxsize=512)
def _written(name: str, target: Path, _changed: tuple[int, ...]) -> Path:
    """Whole or not at all: several processes may write it at once. It is as old as this process, so that
    `collectstatic` takes it whatever the file said that it wrote before."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as file:
        file.write(content(name))
    Path(file.name).chmod(0o644)
    return Path(file.name).replace(target)


class Finder(FileSystemFinder):
    """Django's own, but that under the name of a style sheet or script it finds the condensed one."""

    def find(self, path: str, find_all: Any = False, **_deprecated: Any) -> Any:
        sources = parts(path)
        if not sources:
            return super().find(path, find_all)
        changed = tuple(source.stat().st_mtime_ns for source in sources)
        found = str(_written(path, folder() / path, changed))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        condensed = FileSystemStorage(location=folder())
        for name in names():
            self.find(name)
            yield name, condensed
        for path, storage in super().list(ignore_patterns):
            if not parts(path):
                yield path, storage
