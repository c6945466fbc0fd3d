"""`make screens`: a picture of every page of patients on a phone of 360 px, and docs/screens.md with them.

The portal of the pictures is started for them with demonstration data, as the journeys' is; or name one that
runs: `python -m tests.journeys.screens http://127.0.0.1:8000`.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from omsportal.supervisor.processes import ROOT
from tests.chromium import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.journeys import walk
from tests.journeys.looking import Pictures
from tests.journeys.people import PHONE, visitor
from tests.journeys.walk import Walk
from tests.running import RunningPortal

FOLDER = ROOT / "docs/screenshots/360"
PAGE = ROOT / "docs/screens.md"
LARGEST = 60 * 1024
#: Pictures lose their lower part until they are small enough for a repository; colours stay true.
COLOURS, TALLEST = 48, (5000, 3600, 2600, 1900, 1400)
WALKS: dict[str, Callable[[Walk], None]] = {
    "For everybody": walk.as_everybody,
    "Asking and ordering without an appeal": walk.as_asker,
    "Filing an appeal, and one's own case": walk.as_patient,
    "Filing without a policy": walk.as_somebody_without_a_policy,
}
HEAD = """# Every page on a phone

Made by `make screens` from the portal with demonstration data, 360 px wide. "Sent empty" and "nothing typed"
show what a mistake looks like.
"""


def main(url: str = "") -> None:
    """Replaces all pictures."""
    if url:
        return _make(url)
    with tempfile.TemporaryDirectory() as directory, RunningPortal(Path(directory)) as portal:
        return _make(portal.url)


def _make(url: str) -> None:
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        chapters = {title: _pictures(browser, url, by) for title, by in WALKS.items()}
        chapters["Very big letters, white on black"] = _pictures(browser, url, _big, "huge.black")
        browser.close()
    text = "".join(_chapter(title, names) for title, names in chapters.items())
    PAGE.write_text(HEAD + text, encoding="utf-8")


def _big(walking: Walk) -> None:
    walking.open_all(["/", "/call/?region=76&insurer=sogaz-med", "/status/"])


def _pictures(browser: Browser, url: str, by: Callable[[Walk], None], look: str = "") -> list[str]:
    page = visitor(browser, PHONE, reduced_motion="reduce")
    if look:
        page.context.add_cookies([{"name": "look", "value": look, "url": url}])
    pictures = Pictures(FOLDER, "big-" if look else "")
    by(Walk(page, url, [pictures]))
    page.context.close()
    for name in pictures.taken:
        _shrink(FOLDER / f"{name}.png")
    return pictures.taken


def _shrink(path: Path) -> None:
    original = Image.open(path).convert("RGB")
    for tallest in TALLEST:
        cut = original.crop((0, 0, original.width, min(original.height, tallest)))
        cut.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= LARGEST:
            return


def _chapter(title: str, names: list[str]) -> str:
    shown = "".join(f"\n### {name}\n\n![{name}](screenshots/360/{name}.png)\n" for name in names)
    return f"\n## {title}\n{shown}"


if __name__ == "__main__":
    main(*sys.argv[1:2])
